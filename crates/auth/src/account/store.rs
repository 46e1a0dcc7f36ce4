use super::{Account, Channel, Named, Permissions, Role, RoleInfo};
use crate::{
    Error,
    password::{PasswordHash, Scheme, StoredPassword},
    schema::{role_permission, utilisateur},
};
use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, PgConnection, prelude::*, result::QueryResult};
use hostolink_kernel::{Identifier, Region, UserId, UserPublicId};
use uuid::Uuid;

/// What keeps an identifier from being two people's: as it was written, and in its canonical form.
const UNIQUE: [&str; 4] = [
    "UQ_e1136325a6b28e2a02b81b2f5e1",
    "UQ_80273015241cbddf8152908bd5b",
    "utilisateur_email_normalise_key",
    "utilisateur_telephone_normalise_key",
];
/// Longer texts are no adopted identifier.
const MAX_EXACT: usize = 255;

/// Finds out whom a text names, in one query: an adopted value that has no canonical form by its exact spelling, the rest
/// by its canonical form.
pub(crate) fn resolve(conn: &mut PgConnection, text: &str, regions: &[Region]) -> Result<Named, Error> {
    let parsed = Identifier::parse(text, regions);
    let canonical = parsed.as_ref().map(|identifier| identifier.as_str().to_owned()).unwrap_or_default();
    let may_be_old = text.len() <= MAX_EXACT && !text.chars().any(char::is_control);
    // In the order in which they count: as typed, as canonical, both among old values; then the canonical form.
    let old: Vec<&str> = may_be_old.then_some(text).into_iter().chain([canonical.as_str()]).collect();
    let found =
        if old.iter().all(|text| text.is_empty()) { Vec::new() } else { candidates(conn, &old, &canonical)? };
    for spelling in old.into_iter().filter(|spelling| !spelling.is_empty()) {
        let of = |account: &&Account, channel| account.old_value(channel) == Some(spelling);
        for channel in [Channel::Email, Channel::Phone] {
            if let Some(account) = found.iter().find(|account| of(account, channel)) {
                let account = Some((account.clone(), channel));
                return Ok(Named { identifier: parsed.ok(), text: spelling.to_owned(), account });
            }
        }
    }
    let identifier = parsed?;
    let channel = Channel::of(&identifier);
    let account = found.into_iter().find(|account| account.canonical(channel) == Some(&canonical));
    Ok(Named {
        text: canonical,
        identifier: Some(identifier),
        account: account.map(|account| (account, channel)),
    })
}

fn candidates(conn: &mut PgConnection, old: &[&str], canonical: &str) -> QueryResult<Vec<Account>> {
    let old_email = utilisateur::email.eq_any(old).and(utilisateur::email_normalise.is_null());
    let old_phone = utilisateur::telephone.eq_any(old).and(utilisateur::telephone_normalise.is_null());
    utilisateur::table
        .filter(
            old_email
                .or(old_phone)
                .or(utilisateur::email_normalise.eq(canonical))
                .or(utilisateur::telephone_normalise.eq(canonical)),
        )
        .select(Account::as_select())
        .load(conn)
}

pub(crate) fn by_identifier(
    conn: &mut PgConnection,
    identifier: &Identifier,
) -> QueryResult<Option<Account>> {
    let account = utilisateur::table.select(Account::as_select());
    match identifier {
        Identifier::Email(email) => {
            account.filter(utilisateur::email_normalise.eq(email.as_str())).first(conn)
        }
        Identifier::Phone(phone) => {
            account.filter(utilisateur::telephone_normalise.eq(phone.as_str())).first(conn)
        }
    }
    .optional()
}

/// The accounts with these canonical identifiers, in two queries.
pub(crate) fn by_identifiers<'a>(
    conn: &mut PgConnection,
    identifiers: impl Iterator<Item = &'a Identifier>,
) -> QueryResult<Vec<Account>> {
    let (emails, phones): (Vec<&Identifier>, Vec<&Identifier>) =
        identifiers.partition(|identifier| matches!(identifier, Identifier::Email(_)));
    let [emails, phones] =
        [emails, phones].map(|all| all.into_iter().map(Identifier::as_str).collect::<Vec<&str>>());
    let by_email = utilisateur::table.filter(utilisateur::email_normalise.eq_any(emails));
    let mut found: Vec<Account> = by_email.select(Account::as_select()).load(conn)?;
    let by_phone = utilisateur::table.filter(utilisateur::telephone_normalise.eq_any(phones));
    found.append(&mut by_phone.select(Account::as_select()).load(conn)?);
    Ok(found)
}

pub(crate) fn by_public_id(conn: &mut PgConnection, id: UserPublicId) -> QueryResult<Option<Account>> {
    utilisateur::table
        .filter(utilisateur::public_id.eq(id))
        .select(Account::as_select())
        .first(conn)
        .optional()
}

pub(crate) fn by_key(conn: &mut PgConnection, user: UserId) -> QueryResult<Option<Account>> {
    utilisateur::table.find(user).select(Account::as_select()).first(conn).optional()
}

pub(crate) fn by_keys(conn: &mut PgConnection, users: &[UserId]) -> QueryResult<Vec<Account>> {
    utilisateur::table.filter(utilisateur::id_user.eq_any(users)).select(Account::as_select()).load(conn)
}

/// Holds an account until the transaction ends; what points to it may still be inserted.
pub(crate) fn lock(conn: &mut PgConnection, user: UserId) -> QueryResult<Account> {
    utilisateur::table.find(user).select(Account::as_select()).for_no_key_update().first(conn)
}

/// The same for somebody who may be nobody: asks all the same, so that nobody can tell by the time it takes.
pub(crate) fn lock_any(conn: &mut PgConnection, user: Option<UserId>) -> QueryResult<Option<Account>> {
    // No key is 0: they are counted from 1.
    let key = user.unwrap_or(UserId::new(0));
    utilisateur::table.find(key).select(Account::as_select()).for_no_key_update().first(conn).optional()
}

/// Holds several, in the order of their keys.
pub(crate) fn lock_all(conn: &mut PgConnection, users: &[UserId]) -> QueryResult<Vec<Account>> {
    utilisateur::table
        .filter(utilisateur::id_user.eq_any(users))
        .order(utilisateur::id_user)
        .select(Account::as_select())
        .for_no_key_update()
        .load(conn)
}

/// Holds every superadmin who may sign in and means to stay, in the order of their keys.
pub(crate) fn lock_superadmins(conn: &mut PgConnection) -> QueryResult<Vec<UserId>> {
    utilisateur::table
        .filter(utilisateur::role.eq(Role::Superadmin))
        .filter(utilisateur::statut.eq("actif"))
        .filter(utilisateur::suppression_le.is_null())
        .order(utilisateur::id_user)
        .select(utilisateur::id_user)
        .for_no_key_update()
        .load(conn)
}

/// Makes an account; `None` when its identifier has one already.
pub(crate) fn insert(
    conn: &mut PgConnection,
    public_id: Uuid,
    identifier: &Identifier,
    now: DateTime<Utc>,
) -> QueryResult<Option<Account>> {
    let (email, phone) = match identifier {
        Identifier::Email(email) => (Some(email.as_str()), None),
        Identifier::Phone(phone) => (None, Some(phone.as_str())),
    };
    diesel::insert_into(utilisateur::table)
        .values((
            utilisateur::public_id.eq(public_id),
            utilisateur::email.eq(email),
            utilisateur::email_normalise.eq(email),
            utilisateur::telephone.eq(phone),
            utilisateur::telephone_normalise.eq(phone),
            utilisateur::date_inscription.eq(now.naive_utc()),
        ))
        .on_conflict_do_nothing()
        .returning(Account::as_returning())
        .get_result(conn)
        .optional()
}

/// Writes down that an identifier was proven. An adopted value takes its canonical form with it where that is free.
/// The account must be locked.
pub(crate) fn prove(
    conn: &mut PgConnection,
    account: &Account,
    channel: Channel,
    canonical: &str,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let row = utilisateur::table.find(account.id_user);
    // A savepoint: losing the race for a canonical form must not lose the sign-in.
    let updated = conn.transaction(|conn| match channel {
        Channel::Email => diesel::update(row)
            .set((utilisateur::email_normalise.eq(canonical), utilisateur::email_prouve_le.eq(now)))
            .execute(conn),
        Channel::Phone => diesel::update(row)
            .set((utilisateur::telephone_normalise.eq(canonical), utilisateur::telephone_prouve_le.eq(now)))
            .execute(conn),
    });
    match updated {
        Ok(rows) => Ok(rows == 1),
        Err(error)
            if hostolink_database::on_unique(&error, "utilisateur_email_normalise_key")
                || hostolink_database::on_unique(&error, "utilisateur_telephone_normalise_key") =>
        {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Writes an identifier: as it is written, its canonical form, since when it is proven. `false` where another account has it.
/// The account must be locked.
pub(crate) fn set_identifier(
    conn: &mut PgConnection,
    user: UserId,
    channel: Channel,
    (text, canonical, proven_at): (Option<&str>, Option<&str>, Option<DateTime<Utc>>),
) -> QueryResult<bool> {
    let row = utilisateur::table.find(user);
    // A savepoint: a lost race is an answer, not the end of the transaction.
    let updated = conn.transaction(|conn| match channel {
        Channel::Email => diesel::update(row)
            .set((
                utilisateur::email.eq(text),
                utilisateur::email_normalise.eq(canonical),
                utilisateur::email_prouve_le.eq(proven_at),
            ))
            .execute(conn),
        Channel::Phone => diesel::update(row)
            .set((
                utilisateur::telephone.eq(text),
                utilisateur::telephone_normalise.eq(canonical),
                utilisateur::telephone_prouve_le.eq(proven_at),
            ))
            .execute(conn),
    });
    match updated {
        Ok(1) => Ok(true),
        Ok(_) => Err(diesel::result::Error::NotFound),
        Err(error) if UNIQUE.iter().any(|name| hostolink_database::on_unique(&error, name)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes the password away. The account must be locked.
pub(crate) fn drop_password(conn: &mut PgConnection, user: UserId) -> QueryResult<usize> {
    diesel::update(utilisateur::table.find(user)).set(utilisateur::mdp.eq(None::<String>)).execute(conn)
}

/// Replaces the password. The account must be locked.
pub(crate) fn set_password(
    conn: &mut PgConnection,
    user: UserId,
    hash: &PasswordHash,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    write_password(conn, user, (hash.text(), hash.scheme()), Some(now))
}

/// Makes a provisional password the account's. The account must be locked.
pub(crate) fn keep_password(
    conn: &mut PgConnection,
    user: UserId,
    password: &StoredPassword,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    write_password(conn, user, (&password.hash, password.scheme), Some(now))
}

/// Keeps the same password in today's form. The account must be locked.
pub(crate) fn upgrade_password(
    conn: &mut PgConnection,
    user: UserId,
    hash: &PasswordHash,
) -> QueryResult<usize> {
    write_password(conn, user, (hash.text(), hash.scheme()), None)
}

fn write_password(
    conn: &mut PgConnection,
    user: UserId,
    (text, scheme): (&str, Scheme),
    changed: Option<DateTime<Utc>>,
) -> QueryResult<usize> {
    let changed = changed.map(|at| utilisateur::mdp_change_le.eq(at));
    diesel::update(utilisateur::table.find(user))
        .set((utilisateur::mdp.eq(text), utilisateur::mdp_schema.eq(scheme), changed))
        .execute(conn)
}

pub(crate) fn set_photo(conn: &mut PgConnection, user: UserId, url: Option<&str>) -> QueryResult<usize> {
    diesel::update(utilisateur::table.find(user)).set(utilisateur::photo_profile.eq(url)).execute(conn)
}

/// `utilisateur.statut` of who may sign in.
pub(crate) const ACTIVE: &str = "actif";
/// `utilisateur.statut` of who is blocked.
pub(crate) const BLOCKED: &str = "bloque";

pub(crate) fn set_status(conn: &mut PgConnection, user: UserId, status: &str) -> QueryResult<usize> {
    diesel::update(utilisateur::table.find(user)).set(utilisateur::statut.eq(status)).execute(conn)
}

pub(crate) fn set_role(conn: &mut PgConnection, user: UserId, role: Role) -> QueryResult<usize> {
    diesel::update(utilisateur::table.find(user)).set(utilisateur::role.eq(role)).execute(conn)
}

/// Makes an account one that waits for whoever proves it, with a role. The account must be locked.
pub(crate) fn invite(
    conn: &mut PgConnection,
    user: UserId,
    role: Role,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(utilisateur::table.find(user))
        .set((utilisateur::role.eq(role), utilisateur::invite_le.eq(now)))
        .execute(conn)
}

/// Writes the names that are given; the others stay.
pub(crate) fn set_names(
    conn: &mut PgConnection,
    user: UserId,
    first: Option<&str>,
    last: Option<&str>,
) -> QueryResult<usize> {
    use diesel::dsl::sql;
    use diesel::sql_types::{Nullable, Text};
    diesel::update(utilisateur::table.find(user))
        .set((
            utilisateur::prenom
                .eq(sql::<Nullable<Text>>("coalesce(").bind::<Nullable<Text>, _>(first).sql(", prenom)")),
            utilisateur::nom
                .eq(sql::<Nullable<Text>>("coalesce(").bind::<Nullable<Text>, _>(last).sql(", nom)")),
        ))
        .execute(conn)
}

/// The newest first; `prefixes` are ready for LIKE, in the order name, e-mail address, phone numbers.
pub(crate) fn list(
    conn: &mut PgConnection,
    prefixes: Option<[String; 4]>,
    before: Option<UserPublicId>,
    limit: i64,
) -> QueryResult<Vec<Account>> {
    use diesel::dsl::sql;
    use diesel::sql_types::{Bool, Nullable, Text};
    let mut people = utilisateur::table.select(Account::as_select()).into_boxed();
    if let Some([name, email, national, international]) = prefixes {
        people = people.filter(
            sql::<Nullable<Bool>>("lower(nom) LIKE ")
                .bind::<Text, _>(name.clone())
                .sql(" OR lower(prenom) LIKE ")
                .bind::<Text, _>(name)
                .or(utilisateur::email_normalise.like(email))
                .or(utilisateur::telephone_normalise.like(national))
                .or(utilisateur::telephone_normalise.like(international)),
        );
    }
    if let Some(before) = before {
        people = people.filter(utilisateur::public_id.lt(before));
    }
    people.order(utilisateur::public_id.desc()).limit(limit).load(conn)
}

fn role_info((role, level, label, names): (Role, i16, String, Vec<String>)) -> RoleInfo {
    RoleInfo { role, label, level, permissions: Permissions::of(role, &names) }
}

/// Every role that this program knows, the lowest first.
pub(crate) fn roles(conn: &mut PgConnection) -> QueryResult<Vec<RoleInfo>> {
    let known: Vec<&str> = Role::ALL.into_iter().map(Role::as_str).collect();
    let rows = role_permission::table
        .filter(role_permission::role.eq_any(known))
        .order((role_permission::niveau, role_permission::role))
        .load(conn)?;
    Ok(rows.into_iter().map(role_info).collect())
}

/// Holds a role until the transaction ends.
pub(crate) fn lock_role(conn: &mut PgConnection, role: Role) -> QueryResult<RoleInfo> {
    role_permission::table.find(role.as_str()).for_no_key_update().first(conn).map(role_info)
}

pub(crate) fn set_permissions(conn: &mut PgConnection, role: Role, names: &[&str]) -> QueryResult<usize> {
    diesel::update(role_permission::table.find(role.as_str()))
        .set(role_permission::permissions.eq(names))
        .execute(conn)
}

/// What somebody's role may; nothing for somebody blocked.
pub(crate) fn permissions_of(conn: &mut PgConnection, user: UserId) -> QueryResult<Option<Permissions>> {
    let row: Option<(Role, String, Vec<String>)> = utilisateur::table
        .inner_join(role_permission::table)
        .filter(utilisateur::id_user.eq(user))
        .select((utilisateur::role, utilisateur::statut, role_permission::permissions))
        .first(conn)
        .optional()?;
    Ok(row.map(|(role, status, names)| match status.as_str() {
        "actif" => Permissions::of(role, &names),
        _ => Permissions::default(),
    }))
}
