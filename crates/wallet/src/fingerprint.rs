//! What an idempotency key stands for: a hash of what was asked, before anything is looked up, so that a retry is
//! recognised even when the code has been paid or has expired meanwhile.
//!
//! The encoding is canonical: each field in its place, a byte that says whether it is there, its length, its bytes.

use crate::{BulkMode, OwnWay, PotWay, Schedule};
use hostolink_kernel::{
    AdjustmentId, AuthorizationId, BulkId, CardId, ContactId, PotId, RecallId, RequestId, ScheduleId, TillId,
    TransactionId, Xof,
};
use hostolink_ledger::Fingerprint;
use sha2::{Digest, Sha256};

/// A transfer as it was asked: `to` is the identifier in its canonical form.
#[must_use]
pub fn transfer(to: Option<&str>, qr: Option<&str>, amount: Option<Xof>, note: Option<&str>) -> Fingerprint {
    Fields::of("transfer").text(to).text(qr).amount(amount).text(note).hash()
}

/// A transfer to somebody whom the payer saved.
#[must_use]
pub fn transfer_to_contact(contact: ContactId, amount: Option<Xof>, note: Option<&str>) -> Fingerprint {
    Fields::of("transfer-to-contact").bytes(Some(contact.uuid().as_bytes())).amount(amount).text(note).hash()
}

/// The confirmation of a file of payments.
#[must_use]
pub fn bulk(id: BulkId, mode: BulkMode, skip_invalid: bool, accept_names: bool) -> Fingerprint {
    Fields::of("bulk")
        .bytes(Some(id.uuid().as_bytes()))
        .text(Some(mode.name()))
        .bytes(Some(&[u8::from(skip_invalid), u8::from(accept_names)]))
        .hash()
}

/// One of its lines.
pub(crate) fn bulk_line(id: BulkId, number: u32, amount: Xof) -> Fingerprint {
    Fields::of("bulk-line")
        .bytes(Some(id.uuid().as_bytes()))
        .bytes(Some(&number.to_be_bytes()))
        .amount(Some(amount))
        .hash()
}

/// A cash-in: `to` is the identifier in its canonical form.
#[must_use]
pub fn cash_in(to: &str, amount: Xof) -> Fingerprint {
    Fields::of("cash-in").text(Some(to)).amount(Some(amount)).hash()
}

/// The funding of a float: `agent` is the identifier in its canonical form.
#[must_use]
pub fn float_funding(agent: &str, amount: Xof) -> Fingerprint {
    Fields::of("float").text(Some(agent)).amount(Some(amount)).hash()
}

/// A service of the house that is paid before it is used: what kind of thing it is, and which one.
#[must_use]
pub fn service(kind: &str, id: uuid::Uuid) -> Fingerprint {
    Fields::of("service").text(Some(kind)).bytes(Some(id.as_bytes())).hash()
}

/// A refund.
#[must_use]
pub fn refund(of: TransactionId, amount: Option<Xof>, note: Option<&str>) -> Fingerprint {
    Fields::of("refund").bytes(Some(of.uuid().as_bytes())).amount(amount).text(note).hash()
}

/// A transfer to be made later, as it was asked: `to` is the identifier in its canonical form.
#[must_use]
pub fn schedule(to: &str, amount: Xof, note: Option<&str>, schedule: &Schedule) -> Fingerprint {
    let first = schedule.first.timestamp_micros().to_be_bytes();
    Fields::of("schedule")
        .text(Some(to))
        .amount(Some(amount))
        .text(note)
        .bytes(Some(&first))
        .text(Some(schedule.frequency.name()))
        .bytes(schedule.times.map(u32::to_be_bytes).as_ref().map(<[u8; 4]>::as_slice))
        .hash()
}

/// One of its times.
pub(crate) fn scheduled(id: ScheduleId, number: u32, amount: Xof) -> Fingerprint {
    Fields::of("scheduled")
        .bytes(Some(id.uuid().as_bytes()))
        .bytes(Some(&number.to_be_bytes()))
        .amount(Some(amount))
        .hash()
}

/// The payment of a request.
#[must_use]
pub fn request_payment(id: RequestId) -> Fingerprint {
    Fields::of("request-payment").bytes(Some(id.uuid().as_bytes())).hash()
}

/// Giving back a payment that was asked back.
#[must_use]
pub fn recall_refund(id: RecallId) -> Fingerprint {
    Fields::of("recall-refund").bytes(Some(id.uuid().as_bytes())).hash()
}

/// An authorisation: `card` is whose number was shown. The code that proves it is no business field.
#[must_use]
pub fn card_authorization(card: CardId, amount: Xof, note: Option<&str>) -> Fingerprint {
    Fields::of("card-authorization")
        .bytes(Some(card.uuid().as_bytes()))
        .amount(Some(amount))
        .text(note)
        .hash()
}

/// The same at a cashier's till.
#[must_use]
pub fn till_card_authorization(till: TillId, card: CardId, amount: Xof, note: Option<&str>) -> Fingerprint {
    Fields::of("till-card-authorization")
        .bytes(Some(till.uuid().as_bytes()))
        .bytes(Some(card.uuid().as_bytes()))
        .amount(Some(amount))
        .text(note)
        .hash()
}

/// The capture of an authorisation.
#[must_use]
pub fn card_capture(of: AuthorizationId, amount: Option<Xof>) -> Fingerprint {
    Fields::of("card-capture").bytes(Some(of.uuid().as_bytes())).amount(amount).hash()
}

/// The release of an authorisation.
#[must_use]
pub fn card_release(of: AuthorizationId) -> Fingerprint {
    Fields::of("card-release").bytes(Some(of.uuid().as_bytes())).hash()
}

/// Money put into a pot, or taken back out of it.
#[must_use]
pub fn pot_move(pot: PotId, way: PotWay, amount: Xof) -> Fingerprint {
    let way = match way {
        PotWay::In => "in",
        PotWay::Out => "out",
    };
    Fields::of("pot").bytes(Some(pot.uuid().as_bytes())).text(Some(way)).amount(Some(amount)).hash()
}

/// Money that a merchant moves between accounts of their own.
#[must_use]
pub fn own_move(way: OwnWay, amount: Xof) -> Fingerprint {
    let (way, till) = match way {
        OwnWay::Out => ("out", None),
        OwnWay::In => ("in", None),
        OwnWay::Collect(till) => ("collect", Some(till)),
        OwnWay::Fund(till) => ("fund", Some(till)),
    };
    let till = till.map(|till| *till.uuid().as_bytes());
    Fields::of("own-move")
        .text(Some(way))
        .bytes(till.as_ref().map(<[u8; 16]>::as_slice))
        .amount(Some(amount))
        .hash()
}

/// A refund at a till.
#[must_use]
pub fn till_refund(till: TillId, of: TransactionId, amount: Option<Xof>, note: Option<&str>) -> Fingerprint {
    Fields::of("till-refund")
        .bytes(Some(till.uuid().as_bytes()))
        .bytes(Some(of.uuid().as_bytes()))
        .amount(amount)
        .text(note)
        .hash()
}

/// A refund by support, and its reason's name.
#[must_use]
pub fn support_refund(of: TransactionId, amount: Option<Xof>, reason: &str) -> Fingerprint {
    Fields::of("support-refund").bytes(Some(of.uuid().as_bytes())).amount(amount).text(Some(reason)).hash()
}

/// A correction of the books.
pub(crate) fn adjustment(id: AdjustmentId) -> Fingerprint {
    Fields::of("adjustment").bytes(Some(id.uuid().as_bytes())).hash()
}

struct Fields(Sha256);

impl Fields {
    fn of(operation: &str) -> Self {
        Self(Sha256::new_with_prefix(b"hostolink-wish-1")).text(Some(operation))
    }

    fn bytes(mut self, value: Option<&[u8]>) -> Self {
        self.0.update([u8::from(value.is_some())]);
        if let Some(value) = value {
            self.0.update((value.len() as u64).to_be_bytes());
            self.0.update(value);
        }
        self
    }

    fn text(self, value: Option<&str>) -> Self {
        self.bytes(value.map(str::as_bytes))
    }

    fn amount(self, value: Option<Xof>) -> Self {
        self.bytes(value.map(|amount| amount.francs().to_be_bytes()).as_ref().map(<[u8; 8]>::as_slice))
    }

    fn hash(self) -> Fingerprint {
        Fingerprint::new(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use uuid::Uuid;

    #[test]
    fn other_wishes_have_other_fingerprints() {
        let amount = |francs| Some(Xof::new(francs).unwrap());
        let id = TransactionId::new(Uuid::from_u128(7));
        let hashes = [
            transfer(Some("a"), None, amount(1), None),
            transfer(None, Some("a"), amount(1), None),
            transfer(Some("a"), None, amount(2), None),
            transfer(Some("a"), None, None, None),
            transfer(Some("a"), None, amount(1), Some("a")),
            transfer(Some("a"), None, amount(1), Some("")),
            transfer(Some("aa"), None, amount(1), None),
            cash_in("a", amount(1).unwrap()),
            float_funding("a", amount(1).unwrap()),
            refund(id, amount(1), None),
            support_refund(id, amount(1), "a"),
            support_refund(id, amount(1), "b"),
            support_refund(id, None, "a"),
            adjustment(AdjustmentId::new(Uuid::from_u128(7))),
            refund(id, None, None),
            refund(id, None, Some("a")),
            refund(TransactionId::new(Uuid::from_u128(8)), None, None),
            scheduled(ScheduleId::new(Uuid::from_u128(7)), 0, amount(1).unwrap()),
            scheduled(ScheduleId::new(Uuid::from_u128(7)), 1, amount(1).unwrap()),
            transfer_to_contact(ContactId::new(id.uuid()), amount(1), None),
            transfer_to_contact(ContactId::new(id.uuid()), None, None),
            bulk(BulkId::new(id.uuid()), BulkMode::Each, false, false),
            bulk(BulkId::new(id.uuid()), BulkMode::Each, true, false),
            bulk(BulkId::new(id.uuid()), BulkMode::Each, false, true),
            bulk(BulkId::new(id.uuid()), BulkMode::Atomic, false, false),
            bulk_line(BulkId::new(id.uuid()), 1, amount(1).unwrap()),
            bulk_line(BulkId::new(id.uuid()), 2, amount(1).unwrap()),
            request_payment(RequestId::new(Uuid::from_u128(7))),
            request_payment(RequestId::new(Uuid::from_u128(8))),
            recall_refund(RecallId::new(Uuid::from_u128(8))),
            card_authorization(CardId::new(id.uuid()), amount(1).unwrap(), None),
            card_authorization(CardId::new(id.uuid()), amount(1).unwrap(), Some("a")),
            card_capture(AuthorizationId::new(id.uuid()), None),
            card_capture(AuthorizationId::new(id.uuid()), amount(1)),
            card_release(AuthorizationId::new(id.uuid())),
            pot_move(PotId::new(id.uuid()), PotWay::In, amount(1).unwrap()),
            pot_move(PotId::new(id.uuid()), PotWay::Out, amount(1).unwrap()),
            own_move(OwnWay::Out, amount(1).unwrap()),
            own_move(OwnWay::In, amount(1).unwrap()),
            own_move(OwnWay::Collect(TillId::new(id.uuid())), amount(1).unwrap()),
            own_move(OwnWay::Fund(TillId::new(id.uuid())), amount(1).unwrap()),
            till_refund(TillId::new(id.uuid()), id, amount(1), None),
            till_refund(TillId::new(Uuid::from_u128(8)), id, amount(1), None),
            till_refund(TillId::new(id.uuid()), id, None, None),
        ];
        let distinct: HashSet<_> = hashes.iter().map(Fingerprint::as_bytes).collect();
        assert_eq!(distinct.len(), hashes.len());
    }

    #[test]
    fn the_same_wish_has_the_same_fingerprint_for_ever() {
        // Keys are never purged: a change of the encoding would make every retry across an upgrade another wish.
        let hash = transfer(Some("+2250708091011"), None, Some(Xof::new(1_500).unwrap()), Some("loyer"));
        assert_eq!(
            hex::encode(hash.as_bytes()),
            "2346f4a3befe3175203daac08d5320c0d0d83bfb1dbab1e3d1e55dd18eb28fbb"
        );
    }
}
