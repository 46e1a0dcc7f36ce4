//! Reads the history once, from genesis, a few thousand transactions at a time.

use super::store::{self, EntryRow, LinkRow, TransactionRow};
use crate::{
    Error,
    chain::{self, Hash, Sealed, SealedLeg},
};
use diesel::PgConnection;

/// Transactions or links read at a time.
const STEP: i64 = 2_000;

/// What reading the history showed.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) transactions: u64,
    pub(super) links: u64,
    /// The first transaction whose entries are wrong.
    pub(super) entries: Option<String>,
    /// The first gap in the numbers.
    pub(super) numbers: Option<String>,
    /// The first broken link.
    pub(super) chain: Option<String>,
}

/// The links, read ahead of the transactions that they cover.
struct Links {
    waiting: std::collections::VecDeque<LinkRow>,
    read: i64,
    last: i64,
    hash: Hash,
    leaves: Vec<Hash>,
}

pub(super) fn replay(conn: &mut PgConnection, progress: &mut dyn FnMut(u64)) -> Result<History, Error> {
    let mut history = History::default();
    let mut links = Links::new();
    let mut last = 0;
    loop {
        let rows = store::transactions(conn, last, STEP)?;
        let Some(end) = rows.last().map(|row| row.id_transaction) else { break };
        let numbers: Vec<i64> = rows.iter().map(|row| row.id_transaction).collect();
        let mut entries = store::entries(conn, &numbers)?.into_iter().peekable();
        for row in &rows {
            let mut legs: Vec<EntryRow> = Vec::new();
            while let Some(entry) = entries.next_if(|entry| entry.id_transaction == row.id_transaction) {
                legs.push(entry);
            }
            if row.id_transaction != last + 1 && history.numbers.is_none() {
                history.numbers = Some(format!("transaction {} follows {last}", row.id_transaction));
            }
            if !balanced(row, &legs) && history.entries.is_none() {
                history.entries = Some(format!("transaction {}", row.id_transaction));
            }
            last = row.id_transaction;
            links.cover(conn, row, &legs, &mut history)?;
        }
        history.transactions += rows.len() as u64;
        progress(history.transactions);
        last = end;
    }
    links.end(conn, last, &mut history)?;
    Ok(history)
}

/// Ranks 0, 1, …; a sum of 0; the receiver gets the amount or, of what may cost them something, a part of it, or the amount is set aside or let go; each leg on its side.
fn balanced(row: &TransactionRow, legs: &[EntryRow]) -> bool {
    let sum: i128 = legs.iter().map(|leg| i128::from(leg.montant)).sum();
    let ranked = (0..).zip(legs).all(|(rank, leg)| leg.rang == rank && (rank == 0 || leg.reserve == 0));
    let held = match (row.retenue_montant, row.nature.as_str()) {
        (Some(hold), _) => -hold,
        (None, "retenue") => row.montant,
        (None, _) => 0,
    };
    let sides = match legs {
        [_] => row.vers.is_some(),
        [giver, receiver, ..] => {
            row.vers.is_none() && giver.montant < 0 && received(row, giver.montant, receiver.montant)
        }
        [] => false,
    };
    sum == 0 && ranked && sides && legs.first().is_some_and(|giver| giver.reserve == held)
}

/// Whether the receiver got what the transaction says. Who gives has paid at least that; who receives may have paid a part of it.
fn received(row: &TransactionRow, giver: i64, receiver: i64) -> bool {
    match row.nature.as_str() {
        "paiement_qr" | "capture" => {
            (1..=row.montant).contains(&receiver) && row.montant <= giver.saturating_neg()
        }
        _ => receiver == row.montant,
    }
}

/// A transaction's rows as its leaf covers them.
pub(crate) fn sealed<'a>(row: &'a TransactionRow, legs: &[EntryRow]) -> Sealed<'a> {
    Sealed {
        number: row.id_transaction,
        id: row.public_id,
        kind: &row.nature,
        amount: row.montant,
        refund_of: row.remboursee,
        hold: chain::SealedHold::of(row.retenue, row.vers, row.expire_le),
        event_at: row.survenu_le,
        recorded_at: row.enregistre_le,
        note: row.note.as_deref(),
        actor: row.id_user.unwrap_or_default(),
        key: row.cle.as_deref().unwrap_or_default(),
        fingerprint: row.empreinte.as_deref().unwrap_or_default(),
        salt: &row.sel,
        private: row.empreinte_privee.as_deref().and_then(|hash| hash.try_into().ok()),
        legs: legs
            .iter()
            .map(|leg| SealedLeg {
                account: leg.compte,
                amount: leg.montant,
                balance_after: leg.solde_apres,
                held: leg.reserve,
                held_after: leg.reserve_apres,
                version: leg.version,
            })
            .collect(),
    }
}

impl Links {
    fn new() -> Self {
        Self {
            waiting: std::collections::VecDeque::new(),
            read: 0,
            last: 0,
            hash: chain::genesis(),
            leaves: Vec::new(),
        }
    }

    fn next(&mut self, conn: &mut PgConnection) -> Result<Option<LinkRow>, Error> {
        if self.waiting.is_empty() {
            self.waiting.extend(store::links(conn, self.read, STEP)?);
            self.read = self.waiting.back().map_or(self.read, |link| link.numero);
        }
        Ok(self.waiting.front().cloned())
    }

    /// Takes the next transaction; when it is the last one under the current link, recomputes that link.
    fn cover(
        &mut self,
        conn: &mut PgConnection,
        row: &TransactionRow,
        legs: &[EntryRow],
        history: &mut History,
    ) -> Result<(), Error> {
        if history.chain.is_some() {
            return Ok(());
        }
        self.leaves.push(chain::leaf(&sealed(row, legs)));
        let Some(link) = self.next(conn)? else {
            history.chain = Some(format!("transaction {} is under no link", row.id_transaction));
            return Ok(());
        };
        if row.id_transaction < link.derniere {
            return Ok(());
        }
        let root = chain::root(&self.leaves);
        let covered = usize::try_from(link.derniere - link.premiere + 1);
        let hash =
            chain::link(link.numero, &self.hash, &root, (link.premiere, link.derniere), link.scelle_le);
        let holds = row.id_transaction == link.derniere
            && covered == Ok(self.leaves.len())
            && link.numero == self.last + 1
            && link.racine == root
            && link.empreinte == hash;
        if !holds {
            let (number, first, last) = (link.numero, link.premiere, link.derniere);
            history.chain = Some(format!("link {number} (transactions {first} to {last})"));
            return Ok(());
        }
        (self.last, self.hash) = (link.numero, hash);
        self.waiting.pop_front();
        self.leaves.clear();
        history.links += 1;
        Ok(())
    }

    /// Nothing is left over, and the recorded tail is what was reached.
    fn end(&mut self, conn: &mut PgConnection, last: i64, history: &mut History) -> Result<(), Error> {
        if history.chain.is_some() {
            return Ok(());
        }
        if let Some(link) = self.next(conn)? {
            history.chain = Some(format!("link {} lacks its transactions", link.numero));
            return Ok(());
        }
        let holds = store::tail(conn)?.is_some_and(|tail| {
            tail.numero == self.last && tail.derniere == last && tail.empreinte == self.hash
        });
        if !holds {
            history.chain = Some(format!("the tail is not link {}", self.last));
        }
        Ok(())
    }
}
