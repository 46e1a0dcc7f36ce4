use super::failed::{Failure, Undelivered};
use crate::{
    Channel, Notification,
    inbox::Row as NotificationRow,
    schema::{appareil_push as device, envoi_notification as envoi, notification},
};
use chrono::{DateTime, Duration, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Text, Timestamptz},
};
use hostolink_kernel::{SessionId, UserId};
use hostolink_notifier::PushTarget;
use uuid::Uuid;

/// Something that is to leave.
pub(super) struct Due {
    pub(super) notification: i64,
    pub(super) owner: UserId,
    pub(super) channel: Channel,
    pub(super) at: DateTime<Utc>,
    pub(super) rest: Duration,
    /// Whether it goes to silent applications too.
    pub(super) loud: bool,
}

/// Writes down what is to leave, a push for each installed application, SMS up to `sms_a_day` for a person. What waits already says it too.
pub(super) fn enqueue(
    conn: &mut PgConnection,
    due: &[Due],
    sms_a_day: i64,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    // The person's box is held: nobody else counts meanwhile. Those of this statement are counted by their rank.
    sql_query(
        "INSERT INTO envoi_notification (id_notification, id_user, canal, id_appareil, statut, prochain_essai, cree_le) \
         SELECT d.n, d.u, d.c, a.id_appareil, 'attente', GREATEST(d.t, ( \
             SELECT max(e.fini_le) + make_interval(secs => d.r) FROM envoi_notification e \
             WHERE e.id_notification = d.n AND e.canal = d.c AND e.statut = 'envoye')), $7 \
         FROM (SELECT x.*, row_number() OVER (PARTITION BY x.u, x.c ORDER BY x.n) AS rang \
             FROM unnest($1, $2, $3, $4, $5, $6) AS x (n, u, c, t, r, o)) AS d \
         LEFT JOIN appareil_push a ON d.c = 'push' AND a.id_user = d.u AND (a.actif OR d.o) \
         WHERE CASE d.c WHEN 'push' THEN a.id_appareil IS NOT NULL \
             WHEN 'sms' THEN d.rang + (SELECT count(*) FROM envoi_notification e \
                 WHERE e.canal = 'sms' AND e.id_user = d.u AND e.cree_le > $7 - interval '1 day') <= $8 \
             ELSE true END \
         ON CONFLICT (id_notification, canal, COALESCE(id_appareil, 0)) WHERE statut = 'attente' DO NOTHING",
    )
    .bind::<Array<BigInt>, _>(due.iter().map(|one| one.notification).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(due.iter().map(|one| one.owner.key()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(due.iter().map(|one| one.channel.code()).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(due.iter().map(|one| one.at).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(due.iter().map(|one| one.rest.num_seconds()).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(due.iter().map(|one| one.loud).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(sms_a_day)
    .execute(conn)
}

/// A device as it is now.
pub(super) struct DeviceNow {
    pub(super) key: i64,
    pub(super) owner: UserId,
    pub(super) active: bool,
    pub(super) session: SessionId,
    kind: String,
    target: String,
}

impl DeviceNow {
    pub(super) fn target(&self) -> Option<PushTarget> {
        match self.kind.as_str() {
            "token" => PushTarget::token(&self.target).ok(),
            _ => PushTarget::installation(&self.target).ok(),
        }
    }
}

/// Something that is due, with all that decides whether it is sent.
pub(super) struct Leased {
    pub(super) key: i64,
    pub(super) tries: i32,
    pub(super) channel: String,
    pub(super) notification: Notification,
    pub(super) device: Option<DeviceNow>,
}

// States stand in the queries as they stand in the partial indexes: a plan for any state could use none of these.

/// Text messages of whose worker nothing was heard: they may have left.
pub(super) fn give_up_silent_sms(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    let silent = envoi::table
        .filter(sql::<Bool>("statut = 'parti'"))
        .filter(envoi::canal.eq("sms"))
        .filter(envoi::prochain_essai.le(now));
    diesel::update(silent).set((envoi::statut.eq("inconnu"), envoi::fini_le.eq(now))).execute(conn)
}

pub(super) fn lease(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<Leased>> {
    let keys: Vec<i64> = envoi::table
        .filter(sql::<Bool>("statut IN ('attente', 'parti')"))
        .filter(envoi::prochain_essai.le(now))
        .order(envoi::prochain_essai)
        .limit(limit)
        .select(envoi::id_envoi)
        .for_no_key_update()
        .skip_locked()
        .load(conn)?;
    diesel::update(envoi::table.filter(envoi::id_envoi.eq_any(&keys)))
        .set((
            envoi::statut.eq("parti"),
            envoi::essais.eq(envoi::essais + 1),
            envoi::prochain_essai.eq(until),
        ))
        .execute(conn)?;
    type DeviceRow = (i64, i32, bool, Uuid, String, String);
    type Row = ((i64, i32, String), NotificationRow, Option<DeviceRow>);
    let rows: Vec<Row> = envoi::table
        .inner_join(notification::table.on(notification::id_notification.eq(envoi::id_notification)))
        .left_join(device::table.on(device::id_appareil.nullable().eq(envoi::id_appareil)))
        .filter(envoi::id_envoi.eq_any(&keys))
        .order(envoi::id_envoi)
        .select((
            (envoi::id_envoi, envoi::essais, envoi::canal),
            NotificationRow::as_select(),
            (
                device::id_appareil,
                device::id_user,
                device::actif,
                device::session,
                device::cible_type,
                device::cible,
            )
                .nullable(),
        ))
        .load(conn)?;
    let leased = |((key, tries, channel), row, device): Row| Leased {
        key,
        tries,
        channel,
        notification: row.into(),
        device: device.map(|(key, owner, active, session, kind, target)| DeviceNow {
            key,
            owner: UserId::new(owner),
            active,
            session: SessionId::new(session),
            kind,
            target,
        }),
    };
    Ok(rows.into_iter().map(leased).collect())
}

/// Holds one that was leased, and says whether it is still lent to the worker of this try.
pub(super) fn hold(conn: &mut PgConnection, key: i64, tries: i32) -> QueryResult<bool> {
    let held: Option<i64> = envoi::table
        .find(key)
        .filter(envoi::statut.eq("parti").and(envoi::essais.eq(tries)))
        .select(envoi::id_envoi)
        .for_no_key_update()
        .first(conn)
        .optional()?;
    Ok(held.is_some())
}

/// Holds an application that is about to be forgotten.
pub(super) fn hold_device(conn: &mut PgConnection, key: Option<i64>) -> QueryResult<()> {
    let _held: Option<i64> = device::table
        .filter(device::id_appareil.nullable().eq(key))
        .select(device::id_appareil)
        .for_update()
        .first(conn)
        .optional()?;
    Ok(())
}

/// To be tried again then; where another waits already that says the same, that one is enough. A try that was none is not counted.
pub(super) fn postpone(
    conn: &mut PgConnection,
    key: i64,
    until: DateTime<Utc>,
    code: Option<u16>,
    uncounted: bool,
) -> QueryResult<()> {
    sql_query(
        "UPDATE envoi_notification e SET prochain_essai = $2, code = $3, essais = e.essais - $4, \
             statut = CASE WHEN EXISTS (SELECT FROM envoi_notification t WHERE t.id_notification = e.id_notification \
                 AND t.canal = e.canal AND COALESCE(t.id_appareil, 0) = COALESCE(e.id_appareil, 0) AND t.statut = 'attente') \
             THEN 'inutile' ELSE 'attente' END \
         WHERE e.id_envoi = $1 AND e.statut = 'parti'",
    )
    .bind::<BigInt, _>(key)
    .bind::<Timestamptz, _>(until)
    .bind::<diesel::sql_types::Nullable<Integer>, _>(code.map(i32::from))
    .bind::<Integer, _>(i32::from(uncounted))
    .execute(conn)?;
    Ok(())
}

pub(super) fn end(
    conn: &mut PgConnection,
    keys: &[i64],
    (state, code): (&str, Option<u16>),
    id: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    if keys.is_empty() {
        return Ok(());
    }
    diesel::update(envoi::table.filter(envoi::id_envoi.eq_any(keys).and(envoi::statut.eq("parti"))))
        .set((
            envoi::statut.eq(state),
            envoi::code.eq(code.map(i32::from)),
            envoi::identifiant.eq(id),
            envoi::fini_le.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets an application that is not there any more. A trigger takes what waited for it along.
pub(super) fn forget_device(conn: &mut PgConnection, key: Option<i64>) -> QueryResult<usize> {
    diesel::delete(device::table.filter(device::id_appareil.nullable().eq(key))).execute(conn)
}

/// What was not delivered, as the partial index on what failed has it.
pub(super) fn undelivered(
    conn: &mut PgConnection,
    (channel, failure): (Option<Channel>, Option<Failure>),
    before: Option<i64>,
    limit: i64,
) -> QueryResult<Vec<Undelivered>> {
    let mut query = envoi::table
        .inner_join(notification::table.on(notification::id_notification.eq(envoi::id_notification)))
        .filter(sql::<Bool>("envoi_notification.statut IN ('refuse', 'abandonne', 'inconnu')"))
        .into_boxed();
    if let Some(channel) = channel {
        query = query.filter(envoi::canal.eq(channel.code()));
    }
    if let Some(failure) = failure {
        query = query.filter(envoi::statut.eq(failure.state()));
    }
    if let Some(before) = before {
        query = query.filter(envoi::id_envoi.lt(before));
    }
    type Row =
        ((i64, String, String, i32, Option<i32>, DateTime<Utc>, Option<DateTime<Utc>>), (Uuid, String, i32));
    let rows: Vec<Row> = query
        .order(envoi::id_envoi.desc())
        .limit(limit)
        .select((
            (
                envoi::id_envoi,
                envoi::canal,
                envoi::statut,
                envoi::essais,
                envoi::code,
                envoi::cree_le,
                envoi::fini_le,
            ),
            (notification::public_id, notification::type_, notification::id_user),
        ))
        .load(conn)?;
    let undelivered = |((key, channel, state, tries, code, created_at, ended_at), told): Row| {
        Some(Undelivered {
            key,
            notification: told.0,
            kind_code: told.1,
            owner: UserId::new(told.2),
            channel: Channel::parse(&channel)?,
            failure: Failure::of(&state)?,
            tries,
            code,
            created_at,
            ended_at,
        })
    };
    Ok(rows.into_iter().filter_map(undelivered).collect())
}
