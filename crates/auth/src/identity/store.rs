use super::{
    document::{DocumentKind, FileKind, RefusalReason, Submission},
    model::{Row, State},
};
use crate::{
    IdentityLevel,
    schema::{piece_justificative, utilisateur, verification_compte, verification_identite},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{OptionalExtension, PgConnection, prelude::*, result::QueryResult};
use hostolink_kernel::{UserId, UserPublicId, VerificationId};
use hostolink_sealing::Sealed;

const UNDER_WAY: [State; 3] = [State::None, State::Submitted, State::InReview];
const WAITING: [State; 2] = [State::Submitted, State::InReview];

/// The application under way of somebody. Their account is locked.
pub(super) fn under_way(conn: &mut PgConnection, user: UserId) -> QueryResult<Option<Row>> {
    verification_identite::table
        .filter(verification_identite::id_user.eq(user))
        .filter(verification_identite::etat.eq_any(UNDER_WAY))
        .select(Row::as_select())
        .first(conn)
        .optional()
}

/// Somebody's newest application.
pub(super) fn newest(conn: &mut PgConnection, user: UserId) -> QueryResult<Option<Row>> {
    verification_identite::table
        .filter(verification_identite::id_user.eq(user))
        .order(verification_identite::public_id.desc())
        .select(Row::as_select())
        .first(conn)
        .optional()
}

/// The accepted application of somebody, which gives them their level.
pub(super) fn accepted(conn: &mut PgConnection, user: UserId) -> QueryResult<Option<Row>> {
    verification_identite::table
        .filter(verification_identite::id_user.eq(user))
        .filter(verification_identite::etat.eq(State::Accepted))
        .select(Row::as_select())
        .first(conn)
        .optional()
}

pub(super) fn insert(
    conn: &mut PgConnection,
    id: VerificationId,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<Row> {
    diesel::insert_into(verification_identite::table)
        .values((
            verification_identite::public_id.eq(id),
            verification_identite::id_user.eq(user),
            verification_identite::commencee_le.eq(now),
        ))
        .returning(Row::as_returning())
        .get_result(conn)
}

pub(super) fn put_file(
    conn: &mut PgConnection,
    id: VerificationId,
    kind: FileKind,
    file: &Sealed,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let content = (
        piece_justificative::cle.eq(&file.key),
        piece_justificative::contenu.eq(&file.bytes),
        piece_justificative::deposee_le.eq(now),
    );
    diesel::insert_into(piece_justificative::table)
        .values((piece_justificative::verification_id.eq(id), piece_justificative::genre.eq(kind), content))
        .on_conflict((piece_justificative::verification_id, piece_justificative::genre))
        .do_update()
        .set(content)
        .execute(conn)
}

pub(super) fn files(conn: &mut PgConnection, id: VerificationId) -> QueryResult<Vec<FileKind>> {
    piece_justificative::table
        .filter(piece_justificative::verification_id.eq(id))
        .order(piece_justificative::genre)
        .select(piece_justificative::genre)
        .load(conn)
}

pub(super) fn file(
    conn: &mut PgConnection,
    id: VerificationId,
    kind: FileKind,
) -> QueryResult<Option<Sealed>> {
    let row: Option<(String, Vec<u8>)> = piece_justificative::table
        .find((id, kind.stored()))
        .select((piece_justificative::cle, piece_justificative::contenu))
        .first(conn)
        .optional()?;
    Ok(row.map(|(key, bytes)| Sealed { key, bytes }))
}

pub(super) fn submit(
    conn: &mut PgConnection,
    id: VerificationId,
    submission: &Submission,
    number: &Sealed,
    hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(verification_identite::table.find(id))
        .set((
            verification_identite::etat.eq(State::Submitted),
            verification_identite::type_document.eq(submission.kind),
            verification_identite::pays_document.eq(&submission.country),
            verification_identite::numero_cle.eq(&number.key),
            verification_identite::numero_chiffre.eq(&number.bytes),
            verification_identite::numero_hache.eq(hash),
            verification_identite::nom.eq(&submission.last_name),
            verification_identite::prenom.eq(&submission.first_name),
            verification_identite::date_naissance.eq(submission.birth_date),
            verification_identite::expire_le.eq(submission.expires_on),
            verification_identite::soumise_le.eq(now),
        ))
        .execute(conn)
}

pub(super) fn find(conn: &mut PgConnection, id: VerificationId) -> QueryResult<Option<(Row, UserPublicId)>> {
    verification_identite::table
        .inner_join(utilisateur::table.on(utilisateur::id_user.eq(verification_identite::id_user)))
        .filter(verification_identite::public_id.eq(id))
        .filter(verification_identite::etat.ne(State::None))
        .select((Row::as_select(), utilisateur::public_id))
        .first(conn)
        .optional()
}

/// Holds an application until the transaction ends. Its applicant's account is held before.
pub(super) fn lock(conn: &mut PgConnection, id: VerificationId) -> QueryResult<Row> {
    verification_identite::table.find(id).select(Row::as_select()).for_no_key_update().first(conn)
}

/// The oldest first.
pub(super) fn queue(
    conn: &mut PgConnection,
    state: Option<State>,
    after: Option<VerificationId>,
    limit: i64,
) -> QueryResult<Vec<(Row, UserPublicId)>> {
    let states = state.map_or_else(|| WAITING.to_vec(), |state| vec![state]);
    let mut rows = verification_identite::table
        .inner_join(utilisateur::table.on(utilisateur::id_user.eq(verification_identite::id_user)))
        .filter(verification_identite::etat.eq_any(states))
        .filter(verification_identite::etat.ne(State::None))
        .select((Row::as_select(), utilisateur::public_id))
        .into_boxed();
    if let Some(after) = after {
        rows = rows.filter(verification_identite::public_id.gt(after));
    }
    rows.order(verification_identite::public_id).limit(limit).load(conn)
}

/// How many others have sent a document.
pub(super) fn others_with(conn: &mut PgConnection, hash: &[u8], user: UserId) -> QueryResult<i64> {
    use diesel::dsl::count;
    verification_identite::table
        .filter(verification_identite::numero_hache.eq(hash))
        .filter(verification_identite::id_user.ne(user))
        .select(count(verification_identite::id_user).aggregate_distinct())
        .first(conn)
}

/// Writes the first favourable opinion down.
pub(super) fn favour(
    conn: &mut PgConnection,
    id: VerificationId,
    by: UserId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(verification_identite::table.find(id))
        .set((
            verification_identite::etat.eq(State::InReview),
            verification_identite::avis_par.eq(by),
            verification_identite::avis_le.eq(now),
        ))
        .execute(conn)
}

/// Writes a decision down.
pub(super) fn decide(
    conn: &mut PgConnection,
    id: VerificationId,
    state: State,
    by: UserId,
    reason: Option<RefusalReason>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(verification_identite::table.find(id))
        .set((
            verification_identite::etat.eq(state),
            verification_identite::decidee_par.eq(by),
            verification_identite::decidee_le.eq(now),
            verification_identite::motif.eq(reason),
        ))
        .execute(conn)
}

pub(super) fn set_state(conn: &mut PgConnection, id: VerificationId, state: State) -> QueryResult<usize> {
    diesel::update(verification_identite::table.find(id))
        .set(verification_identite::etat.eq(state))
        .execute(conn)
}

/// Applications whose document's last day is over, the longest first, and whose they are.
pub(super) fn over(
    conn: &mut PgConnection,
    today: NaiveDate,
    limit: i64,
) -> QueryResult<Vec<(VerificationId, UserId)>> {
    verification_identite::table
        .filter(verification_identite::etat.eq_any([State::Submitted, State::InReview, State::Accepted]))
        .filter(verification_identite::expire_le.lt(today))
        .order(verification_identite::expire_le)
        .limit(limit)
        .select((verification_identite::public_id, verification_identite::id_user))
        .load(conn)
}

/// Why a level changed (`verification_compte.motif`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    Acceptance,
    Expiry,
    Operator,
}

/// Writes somebody's level down, and that it changed. Their account is locked.
pub(super) fn set_level(
    conn: &mut PgConnection,
    user: UserId,
    level: IdentityLevel,
    cause: Cause,
    application: Option<VerificationId>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let cause = match cause {
        Cause::Acceptance => "acceptation",
        Cause::Expiry => "expiration",
        Cause::Operator => "operateur",
    };
    diesel::insert_into(verification_compte::table)
        .values((
            verification_compte::id_user.eq(user),
            verification_compte::niveau.eq(level),
            verification_compte::motif.eq(cause),
            verification_compte::verification_id.eq(application),
            verification_compte::depuis.eq(now),
        ))
        .execute(conn)?;
    diesel::update(utilisateur::table.find(user)).set(utilisateur::niveau_identite.eq(level)).execute(conn)
}

/// Erases the pictures of applications that were refused, or begun and never submitted, before `before`.
pub(super) fn erase_files(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let old: Vec<VerificationId> = verification_identite::table
        .filter(verification_identite::etat.eq_any([State::None, State::Refused]))
        .filter(verification_identite::commencee_le.lt(before))
        .filter(diesel::dsl::exists(
            piece_justificative::table
                .filter(piece_justificative::verification_id.eq(verification_identite::public_id)),
        ))
        .order(verification_identite::public_id)
        .limit(limit)
        .select(verification_identite::public_id)
        .load(conn)?;
    diesel::delete(
        piece_justificative::table
            .filter(piece_justificative::verification_id.eq_any(old))
            .filter(piece_justificative::deposee_le.lt(before)),
    )
    .execute(conn)
}

/// Whose; the state, the document's kind and last day, and the decision of their newest application.
type Newest = (UserId, State, Option<DocumentKind>, Option<NaiveDate>, Option<DateTime<Utc>>);

/// Of each of these people who has applied: ids are in the order of time.
pub(crate) fn newest_of(conn: &mut PgConnection, users: &[UserId]) -> QueryResult<Vec<Newest>> {
    verification_identite::table
        .filter(verification_identite::id_user.eq_any(users))
        .order((verification_identite::id_user, verification_identite::public_id.desc()))
        .distinct_on(verification_identite::id_user)
        .select((
            verification_identite::id_user,
            verification_identite::etat,
            verification_identite::type_document,
            verification_identite::expire_le,
            verification_identite::decidee_le,
        ))
        .load(conn)
}

/// Lets somebody go: what nobody accepted is erased with its pictures. What two reviewers accepted stays, encrypted as it is: who
/// holds money keeps the papers of their customers for ten years after they have left (UEMOA's law against money laundering, ordonnance
/// 2023-875). It counts no longer, so that its document may be shown again.
pub(crate) fn release(conn: &mut PgConnection, user: UserId) -> QueryResult<()> {
    let own = verification_identite::table.filter(verification_identite::id_user.eq(user));
    let unaccepted = own
        .filter(verification_identite::etat.ne(State::Accepted))
        .filter(verification_identite::etat.ne(State::Expired));
    diesel::delete(unaccepted).execute(conn)?;
    diesel::update(own.filter(verification_identite::etat.eq(State::Accepted)))
        .set(verification_identite::etat.eq(State::Expired))
        .execute(conn)?;
    Ok(())
}

pub(super) fn levels(
    conn: &mut PgConnection,
    people: &[UserPublicId],
) -> QueryResult<Vec<(UserId, IdentityLevel)>> {
    utilisateur::table
        .filter(utilisateur::public_id.eq_any(people))
        .select((utilisateur::id_user, utilisateur::niveau_identite))
        .load(conn)
}
