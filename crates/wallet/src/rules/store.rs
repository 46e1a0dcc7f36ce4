use super::{Band, Level, LimitRule, NewLimit, NewScale, Operation, Payer, Scale, Side, Span, Subject};
use crate::schema::{bareme_frais as bareme, limite_kyc as limite, niveau_kyc as niveau};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{pg::Pg, prelude::*};
use hostolink_kernel::{UserId, Xof};
use std::collections::HashMap;

/// What stands for all operations together.
const ALL: &str = "toutes";

fn corrupt(what: &'static str) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(what.into())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = limite, check_for_backend(Pg))]
struct LimitRow {
    niveau: Level,
    operation: String,
    sens: Side,
    fenetre: Span,
    montant: Option<Xof>,
    nombre: Option<i32>,
    valide_du: NaiveDate,
    pose_par: Option<UserId>,
    pose_le: DateTime<Utc>,
}

impl LimitRow {
    fn read(self) -> QueryResult<LimitRule> {
        let operation = Operation::ALL.iter().copied().find(|known| known.name() == self.operation);
        if operation.is_none() && self.operation != ALL {
            return Err(corrupt("limite_kyc.operation"));
        }
        let subject = Subject { level: self.niveau, operation, side: self.sens, span: self.fenetre };
        let count = self.nombre.map(u32::try_from).transpose().map_err(|_| corrupt("limite_kyc.nombre"))?;
        Ok(LimitRule {
            subject,
            amount: self.montant,
            count,
            from: self.valide_du,
            until: None,
            set_by: self.pose_par,
            set_at: self.pose_le,
        })
    }
}

/// Every limit; of one subject the oldest first, each with its end.
pub(crate) fn limits(conn: &mut PgConnection) -> QueryResult<Vec<LimitRule>> {
    let rows: Vec<LimitRow> = limite::table
        .order((limite::niveau, limite::operation, limite::sens, limite::fenetre, limite::valide_du))
        .select(LimitRow::as_select())
        .load(conn)?;
    let mut rules = rows.into_iter().map(LimitRow::read).collect::<QueryResult<Vec<_>>>()?;
    for place in 1..rules.len() {
        if rules[place].subject == rules[place - 1].subject {
            rules[place - 1].until = Some(rules[place].from);
        }
    }
    Ok(rules)
}

pub(super) fn insert_limit(
    conn: &mut PgConnection,
    new: &NewLimit,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let subject = &new.subject;
    diesel::insert_into(limite::table)
        .values((
            limite::niveau.eq(subject.level),
            limite::operation.eq(subject.operation.map_or(ALL, Operation::name)),
            limite::sens.eq(subject.side),
            limite::fenetre.eq(subject.span),
            limite::montant.eq(new.amount),
            limite::nombre.eq(new.count.map(u32::cast_signed)),
            limite::valide_du.eq(new.from),
            limite::pose_par.eq(by),
            limite::pose_le.eq(now),
        ))
        .execute(conn)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = bareme, check_for_backend(Pg))]
struct BandRow {
    operation: Operation,
    payeur: Payer,
    a_partir_de: Xof,
    fixe: Xof,
    points_base: i32,
    minimum: Option<Xof>,
    maximum: Option<Xof>,
    part_agent: i32,
    valide_du: NaiveDate,
    pose_par: Option<UserId>,
    pose_le: DateTime<Utc>,
}

/// Every scale; of one operation the oldest first, each with its end.
pub(crate) fn scales(conn: &mut PgConnection) -> QueryResult<Vec<Scale>> {
    let rows: Vec<BandRow> = bareme::table
        .order((bareme::operation, bareme::payeur, bareme::valide_du, bareme::a_partir_de))
        .select(BandRow::as_select())
        .load(conn)?;
    let mut scales: Vec<Scale> = Vec::new();
    for row in rows {
        let part = |value: i32| u16::try_from(value).map_err(|_| corrupt("bareme_frais"));
        let band = Band {
            from_amount: row.a_partir_de,
            fixed: row.fixe,
            basis_points: part(row.points_base)?,
            minimum: row.minimum,
            maximum: row.maximum,
            agent_share: part(row.part_agent)?,
        };
        let of = (row.operation, row.payeur);
        match scales.last_mut().filter(|scale| (scale.operation, scale.payer) == of) {
            Some(scale) if scale.from == row.valide_du => scale.bands.push(band),
            before => {
                if let Some(before) = before {
                    before.until = Some(row.valide_du);
                }
                scales.push(Scale {
                    operation: row.operation,
                    payer: row.payeur,
                    bands: vec![band],
                    from: row.valide_du,
                    until: None,
                    set_by: row.pose_par,
                    set_at: row.pose_le,
                });
            }
        }
    }
    Ok(scales)
}

pub(super) fn insert_scale(
    conn: &mut PgConnection,
    new: &NewScale,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let rows: Vec<_> = new
        .bands
        .iter()
        .map(|band| {
            (
                bareme::operation.eq(new.operation),
                bareme::payeur.eq(new.payer),
                bareme::a_partir_de.eq(band.from_amount),
                bareme::fixe.eq(band.fixed),
                bareme::points_base.eq(i32::from(band.basis_points)),
                bareme::minimum.eq(band.minimum),
                bareme::maximum.eq(band.maximum),
                bareme::part_agent.eq(i32::from(band.agent_share)),
                bareme::valide_du.eq(new.from),
                bareme::pose_par.eq(by),
                bareme::pose_le.eq(now),
            )
        })
        .collect();
    diesel::insert_into(bareme::table).values(rows).execute(conn)
}

/// The levels of people; who has none is not identified.
pub(crate) fn levels(conn: &mut PgConnection, people: &[UserId]) -> QueryResult<HashMap<UserId, Level>> {
    let rows: Vec<(UserId, Level)> = niveau::table
        .filter(niveau::id_user.eq_any(people))
        .select((niveau::id_user, niveau::niveau))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

pub(crate) fn set_level(
    conn: &mut PgConnection,
    person: UserId,
    level: Level,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let values = (niveau::niveau.eq(level), niveau::depuis.eq(now));
    diesel::insert_into(niveau::table)
        .values((niveau::id_user.eq(person), values))
        .on_conflict(niveau::id_user)
        .do_update()
        .set(values)
        .execute(conn)
}
