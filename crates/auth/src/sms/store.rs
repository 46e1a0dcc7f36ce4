use super::model::{JUDGED_OVER, LONGEST_BACK_OFF, SmsCount, SmsLimits, SmsState, UNDECIDED};
use crate::schema::{depense_sms, envoi_sms, essai};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    OptionalExtension, PgConnection, QueryableByName,
    prelude::*,
    result::QueryResult,
    sql_query,
    sql_types::{BigInt, Binary, Date, Integer, Nullable, Text, Timestamptz},
};
use uuid::Uuid;

/// Lets a code go to a number, and makes the next wait longer; `Err` holds when the next may go.
pub(super) fn wait_longer(
    conn: &mut PgConnection,
    name: &str,
    key: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Result<(), DateTime<Utc>>> {
    // A quiet day forgives all. The wait after the n-th in a row is 2^(n-1) minutes.
    let taken = sql_query(
        "INSERT INTO essai (objet, cle, nombre, debut, suivant) VALUES ($1, $2, 1, $3, $3 + interval '1 minute')
         ON CONFLICT ON CONSTRAINT essai_pkey DO UPDATE SET
             nombre = CASE WHEN essai.debut <= $3 - interval '1 day' THEN 1 ELSE LEAST(essai.nombre + 1, 1000) END,
             debut = $3,
             suivant = $3 + make_interval(mins => CASE WHEN essai.debut <= $3 - interval '1 day' THEN 1
                 ELSE LEAST($4, power(2, LEAST(essai.nombre, 10))::int) END)
         WHERE essai.suivant <= $3",
    )
    .bind::<Text, _>(name)
    .bind::<Binary, _>(key)
    .bind::<Timestamptz, _>(now)
    .bind::<Integer, _>(LONGEST_BACK_OFF)
    .execute(conn)?;
    if taken == 1 {
        return Ok(Ok(()));
    }
    let next = essai::table.find((name, key)).select(essai::suivant).first(conn).optional()?;
    Ok(Err(next.unwrap_or(now)))
}

/// Takes what a message may cost from the day's budget. `false` when too little is left.
pub(super) fn spend(conn: &mut PgConnection, day: NaiveDate, cost: i64, budget: i64) -> QueryResult<bool> {
    let taken = sql_query(
        "INSERT INTO depense_sms (jour, cout_millimes) SELECT $1, $2 WHERE $2 <= $3
         ON CONFLICT ON CONSTRAINT depense_sms_pkey DO UPDATE SET cout_millimes = depense_sms.cout_millimes + $2
         WHERE depense_sms.cout_millimes + $2 <= $3",
    )
    .bind::<Date, _>(day)
    .bind::<BigInt, _>(cost)
    .bind::<BigInt, _>(budget)
    .execute(conn)?;
    Ok(taken == 1)
}

/// Gives back what a message did not cost after all.
pub(super) fn give_back(conn: &mut PgConnection, day: NaiveDate, amount: i64) -> QueryResult<usize> {
    diesel::update(depense_sms::table.find(day))
        .set(depense_sms::cout_millimes.eq(depense_sms::cout_millimes - amount))
        .execute(conn)
}

/// What a day's messages cost so far.
pub(super) fn spent(conn: &mut PgConnection, day: NaiveDate) -> QueryResult<i64> {
    let row = depense_sms::table.find(day).select(depense_sms::cout_millimes).first(conn).optional()?;
    Ok(row.unwrap_or(0))
}

#[derive(QueryableByName)]
struct Prefix {
    #[diesel(sql_type = Text)]
    prefixe: String,
}

/// The prefixes whose codes are shown too rarely, or whether this one is among them.
pub(super) fn stopped(
    conn: &mut PgConnection,
    limits: &SmsLimits,
    only: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<Vec<String>> {
    let rows: Vec<Prefix> = sql_query(
        "SELECT prefixe::text FROM envoi_sms
         WHERE cree_le > $1 AND cree_le <= $2 AND porte_code AND etat NOT IN ('refuse', 'indisponible')
             AND ($3 IS NULL OR prefixe = $3)
         GROUP BY prefixe HAVING count(*) >= $4 AND count(verifie_le) * 100 < count(*) * $5
         ORDER BY count(*) DESC, prefixe LIMIT 100",
    )
    .bind::<Timestamptz, _>(now - JUDGED_OVER)
    .bind::<Timestamptz, _>(now - UNDECIDED)
    .bind::<Nullable<Text>, _>(only)
    .bind::<BigInt, _>(limits.judged_after)
    .bind::<BigInt, _>(limits.least_shown_percent)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.prefixe).collect())
}

/// A message about to be handed over.
pub(super) struct NewSms<'a> {
    pub(super) id: Uuid,
    pub(super) number: &'a [u8],
    pub(super) prefix: &'a str,
    pub(super) carries_code: bool,
    pub(super) segments: i16,
    pub(super) cost: i64,
}

pub(super) fn insert(conn: &mut PgConnection, new: &NewSms<'_>, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::insert_into(envoi_sms::table)
        .values((
            envoi_sms::id.eq(new.id),
            envoi_sms::cree_le.eq(now),
            envoi_sms::numero_hache.eq(new.number),
            envoi_sms::prefixe.eq(new.prefix),
            envoi_sms::porte_code.eq(new.carries_code),
            envoi_sms::segments.eq(new.segments),
            envoi_sms::cout_millimes.eq(new.cost),
            envoi_sms::etat.eq(SmsState::Sending.as_str()),
            envoi_sms::etat_le.eq(now),
        ))
        .execute(conn)
}

/// When a message that is being handed over was begun, and what it may cost. Locks it.
pub(super) fn sending(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<(DateTime<Utc>, i64)>> {
    envoi_sms::table
        .find(id)
        .filter(envoi_sms::etat.eq(SmsState::Sending.as_str()))
        .select((envoi_sms::cree_le, envoi_sms::cout_millimes))
        .for_update()
        .first(conn)
        .optional()
}

pub(super) fn settle(
    conn: &mut PgConnection,
    id: Uuid,
    result: &super::SmsResult<'_>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(envoi_sms::table.find(id))
        .set((
            envoi_sms::fournisseur.eq(result.provider),
            envoi_sms::fournisseur_id.eq(result.provider_id),
            envoi_sms::etat.eq(result.state.as_str()),
            envoi_sms::etat_le.eq(now),
            envoi_sms::cout_millimes.eq(result.cost_millimes),
        ))
        .execute(conn)
}

/// Moves a message on, where it has not come further already.
pub(super) fn advance(
    conn: &mut PgConnection,
    provider: &str,
    provider_id: &str,
    receipt: super::SmsReceipt,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let earlier = receipt.follows().iter().map(|state| state.as_str());
    diesel::update(
        envoi_sms::table
            .filter(envoi_sms::fournisseur.eq(provider))
            .filter(envoi_sms::fournisseur_id.eq(provider_id))
            .filter(envoi_sms::etat.eq_any(earlier)),
    )
    .set((envoi_sms::etat.eq(receipt.state().as_str()), envoi_sms::etat_le.eq(now)))
    .execute(conn)
}

/// The code that these messages carried was shown.
pub(super) fn shown(
    conn: &mut PgConnection,
    number: &[u8],
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(
        envoi_sms::table
            .filter(envoi_sms::numero_hache.eq(number))
            .filter(envoi_sms::cree_le.ge(since))
            .filter(envoi_sms::porte_code)
            .filter(envoi_sms::verifie_le.is_null()),
    )
    .set(envoi_sms::verifie_le.eq(now))
    .execute(conn)
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Nullable<Text>)]
    fournisseur: Option<String>,
    #[diesel(sql_type = Text)]
    etat: String,
    #[diesel(sql_type = BigInt)]
    messages: i64,
    #[diesel(sql_type = BigInt)]
    segments: i64,
    #[diesel(sql_type = BigInt)]
    cout: i64,
    #[diesel(sql_type = BigInt)]
    verifies: i64,
}

pub(super) fn counts(conn: &mut PgConnection, since: DateTime<Utc>) -> QueryResult<Vec<SmsCount>> {
    let rows: Vec<Counted> = sql_query(
        "SELECT fournisseur::text, etat::text, count(*) AS messages, sum(segments)::bigint AS segments,
             sum(cout_millimes)::bigint AS cout, count(verifie_le) AS verifies
         FROM envoi_sms WHERE cree_le >= $1 GROUP BY fournisseur, etat ORDER BY fournisseur NULLS LAST, etat",
    )
    .bind::<Timestamptz, _>(since)
    .load(conn)?;
    let count = |row: Counted| {
        Some(SmsCount {
            provider: row.fournisseur,
            state: SmsState::parse(&row.etat)?,
            messages: row.messages,
            segments: row.segments,
            cost_millimes: row.cout,
            shown: row.verifies,
        })
    };
    Ok(rows.into_iter().filter_map(count).collect())
}

/// Erases rows of long ago, at most `limit`.
pub(crate) fn purge(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let old = envoi_sms::table
        .filter(envoi_sms::cree_le.lt(before))
        .order(envoi_sms::cree_le)
        .limit(limit)
        .select(envoi_sms::id);
    let ids: Vec<Uuid> = old.load(conn)?;
    diesel::delete(envoi_sms::table.filter(envoi_sms::id.eq_any(ids))).execute(conn)
}
