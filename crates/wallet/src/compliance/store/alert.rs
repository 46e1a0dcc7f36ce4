use super::list;
use crate::{
    compliance::{Alert, AlertFilter, AlertState, Remark, RemarkText, WatchKind, alert::NewAlert},
    schema::{alerte_conformite as alerte, commentaire_alerte as commentaire},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, select},
    pg::Pg,
    prelude::*,
};
use hostolink_kernel::{AlertId, TransactionId, UserId, Xof};

#[derive(Queryable, Selectable)]
#[diesel(table_name = alerte, check_for_backend(Pg))]
struct Row {
    public_id: AlertId,
    id_user: UserId,
    genre: WatchKind,
    id_fiche: Option<i64>,
    nom_liste: Option<String>,
    montant: Option<Xof>,
    nombre: Option<i32>,
    transaction_vue: Option<TransactionId>,
    retient: bool,
    etat: AlertState,
    ouverte_le: DateTime<Utc>,
    attribuee_a: Option<UserId>,
    decidee_par: Option<UserId>,
    decidee_le: Option<DateTime<Utc>>,
    levee_demandee_par: Option<UserId>,
    levee_par: Option<UserId>,
    levee_le: Option<DateTime<Utc>>,
}

/// With their entries, in one more query.
fn read(conn: &mut PgConnection, rows: Vec<Row>) -> QueryResult<Vec<Alert>> {
    let numbers: Vec<i64> = rows.iter().filter_map(|row| row.id_fiche).collect();
    let entries = if numbers.is_empty() { Default::default() } else { list::listed(conn, &numbers)? };
    let alert = |row: Row| {
        let mut listed = row.id_fiche.and_then(|number| entries.get(&number).cloned());
        if let (Some(listed), Some(name)) = (&mut listed, row.nom_liste) {
            listed.name = name;
        }
        Alert {
            id: row.public_id,
            person: row.id_user,
            kind: row.genre,
            listed,
            amount: row.montant,
            count: row.nombre,
            transaction: row.transaction_vue,
            holds: row.retient,
            state: row.etat,
            opened_at: row.ouverte_le,
            assignee: row.attribuee_a,
            decided_by: row.decidee_par,
            decided_at: row.decidee_le,
            release_asked_by: row.levee_demandee_par,
            released_by: row.levee_par,
            released_at: row.levee_le,
        }
    };
    Ok(rows.into_iter().map(alert).collect())
}

/// Opens an alert; `false` where there is one about the same.
pub(in crate::compliance) fn insert(
    conn: &mut PgConnection,
    id: AlertId,
    new: &NewAlert,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let rows = diesel::insert_into(alerte::table)
        .values((
            alerte::public_id.eq(id),
            alerte::id_user.eq(new.person),
            alerte::genre.eq(new.kind),
            alerte::objet.eq(&new.subject),
            alerte::id_fiche.eq(new.entry.as_ref().map(|(number, _)| *number)),
            alerte::nom_liste.eq(new.entry.as_ref().map(|(_, name)| name)),
            alerte::id_regle.eq(new.rule),
            alerte::montant.eq(new.amount),
            alerte::nombre.eq(new.count),
            alerte::transaction_vue.eq(new.transaction),
            alerte::retient.eq(new.holds),
            alerte::ouverte_le.eq(now),
        ))
        .on_conflict((alerte::id_user, alerte::objet))
        .do_nothing()
        .execute(conn)?;
    Ok(rows == 1)
}

/// Whether an alert holds a person's money back.
pub(in crate::compliance) fn holds(conn: &mut PgConnection, person: UserId) -> QueryResult<bool> {
    select(exists(alerte::table.filter(alerte::id_user.eq(person).and(alerte::retient)))).get_result(conn)
}

/// The one with this id. One about who asks is not there.
pub(in crate::compliance) fn find(
    conn: &mut PgConnection,
    reader: UserId,
    id: AlertId,
) -> QueryResult<Option<Alert>> {
    let row = alerte::table
        .filter(alerte::public_id.eq(id).and(alerte::id_user.ne(reader)))
        .select(Row::as_select())
        .load(conn)?;
    Ok(read(conn, row)?.pop())
}

/// The same, held until the end of the transaction.
pub(in crate::compliance) fn lock(
    conn: &mut PgConnection,
    reader: UserId,
    id: AlertId,
) -> QueryResult<Option<Alert>> {
    let row = alerte::table
        .filter(alerte::public_id.eq(id).and(alerte::id_user.ne(reader)))
        .select(Row::as_select())
        .for_no_key_update()
        .load(conn)?;
    Ok(read(conn, row)?.pop())
}

/// Alerts before `before`, the newest first.
pub(in crate::compliance) fn list(
    conn: &mut PgConnection,
    reader: UserId,
    filter: &AlertFilter,
    before: Option<AlertId>,
    limit: i64,
) -> QueryResult<Vec<Alert>> {
    let mut rows = alerte::table.filter(alerte::id_user.ne(reader)).select(Row::as_select()).into_boxed();
    if let Some(state) = filter.state {
        rows = rows.filter(alerte::etat.eq(state));
    }
    if let Some(kind) = filter.kind {
        rows = rows.filter(alerte::genre.eq(kind));
    }
    if let Some(assignee) = filter.assignee {
        rows = rows.filter(alerte::attribuee_a.eq(assignee));
    }
    if filter.holding {
        rows = rows.filter(alerte::retient);
    }
    if let Some(before) = before {
        rows = rows.filter(alerte::public_id.lt(before));
    }
    let rows = rows.order(alerte::public_id.desc()).limit(limit).load(conn)?;
    read(conn, rows)
}

/// What was opened in a stretch of time, the oldest first.
pub(in crate::compliance) fn opened_between(
    conn: &mut PgConnection,
    reader: UserId,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> QueryResult<Vec<Alert>> {
    let rows = alerte::table
        .filter(alerte::id_user.ne(reader))
        .filter(alerte::ouverte_le.ge(from).and(alerte::ouverte_le.lt(until)))
        .order((alerte::ouverte_le, alerte::id_alerte))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    read(conn, rows)
}

/// Writes what an officer changed. It must be locked.
pub(in crate::compliance) fn update(conn: &mut PgConnection, alert: &Alert) -> QueryResult<usize> {
    diesel::update(alerte::table.filter(alerte::public_id.eq(alert.id)))
        .set((
            alerte::retient.eq(alert.holds),
            alerte::etat.eq(alert.state),
            alerte::attribuee_a.eq(alert.assignee),
            alerte::decidee_par.eq(alert.decided_by),
            alerte::decidee_le.eq(alert.decided_at),
            alerte::levee_demandee_par.eq(alert.release_asked_by),
            alerte::levee_par.eq(alert.released_by),
            alerte::levee_le.eq(alert.released_at),
        ))
        .execute(conn)
}

pub(in crate::compliance) fn insert_remark(
    conn: &mut PgConnection,
    alert: AlertId,
    remark: &Remark,
) -> QueryResult<usize> {
    let number: i64 =
        alerte::table.filter(alerte::public_id.eq(alert)).select(alerte::id_alerte).first(conn)?;
    diesel::insert_into(commentaire::table)
        .values((
            commentaire::id_alerte.eq(number),
            commentaire::auteur.eq(remark.author),
            commentaire::texte.eq(remark.text.as_str()),
            commentaire::ecrit_le.eq(remark.at),
        ))
        .execute(conn)
}

/// What officers wrote to an alert, the oldest first.
pub(in crate::compliance) fn remarks(conn: &mut PgConnection, alert: AlertId) -> QueryResult<Vec<Remark>> {
    let rows: Vec<(UserId, String, DateTime<Utc>)> = commentaire::table
        .inner_join(alerte::table)
        .filter(alerte::public_id.eq(alert))
        .order(commentaire::id_commentaire)
        .limit(MOST_REMARKS)
        .select((commentaire::auteur, commentaire::texte, commentaire::ecrit_le))
        .load(conn)?;
    let remark = |(author, text, at)| Remark { author, text: RemarkText::stored(text), at };
    Ok(rows.into_iter().map(remark).collect())
}

/// How many remarks an alert has.
pub(in crate::compliance) fn count_remarks(conn: &mut PgConnection, alert: AlertId) -> QueryResult<i64> {
    commentaire::table.inner_join(alerte::table).filter(alerte::public_id.eq(alert)).count().get_result(conn)
}

/// The most remarks that an alert takes.
pub(in crate::compliance) const MOST_REMARKS: i64 = 200;
