use super::store;
use crate::{Error, account::masked};
use diesel::{Connection, PgConnection};
use hostolink_kernel::{EmailAddress, PhoneNumber, Region, UserId};

/// How many rows are read at once.
const BATCH: i64 = 1_000;

/// Where an adopted value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// `utilisateur.email`.
    Email,
    /// `utilisateur.telephone`.
    Phone,
}

/// A value that was kept as it is, without a canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Whose.
    pub user: UserId,
    /// Where.
    pub column: Column,
    /// Enough of it for an operator to recognise.
    pub masked: String,
}

/// What [`normalise`] came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Values that have a canonical form now.
    pub normalised: usize,
    /// Values of several people that are the same once written canonically: nobody gets it.
    pub colliding: Vec<Kept>,
    /// Values that are no e-mail address, or no phone number of these regions.
    pub unreadable: Vec<Kept>,
}

/// Gives adopted identifiers their canonical form. No row is lost: what collides or can't be read stays as it is, and its
/// owner signs in by the exact old value. May run again at any time; looks only at rows without a canonical form.
///
/// # Errors
/// Those of the database; then nothing has changed.
pub fn normalise(conn: &mut PgConnection, regions: &[Region]) -> Result<Report, Error> {
    conn.transaction(|conn| {
        let mut report = Report::default();
        for column in [Column::Email, Column::Phone] {
            store::prepare(conn)?;
            let mut after = None;
            loop {
                let rows = store::without_canonical(conn, column, after, BATCH)?;
                let Some(last) = rows.last() else { break };
                after = Some(last.0);
                let (mut users, mut canonical) = (Vec::new(), Vec::new());
                for (user, value) in &rows {
                    match canonical_form(column, value, regions) {
                        Some(form) => {
                            users.push(user.key());
                            canonical.push(form);
                        }
                        None => report.unreadable.push(Kept { user: *user, column, masked: masked(value) }),
                    }
                }
                store::propose(conn, &users, &canonical)?;
            }
            report.normalised += store::apply(conn, column)?;
            let colliding = store::refused(conn, column)?;
            report.colliding.extend(colliding.into_iter().map(|(user, value)| Kept {
                user,
                column,
                masked: masked(&value),
            }));
        }
        Ok(report)
    })
}

fn canonical_form(column: Column, value: &str, regions: &[Region]) -> Option<String> {
    match column {
        Column::Email => EmailAddress::parse(value).ok().map(|address| address.as_str().to_owned()),
        Column::Phone => PhoneNumber::parse(value, regions).ok().map(|number| number.as_str().to_owned()),
    }
}
