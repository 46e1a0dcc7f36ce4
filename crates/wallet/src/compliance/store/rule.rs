use crate::{
    compliance::{NewWatchRule, WatchAction, WatchKind, WatchLimits, WatchRule},
    schema::regle_vigilance as regle,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{pg::Pg, prelude::*};
use hostolink_kernel::{UserId, Xof};

#[derive(Queryable, Selectable)]
#[diesel(table_name = regle, check_for_backend(Pg))]
struct Row {
    id_regle: i64,
    genre: WatchKind,
    action: WatchAction,
    active: bool,
    fenetre_s: Option<i32>,
    nombre: Option<i32>,
    montant: Option<Xof>,
    plancher: Option<Xof>,
    part: Option<i16>,
    valide_du: NaiveDate,
    pose_par: Option<UserId>,
    pose_le: DateTime<Utc>,
}

/// Every rule; of one kind and action the oldest first, each with its end.
pub(crate) fn all(conn: &mut PgConnection) -> QueryResult<Vec<WatchRule>> {
    let rows: Vec<Row> = regle::table
        .order((regle::genre, regle::action, regle::valide_du))
        .select(Row::as_select())
        .load(conn)?;
    let mut rules: Vec<WatchRule> = Vec::with_capacity(rows.len());
    for row in rows {
        let rule = WatchRule {
            number: row.id_regle,
            kind: row.genre,
            action: row.action,
            active: row.active,
            limits: WatchLimits {
                window: row.fenetre_s,
                count: row.nombre,
                amount: row.montant,
                floor: row.plancher,
                share: row.part,
            },
            from: row.valide_du,
            until: None,
            set_by: row.pose_par,
            set_at: row.pose_le,
        };
        if let Some(before) = rules.last_mut()
            && (before.kind, before.action) == (rule.kind, rule.action)
        {
            before.until = Some(rule.from);
        }
        rules.push(rule);
    }
    Ok(rules)
}

pub(in crate::compliance) fn insert(
    conn: &mut PgConnection,
    new: &NewWatchRule,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let limits = &new.limits;
    diesel::insert_into(regle::table)
        .values((
            regle::genre.eq(new.kind),
            regle::action.eq(new.action),
            regle::active.eq(new.active),
            regle::fenetre_s.eq(limits.window),
            regle::nombre.eq(limits.count),
            regle::montant.eq(limits.amount),
            regle::plancher.eq(limits.floor),
            regle::part.eq(limits.share),
            regle::valide_du.eq(new.from),
            regle::pose_par.eq(by),
            regle::pose_le.eq(now),
        ))
        .execute(conn)
}
