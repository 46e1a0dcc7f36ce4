use super::Standing;
use crate::{
    Channel, Kind, QuietHours,
    schema::{boite_notification as boite, preference_notification as preference},
};
use diesel::prelude::*;
use hostolink_kernel::UserId;
use std::collections::HashMap;

type BoxRow = (i32, Option<i16>, Option<i16>, i16, bool);

/// How these people want to be told, in two queries. Who never said anything may be missing.
pub(crate) fn standings(
    conn: &mut PgConnection,
    people: &[UserId],
) -> QueryResult<HashMap<UserId, Standing>> {
    let keys: Vec<i32> = people.iter().map(|person| person.key()).collect();
    let mut standings: HashMap<UserId, Standing> = HashMap::new();
    let boxes: Vec<BoxRow> = boite::table
        .filter(boite::id_user.eq_any(&keys))
        .select((boite::id_user, boite::silence_debut, boite::silence_fin, boite::decalage, boite::discrete))
        .load(conn)?;
    for (person, from, until, offset, discreet) in boxes {
        // The table takes no others.
        let quiet = from.zip(until).and_then(|(from, until)| QuietHours::new(from, until, offset).ok());
        standings.insert(UserId::new(person), Standing { chosen: HashMap::new(), quiet, discreet });
    }
    let chosen: Vec<(i32, String, String, bool)> = preference::table
        .filter(preference::id_user.eq_any(&keys))
        .select((preference::id_user, preference::type_, preference::canal, preference::active))
        .load(conn)?;
    for (person, kind, channel, on) in chosen {
        standings.entry(UserId::new(person)).or_default().chosen.insert((kind, channel), on);
    }
    Ok(standings)
}

pub(super) fn write_choices(
    conn: &mut PgConnection,
    owner: UserId,
    choices: &HashMap<(Kind, Channel), bool>,
) -> QueryResult<usize> {
    let rows: Vec<_> = choices
        .iter()
        .map(|((kind, channel), on)| {
            (
                preference::id_user.eq(owner.key()),
                preference::type_.eq(kind.code()),
                preference::canal.eq(channel.code()),
                preference::active.eq(*on),
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(0);
    }
    diesel::insert_into(preference::table)
        .values(rows)
        .on_conflict((preference::id_user, preference::type_, preference::canal))
        .do_update()
        .set(preference::active.eq(diesel::upsert::excluded(preference::active)))
        .execute(conn)
}

pub(super) fn write_quiet(
    conn: &mut PgConnection,
    owner: UserId,
    quiet: Option<QuietHours>,
) -> QueryResult<usize> {
    diesel::update(boite::table.find(owner.key()))
        .set((
            boite::silence_debut.eq(quiet.map(QuietHours::from)),
            boite::silence_fin.eq(quiet.map(QuietHours::until)),
            boite::decalage.eq(quiet.map_or(0, QuietHours::offset)),
        ))
        .execute(conn)
}

pub(super) fn write_discreet(conn: &mut PgConnection, owner: UserId, discreet: bool) -> QueryResult<usize> {
    diesel::update(boite::table.find(owner.key())).set(boite::discrete.eq(discreet)).execute(conn)
}
