use diesel::{
    backend::Backend,
    deserialize::{self, FromSql},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The integer key of a row of `utilisateur`. It stays in the back end: it cannot be serialised or printed.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = sql_types::Integer)]
pub struct UserId(i32);

impl UserId {
    /// Wraps a key that was read from the database.
    #[must_use]
    pub const fn new(key: i32) -> Self {
        Self(key)
    }

    /// The key, for a query.
    #[must_use]
    pub const fn key(self) -> i32 {
        self.0
    }
}

impl std::fmt::Debug for UserId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UserId(…)")
    }
}

impl<DB: Backend> FromSql<sql_types::Integer, DB> for UserId
where
    i32: FromSql<sql_types::Integer, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i32::from_sql(bytes).map(Self)
    }
}

impl<DB: Backend> ToSql<sql_types::Integer, DB> for UserId
where
    i32: ToSql<sql_types::Integer, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

/// Declares a typed public id: a UUIDv7 on the outside and in its `uuid` column.
macro_rules! public_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, diesel::deserialize::FromSqlRow)]
        #[serde(transparent)]
        #[diesel(sql_type = sql_types::Uuid)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps an id that was drawn from [`Random::uuid`](crate::Random::uuid) or read back.
            #[must_use]
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The id itself.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl<DB: Backend> FromSql<sql_types::Uuid, DB> for $name
        where
            Uuid: FromSql<sql_types::Uuid, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                Uuid::from_sql(bytes).map(Self)
            }
        }

        impl<DB: Backend> ToSql<sql_types::Uuid, DB> for $name
        where
            Uuid: ToSql<sql_types::Uuid, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }
    )*};
}

public_ids! {
    /// What a merchant asked of a card (`autorisation_carte.public_id`).
    AuthorizationId;
    /// A file of payments (`paiement_groupe.public_id`).
    BulkId;
    /// A payment card (`carte_bancaire.public_id`); not its number.
    CardId;
    /// An account of the ledger (`compte.public_id`).
    AccountId;
    /// What a compliance officer has to look at (`alerte_conformite.public_id`).
    AlertId;
    /// A correction of the books (`ajustement.public_id`).
    AdjustmentId;
    /// Somebody whom a person saved (`contacts_enregistres.public_id`).
    ContactId;
    /// An establishment of the health directory (`etablissement_sante.public_id`).
    EstablishmentId;
    /// A merchant's profile (`commercant.public_id`).
    MerchantId;
    /// An alias of the BCEAO's instant payments, as we keep it (`alias_pi.public_id`); not the alias itself.
    PiAliasId;
    /// A merchant's till (`caisse.public_id`).
    TillId;
    /// Whoever stands behind accounts and bears their ceilings (`titulaire.public_id`).
    HolderId;
    /// A savings pot (`cagnotte.public_id`).
    PotId;
    /// A payment QR code (`qr_code_paiement.public_id`); not the token printed in it.
    QrId;
    /// A transfer to be made later (`virement_programme.public_id`).
    ScheduleId;
    /// A payment that is asked back (`rappel_paiement.public_id`).
    RecallId;
    /// A request to pay (`demande_paiement.public_id`).
    RequestId;
    /// A session: the refresh family that one proof opened (`session.public_id`), the `sid` of access tokens.
    SessionId;
    /// A transaction of the ledger (`transaction.public_id`).
    TransactionId;
    /// An application to have one's identity verified (`verification_identite.public_id`).
    VerificationId;
    /// What callers see of a user (`utilisateur.public_id`), the `sub` of access tokens.
    UserPublicId;
}
