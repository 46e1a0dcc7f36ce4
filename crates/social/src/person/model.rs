use crate::{Error, Handle, Words};
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use uuid::Uuid;

/// What is shown of somebody, and what is counted.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Profile {
    /// Who.
    #[diesel(sql_type = Integer)]
    pub user: UserId,
    /// What they are called behind an @.
    #[diesel(sql_type = Nullable<Text>)]
    pub handle: Option<String>,
    /// What they say of themselves.
    #[diesel(sql_type = Nullable<Text>)]
    pub bio: Option<String>,
    /// How many follow them.
    #[diesel(sql_type = Integer)]
    pub followers: i32,
    /// How many they follow.
    #[diesel(sql_type = Integer)]
    pub following: i32,
    /// How many publications are there to be seen.
    #[diesel(sql_type = Integer)]
    pub publications: i32,
    /// How many comments are.
    #[diesel(sql_type = Integer)]
    pub comments: i32,
    /// How many people they blocked: for themselves alone.
    #[diesel(sql_type = Integer)]
    pub blocked: i32,
    /// How many people have looked at the profile.
    #[diesel(sql_type = Integer)]
    pub viewers: i32,
    /// When they last published.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub last_published_at: Option<DateTime<Utc>>,
    /// Whether who looks follows them.
    #[diesel(sql_type = Bool)]
    pub followed: bool,
    /// Whether they follow who looks.
    #[diesel(sql_type = Bool)]
    pub follows: bool,
    /// Whether who looks wants to hear nothing of them.
    #[diesel(sql_type = Bool)]
    pub muted: bool,
}

/// What is counted of somebody, for who looks at many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub struct Counts {
    /// How many follow them.
    #[diesel(sql_type = Integer)]
    pub followers: i32,
    /// How many publications are there to be seen.
    #[diesel(sql_type = Integer)]
    pub publications: i32,
    /// How many people have looked at the profile.
    #[diesel(sql_type = Integer)]
    pub viewers: i32,
    /// How many people they blocked.
    #[diesel(sql_type = Integer)]
    pub blocked: i32,
    /// The last of those publications.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub last_publication: Option<Uuid>,
}

/// What somebody wants to be shown of them. What is left out is taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProfile {
    /// What they are called behind an @; without one nobody finds them.
    pub handle: Option<Handle>,
    /// What they say of themselves.
    pub bio: Option<Words>,
}

impl NewProfile {
    /// The longest word about oneself, in characters.
    pub const MAX_BIO: usize = 300;

    /// Reads what somebody typed.
    ///
    /// # Errors
    /// `social.invalid_text`.
    pub fn bio(text: Option<&str>) -> Result<Option<Words>, Error> {
        let bio = text.map(|text| Words::parse(text, Self::MAX_BIO)).transpose()?;
        Ok(bio.filter(|words| !words.is_empty()))
    }
}

/// Somebody in a list, with where the list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Tie {
    /// Who.
    #[diesel(sql_type = Integer)]
    pub user: UserId,
    /// Ordered by time.
    #[diesel(sql_type = SqlUuid)]
    pub place: Uuid,
}
