use super::{Books, DailyProof, store as books};
use crate::{Error, Ledger};
use chrono::NaiveDate;
use diesel::PgConnection;
use hostolink_kernel::{Cursor, Limit, Page};

/// The name of the list of daily proofs in its cursors.
const PROOFS: &str = "ledger.proofs";

impl Ledger {
    /// What all accounts hold now, by kind, with the chain's head: one snapshot. It reads every account.
    ///
    /// # Errors
    /// Those of the database.
    pub fn books(&self, conn: &mut PgConnection) -> Result<Books, Error> {
        books::now(conn, self.clock.now())
    }

    /// Keeps the books for today, unless they are kept. Any number of processes may ask. Returns whether they were kept now.
    ///
    /// # Errors
    /// Those of the database.
    pub fn keep_daily_proof(&self, conn: &mut PgConnection) -> Result<bool, Error> {
        let now = self.clock.now();
        let today = now.date_naive();
        if books::is_kept(conn, today)? {
            return Ok(false);
        }
        let seen = books::now(conn, now)?;
        Ok(books::keep(conn, today, &seen)?)
    }

    /// The books as they were kept, the newest day first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn daily_proofs(
        &self,
        conn: &mut PgConnection,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<DailyProof>, Error> {
        let before = after.map_or(Ok(NaiveDate::MAX), |cursor| cursor.keyset(PROOFS))?;
        let rows = books::list(conn, before, limit.probe())?;
        Ok(Page::from_probe(rows, limit, PROOFS, |proof| proof.day))
    }
}
