use super::store;
use crate::{
    Error, chain,
    verify::{sealed, store as rows},
};
use diesel::{Connection, PgConnection};
use hostolink_kernel::UserId;

/// Notes erased by one statement.
const STEP: i64 = 500;

/// Erases every note that somebody wrote, in one transaction, and says how many.
pub(crate) fn erase_notes(conn: &mut PgConnection, author: UserId) -> Result<usize, Error> {
    conn.transaction(|conn| {
        let mut erased = 0;
        loop {
            let noted = rows::noted_by(conn, author, STEP)?;
            if noted.is_empty() {
                return Ok(erased);
            }
            let numbers: Vec<i64> = noted.iter().map(|row| row.id_transaction).collect();
            let entries = rows::entries(conn, &numbers)?;
            let hashes: Vec<Vec<u8>> = noted
                .iter()
                .map(|row| {
                    let legs = rows::legs(&entries, row.id_transaction);
                    chain::show(&sealed(row, legs)).private.to_vec()
                })
                .collect();
            if store::erase(conn, &numbers, &hashes)? != numbers.len() {
                return Err(Error::Corrupt("a note that could not be erased"));
            }
            erased += numbers.len();
        }
    })
}
