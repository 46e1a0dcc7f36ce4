//! What an applicant does.

use super::{
    document::{FileKind, Submission, Typed},
    model::{OwnIdentity, Row, State, Step},
    store,
};
use crate::{
    Auth, Error,
    account::{self, assert_one},
    throttle,
};
use chrono::{Days, NaiveDate};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{UserId, VerificationId};
use hostolink_media::Picture;
use serde_json::json;

/// How long before the document's last day a new one may be sent.
const RENEWAL: Days = Days::new(60);

/// What the log and the applications are called in it.
pub(super) fn object(id: VerificationId) -> (&'static str, String) {
    ("identity_verification", id.to_string())
}

impl Auth {
    /// How far somebody's identity is verified.
    ///
    /// # Errors
    /// [`Error::UserNotFound`]; those of the database.
    pub fn own_identity(&self, conn: &mut PgConnection, user: UserId) -> Result<OwnIdentity, Error> {
        let level = self.me(conn, user)?.identity;
        let newest = store::newest(conn, user)?;
        let files = match &newest {
            Some(row) => store::files(conn, row.public_id)?,
            None => Vec::new(),
        };
        Ok(OwnIdentity {
            level,
            state: newest.as_ref().map_or(State::None, |row| row.etat),
            document: newest.as_ref().and_then(|row| row.type_document),
            files,
            submitted_at: newest.as_ref().and_then(|row| row.soumise_le),
            decided_at: newest.as_ref().and_then(|row| row.decidee_le),
            reason: newest.as_ref().and_then(|row| row.motif),
            expires_on: newest.as_ref().and_then(|row| row.expire_le),
        })
    }

    /// Counts one picture that somebody sends, before it is read: reading costs a core.
    ///
    /// # Errors
    /// [`Error::TooMany`]; those of the database.
    pub fn count_identity_file(&self, conn: &mut PgConnection, user: UserId) -> Result<(), Error> {
        throttle::take(conn, throttle::IDENTITY_FILES, &self.account_key(user), self.clock.now())
    }

    /// Keeps a picture for the next submission; one of the same kind is replaced. What was submitted stays as it is: no
    /// reviewer is shown one picture and the next another.
    ///
    /// # Errors
    /// [`Error::IdentityUnderReview`], [`Error::IdentityVerified`]; those of the database.
    pub fn put_identity_file(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        kind: FileKind,
        picture: &Picture,
        actor: &Actor,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            let account = account::lock(conn, user)?;
            let draft = match store::under_way(conn, account.id_user)? {
                Some(row) if row.etat == State::None => row,
                Some(_) => return Err(Error::IdentityUnderReview),
                None => {
                    self.may_begin(store::accepted(conn, user)?.as_ref())?;
                    store::insert(conn, VerificationId::new(self.random.uuid(now)), user, now)?
                }
            };
            let sealed =
                self.sealer.seal(self.random.as_ref(), &file_place(draft.public_id, kind), picture.jpeg())?;
            assert_one(store::put_file(conn, draft.public_id, kind, &sealed, now)?)?;
            let details = json!({ "file": kind.as_str() });
            self.record_of(conn, actor, "auth.identity_file_put", object(draft.public_id), details)
        })
    }

    /// Hands the pictures in, with what stands on the document.
    ///
    /// # Errors
    /// What is wrong with the text; [`Error::IdentityFilesMissing`], [`Error::IdentityUnderReview`],
    /// [`Error::IdentityVerified`]; those of the database.
    pub fn submit_identity(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        typed: Typed<'_>,
        actor: &Actor,
    ) -> Result<OwnIdentity, Error> {
        let submission = Submission::parse(typed, self.today())?;
        let now = self.clock.now();
        conn.transaction(|conn| {
            account::lock(conn, user)?;
            let Some(draft) = store::under_way(conn, user)? else {
                self.may_begin(store::accepted(conn, user)?.as_ref())?;
                return Err(Error::IdentityFilesMissing);
            };
            if draft.etat.after(Step::Submit).is_none() {
                return Err(Error::IdentityUnderReview);
            }
            let there = store::files(conn, draft.public_id)?;
            if !submission.kind.files().iter().all(|due| there.contains(due)) {
                return Err(Error::IdentityFilesMissing);
            }
            let id = draft.public_id;
            let number =
                self.sealer.seal(self.random.as_ref(), &number_place(id), submission.number.as_bytes())?;
            let hash = self.document_key(&submission);
            assert_one(store::submit(conn, id, &submission, &number, &hash, now)?)?;
            let details = json!({ "document": submission.kind.as_str() });
            self.record_of(conn, actor, "auth.identity_submitted", object(id), details)
        })?;
        self.own_identity(conn, user)
    }

    /// A verified person sends another document only when theirs is about to end.
    fn may_begin(&self, accepted: Option<&Row>) -> Result<(), Error> {
        let soon = self.today() + RENEWAL;
        match accepted {
            Some(row) if !row.is_over(soon) => Err(Error::IdentityVerified),
            _ => Ok(()),
        }
    }

    /// The day it is in Côte d'Ivoire, which keeps UTC.
    pub(super) fn today(&self) -> NaiveDate {
        self.clock.now().date_naive()
    }

    /// Finds the same document again without showing its number.
    fn document_key(&self, submission: &Submission) -> [u8; 32] {
        let parts = [submission.kind.stored(), &submission.country, &submission.number];
        self.keyed("document", &parts.map(str::as_bytes))
    }
}

/// What a picture's ciphertext is bound to.
pub(super) fn file_place(id: VerificationId, kind: FileKind) -> Vec<u8> {
    format!("piece_justificative/{id}/{}", kind.stored()).into_bytes()
}

/// What a number's ciphertext is bound to.
pub(super) fn number_place(id: VerificationId) -> Vec<u8> {
    format!("verification_identite/{id}/numero").into_bytes()
}
