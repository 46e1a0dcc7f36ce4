use super::{SignedHead, SignedLink, model::TYPE};
use crate::{Auth, Error};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hostolink_kernel::TransactionId;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// Bytes of the mark behind the transaction's id.
const MARK: usize = 16;

impl Auth {
    /// What opens a transaction's receipt to whoever holds it. It follows from the id and our key, so that none is stored; without
    /// the key nobody finds it.
    #[must_use]
    pub fn receipt_token(&self, id: TransactionId) -> String {
        URL_SAFE_NO_PAD.encode([id.uuid().as_bytes().as_slice(), &self.receipt_mark(id)].concat())
    }

    /// The transaction whose receipt a token opens; `None` unless we have made it.
    #[must_use]
    pub fn read_receipt_token(&self, token: &str) -> Option<TransactionId> {
        let bytes: [u8; 16 + MARK] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let (id, mark) = bytes.split_first_chunk::<16>()?;
        let id = TransactionId::new(Uuid::from_bytes(*id));
        bool::from(self.receipt_mark(id).ct_eq(mark)).then_some(id)
    }

    /// Signs that a link is one of the ledger's chain, whose end is `head`. Its `typ` and its lack of an audience tell it from an
    /// access token.
    ///
    /// # Errors
    /// [`Error::TokenInvalid`] when the key fails, which signed when the program started.
    pub fn sign_head(&self, link: SignedLink, head: SignedLink) -> Result<String, Error> {
        let iss = self.issuer().to_owned();
        self.tokens.sign_as(TYPE, &SignedHead { iss, iat: self.clock.now().timestamp(), link, head })
    }

    /// The address that callers use, which tokens name.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    fn receipt_mark(&self, id: TransactionId) -> [u8; MARK] {
        let whole = self.keyed("recu", &[id.uuid().as_bytes()]);
        let mut mark = [0; MARK];
        mark.copy_from_slice(&whole[..MARK]);
        mark
    }
}
