use super::{Digest, FORMAT, Head, Leg, Link, Proof, ProvenHold, ProvenTransaction, store, tree};
use crate::{
    Error,
    chain::{self, Hash, SealedHold, ShownLeg},
    verify::{sealed, store as rows},
};
use diesel::PgConnection;
use hostolink_kernel::TransactionId;

/// Three statements, however large the batch. Its rows never change, so they need no snapshot.
pub(crate) fn prove(conn: &mut PgConnection, id: TransactionId) -> Result<Option<Proof>, Error> {
    let Some(at) = store::place(conn, id)? else { return Ok(None) };
    let batch = rows::transactions(conn, at.premiere - 1, at.derniere - at.premiere + 1)?;
    let numbers: Vec<i64> = batch.iter().map(|row| row.id_transaction).collect();
    let entries = rows::entries(conn, &numbers)?;
    let legs = |number: i64| rows::legs(&entries, number);
    let leaves: Vec<Hash> =
        batch.iter().map(|row| chain::leaf(&sealed(row, legs(row.id_transaction)))).collect();
    let place = batch.iter().position(|row| row.id_transaction == at.id_transaction);
    let (Some(row), Some(path)) =
        (place.and_then(|place| batch.get(place)), place.and_then(|place| tree::path(&leaves, place)))
    else {
        return Err(Error::Corrupt("a link does not cover its transaction"));
    };
    let shown = chain::show(&sealed(row, legs(row.id_transaction)));
    Ok(Some(Proof {
        format: FORMAT.to_owned(),
        transaction: ProvenTransaction {
            id: shown.id,
            kind: shown.kind.to_owned(),
            amount: shown.amount,
            refund_of: shown.refund_of,
            event_at: shown.event_at,
            recorded_at: shown.recorded_at,
            hold: shown.hold.map(|SealedHold { ends, to, expires_at }| ProvenHold { ends, to, expires_at }),
            legs: shown
                .legs
                .iter()
                .map(|&ShownLeg { account, amount, held }| Leg { account, amount, held })
                .collect(),
        },
        public_salt: Digest(shown.salt),
        private_hash: Digest(shown.private),
        path,
        link: link(&at)?,
    }))
}

/// The chain's last link; `None` before the first.
pub(crate) fn head(conn: &mut PgConnection) -> Result<Option<Head>, Error> {
    let Some(row) = store::head(conn)? else { return Ok(None) };
    Ok(Some(Head { number: row.numero, hash: digest(&row.empreinte)?, sealed_at: row.scelle_le }))
}

fn digest(bytes: &[u8]) -> Result<Digest, Error> {
    Hash::try_from(bytes).map(Digest).map_err(|_| Error::Corrupt("a link's hash has not 32 bytes"))
}

fn link(at: &store::Place) -> Result<Link, Error> {
    Ok(Link {
        number: at.numero,
        before: at.avant.as_deref().map_or(Ok(Digest(chain::genesis())), digest)?,
        first: at.premiere,
        last: at.derniere,
        sealed_at: at.scelle_le,
        hash: digest(&at.empreinte)?,
    })
}
