//! What uses a file. These are functions without a handle: other domains' transactions call them through the gateway.

use crate::{Error, Media, Nature, error, store};
use diesel::PgConnection;
use hostolink_kernel::UserId;
use std::collections::HashMap;
use uuid::Uuid;

/// The most files that one object shows.
pub const MAX_TOGETHER: usize = 10;

/// Gives finished uploads of somebody's to an object, in this order, in the transaction that makes the object: then nothing else may have them.
///
/// # Errors
/// `media.too_many_together` for more than [`MAX_TOGETHER`], or one twice; `media.unknown` where one of them is another's, is not finished or is
/// used already: all the same. Those of the database.
pub fn claim(
    conn: &mut PgConnection,
    owner: UserId,
    ids: &[Uuid],
    used_by: (&'static str, Uuid),
) -> Result<(), Error> {
    claim_among(conn, owner, (ids, &Nature::ALL), used_by)
}

/// The same where they must all be of one nature; one of another is unknown.
///
/// # Errors
/// As [`claim`].
pub fn claim_of(
    conn: &mut PgConnection,
    owner: UserId,
    (ids, nature): (&[Uuid], Nature),
    used_by: (&'static str, Uuid),
) -> Result<(), Error> {
    claim_among(conn, owner, (ids, &[nature]), used_by)
}

fn claim_among(
    conn: &mut PgConnection,
    owner: UserId,
    (ids, natures): (&[Uuid], &[Nature]),
    used_by: (&'static str, Uuid),
) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    if ids.len() > MAX_TOGETHER {
        return Err(Error::Rule(&error::TOO_MANY_TOGETHER));
    }
    let keys: HashMap<Uuid, i64> =
        store::hold_ready(conn, owner, ids, natures)?.into_iter().map(|(key, id)| (id, key)).collect();
    let ordered: Option<Vec<i64>> = ids.iter().map(|id| keys.get(id).copied()).collect();
    let ordered = ordered.ok_or(Error::Rule(&error::UNKNOWN))?;
    if keys.len() < ids.len() {
        return Err(Error::Rule(&error::TOO_MANY_TOGETHER));
    }
    store::mark_used(conn, &ordered, used_by)?;
    Ok(())
}

/// The files of these ids that something uses, in one query.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut PgConnection, ids: &[Uuid]) -> Result<HashMap<Uuid, Media>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(store::used(conn, ids)?.into_iter().map(|media| (media.id, media)).collect())
}

/// The files of these objects, each object's in the order in which they were claimed, in one query.
///
/// # Errors
/// Those of the database.
pub fn of_objects(
    conn: &mut PgConnection,
    kind: &'static str,
    objects: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Media>>, Error> {
    let mut found: HashMap<Uuid, Vec<Media>> = HashMap::new();
    if objects.is_empty() {
        return Ok(found);
    }
    for media in store::used_by(conn, kind, objects)? {
        if let Some((_, object)) = &media.used_by {
            found.entry(*object).or_default().push(media);
        }
    }
    Ok(found)
}

/// Objects are gone for good: their files are shown no longer, and leave the store soon. Says how many.
///
/// # Errors
/// Those of the database.
pub fn release(conn: &mut PgConnection, kind: &'static str, objects: &[Uuid]) -> Result<usize, Error> {
    if objects.is_empty() {
        return Ok(0);
    }
    Ok(store::doom_used(conn, kind, objects)?)
}

/// Somebody leaves: all that they uploaded does too. Says how many.
///
/// # Errors
/// Those of the database.
pub fn erase(conn: &mut PgConnection, owner: UserId) -> Result<usize, Error> {
    Ok(store::doom_all(conn, owner)?)
}
