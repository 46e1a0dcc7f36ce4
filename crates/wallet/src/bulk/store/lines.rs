use super::{corrupt, count, number};
use crate::{
    Error,
    bulk::{
        model::{BulkLine, LineFilter, LineState, NameVerdict},
        payment::LineOutcome,
    },
    schema::{ligne_paiement_groupe as ligne, paiement_groupe as groupe},
};
use diesel::{
    pg::Pg,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Integer, Nullable, Text, Uuid as SqlUuid},
};
use hostolink_kernel::{BulkId, TransactionId, UserId, Xof};
use hostolink_ledger::Note;

/// Lines that one statement inserts: a statement takes 65,535 values at most.
const AT_ONCE: usize = 2_000;
/// What is written of a line that was not paid because its file was stopped.
const STOPPED: &str = "arretee";

/// Stores the lines of a draft.
pub(super) fn insert(conn: &mut PgConnection, key: i64, lines: &[BulkLine]) -> QueryResult<()> {
    for lines in lines.chunks(AT_ONCE) {
        let rows: Vec<_> = lines
            .iter()
            .map(|one| {
                let error = match &one.state {
                    LineState::Invalid(code) => Some(code.as_str()),
                    _ => None,
                };
                (
                    ligne::id_groupe.eq(key),
                    ligne::numero.eq(count(one.number)),
                    ligne::ligne.eq(count(one.line)),
                    ligne::destinataire.eq(one.recipient.as_str()),
                    ligne::id_destinataire.eq(one.receiver),
                    ligne::nom_indique.eq(one.name.as_deref()),
                    ligne::correspondance.eq(one.verdict.map(NameVerdict::name)),
                    ligne::montant.eq(one.amount),
                    ligne::frais.eq(one.fee),
                    ligne::note.eq(one.note.as_ref().map(Note::as_str)),
                    ligne::repete.eq(one.repeats.map(count)),
                    ligne::erreur.eq(error),
                )
            })
            .collect();
        diesel::insert_into(ligne::table).values(rows).execute(conn)?;
    }
    Ok(())
}

/// Forgets the lines of these files.
pub(super) fn delete(conn: &mut PgConnection, keys: &[i64]) -> QueryResult<usize> {
    diesel::delete(ligne::table.filter(ligne::id_groupe.eq_any(keys))).execute(conn)
}

/// Erases what these files said of others.
pub(super) fn erase_words(conn: &mut PgConnection, keys: &[i64]) -> QueryResult<usize> {
    diesel::update(ligne::table.filter(ligne::id_groupe.eq_any(keys)))
        .set((
            ligne::destinataire.eq(""),
            ligne::nom_indique.eq(None::<String>),
            ligne::note.eq(None::<String>),
        ))
        .execute(conn)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = ligne, check_for_backend(Pg))]
struct LineRow {
    numero: i32,
    ligne: i32,
    destinataire: String,
    id_destinataire: Option<UserId>,
    nom_indique: Option<String>,
    correspondance: Option<String>,
    montant: Option<Xof>,
    frais: Option<Xof>,
    note: Option<String>,
    repete: Option<i32>,
    erreur: Option<String>,
    issue: Option<String>,
    motif: Option<String>,
    transaction_faite: Option<TransactionId>,
}

impl LineRow {
    fn read(self) -> QueryResult<BulkLine> {
        let state = match (self.erreur, self.transaction_faite, self.motif) {
            (Some(code), ..) => LineState::Invalid(code),
            (None, Some(transaction), _) => LineState::Done(transaction),
            (None, None, Some(code)) => LineState::Refused(code),
            (None, None, None) if self.issue.as_deref() == Some(STOPPED) => LineState::Stopped,
            (None, None, None) => LineState::Ready,
        };
        let verdict = self.correspondance.map(|name| {
            NameVerdict::parse(&name).ok_or_else(|| corrupt("ligne_paiement_groupe.correspondance"))
        });
        let note = self.note.as_deref().map_or(Ok(None), Note::parse);
        Ok(BulkLine {
            number: number(self.numero)?,
            line: number(self.ligne)?,
            recipient: self.destinataire,
            receiver: self.id_destinataire,
            name: self.nom_indique,
            verdict: verdict.transpose()?,
            amount: self.montant,
            fee: self.frais,
            note: note.map_err(|_| corrupt("ligne_paiement_groupe.note"))?,
            repeats: self.repete.map(number).transpose()?,
            state,
        })
    }
}

/// The lines of a file after number `after`, in their order.
pub(in crate::bulk) fn list(
    conn: &mut PgConnection,
    key: i64,
    filter: Option<LineFilter>,
    after: u32,
    limit: i64,
) -> Result<Vec<BulkLine>, Error> {
    let mut rows = ligne::table
        .filter(ligne::id_groupe.eq(key).and(ligne::numero.gt(count(after))))
        .select(LineRow::as_select())
        .into_boxed();
    rows = match filter {
        None => rows,
        Some(LineFilter::Invalid) => rows.filter(ligne::erreur.is_not_null()),
        Some(LineFilter::NameDiffers) => rows.filter(ligne::correspondance.eq(NameVerdict::Different.name())),
        Some(LineFilter::Ready) => rows.filter(ligne::erreur.is_null().and(ligne::issue.is_null())),
        Some(LineFilter::Done) => rows.filter(ligne::transaction_faite.is_not_null()),
        Some(LineFilter::Refused) => rows.filter(ligne::motif.is_not_null()),
        Some(LineFilter::Stopped) => rows.filter(ligne::issue.eq(STOPPED)),
    };
    let rows: Vec<LineRow> = rows.order(ligne::numero).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(LineRow::read).collect::<QueryResult<_>>()?)
}

/// The lines of all files of somebody after a line of a file, the oldest file first.
pub(in crate::bulk) fn list_of_all(
    conn: &mut PgConnection,
    owner: UserId,
    after: Option<(BulkId, u32)>,
    limit: i64,
) -> Result<Vec<(BulkId, BulkLine)>, Error> {
    let mut rows = ligne::table
        .inner_join(groupe::table)
        .filter(groupe::id_user.eq(owner))
        .select((groupe::public_id, LineRow::as_select()))
        .into_boxed();
    if let Some((file, number)) = after {
        let same = groupe::public_id.eq(file).and(ligne::numero.gt(count(number)));
        rows = rows.filter(groupe::public_id.gt(file).or(same));
    }
    let rows: Vec<(BulkId, LineRow)> =
        rows.order((groupe::public_id, ligne::numero)).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(|(file, row)| Ok((file, row.read()?))).collect::<QueryResult<_>>()?)
}

#[derive(QueryableByName)]
struct SettledRow {
    #[diesel(sql_type = BigInt)]
    montant: Xof,
    #[diesel(sql_type = Text)]
    issue: String,
}

/// What a line came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bulk) enum Settled {
    Done,
    Refused,
    Stopped,
}

/// Writes down what came of lines, once each: the amounts of those that are new, and what they came to.
pub(in crate::bulk) fn settle(
    conn: &mut PgConnection,
    key: i64,
    outcomes: &[(u32, LineOutcome)],
) -> QueryResult<Vec<(Xof, Settled)>> {
    let numbers: Vec<i32> = outcomes.iter().map(|(number, _)| count(*number)).collect();
    let code = |outcome: &LineOutcome| match outcome {
        LineOutcome::Done(_) | LineOutcome::Stopped => None,
        LineOutcome::Refused(code) => Some(*code),
    };
    let transaction = |outcome: &LineOutcome| match outcome {
        LineOutcome::Done(id) => Some(id.uuid()),
        LineOutcome::Refused(_) | LineOutcome::Stopped => None,
    };
    let rows: Vec<SettledRow> = sql_query(
        "UPDATE ligne_paiement_groupe l SET motif = q.m, transaction_faite = q.t, \
                issue = CASE WHEN q.t IS NOT NULL THEN 'faite' WHEN q.m IS NOT NULL THEN 'refusee' ELSE 'arretee' END \
         FROM unnest($2, $3, $4) AS q (n, m, t) \
         WHERE l.id_groupe = $1 AND l.numero = q.n AND l.issue IS NULL RETURNING l.montant, l.issue",
    )
    .bind::<BigInt, _>(key)
    .bind::<Array<Integer>, _>(numbers)
    .bind::<Array<Nullable<Text>>, _>(outcomes.iter().map(|(_, outcome)| code(outcome)).collect::<Vec<_>>())
    .bind::<Array<Nullable<SqlUuid>>, _>(
        outcomes.iter().map(|(_, outcome)| transaction(outcome)).collect::<Vec<_>>(),
    )
    .load(conn)?;
    let settled = |row: SettledRow| match row.issue.as_str() {
        "faite" => (row.montant, Settled::Done),
        STOPPED => (row.montant, Settled::Stopped),
        _ => (row.montant, Settled::Refused),
    };
    Ok(rows.into_iter().map(settled).collect())
}
