use crate::Error;
use chrono::Duration;
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use serde::{Deserialize, Serialize};

/// Through which of the three contracts somebody came in. It decides how long their tokens last and what these say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[serde(rename_all = "lowercase")]
#[diesel(sql_type = Text)]
pub enum Door {
    /// Hostolink's own calls under `/api`.
    #[default]
    Api,
    /// Those of EGO Transfert under `/api/v1`.
    Ego,
    /// Those of the microservice suite under `/Gateway`.
    Nest,
}

impl Door {
    /// Every door.
    pub const ALL: [Self; 3] = [Self::Api, Self::Ego, Self::Nest];

    /// Its name in the database (`session.porte`) and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Ego => "ego",
            Self::Nest => "nest",
        }
    }

    /// How long an access token is good for. EGO's clients count on half an hour.
    pub(crate) const fn access(self) -> Duration {
        match self {
            Self::Api | Self::Nest => Duration::minutes(15),
            Self::Ego => Duration::minutes(30),
        }
    }

    /// How long a session lasts without being refreshed. EGO's clients count on seven days.
    pub(crate) const fn idle(self) -> Duration {
        match self {
            Self::Api | Self::Nest => Duration::days(30),
            Self::Ego => Duration::days(7),
        }
    }

    /// Whether this is the door that tokens need not name.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if gives a reference")]
    pub(super) fn is_api(&self) -> bool {
        *self == Self::Api
    }
}

impl FromSql<Text, Pg> for Door {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let name = <String as FromSql<Text, Pg>>::from_sql(bytes)?;
        let door = Self::ALL.into_iter().find(|door| door.as_str() == name);
        door.ok_or_else(|| format!("unknown door {name}").into())
    }
}

impl ToSql<Text, Pg> for Door {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), out)
    }
}

/// What an application says about the device it runs on. It helps its owner to know their sessions again, and proves nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Device {
    id: Option<String>,
    name: Option<String>,
    platform: Option<String>,
}

impl Device {
    /// The longest id of an installation, in characters.
    pub const MAX_ID: usize = 64;
    /// The longest name, in characters.
    pub const MAX_NAME: usize = 80;
    /// The longest platform, in characters.
    pub const MAX_PLATFORM: usize = 40;

    /// Takes what was said, without the spaces around it; nothing at all is `None`.
    ///
    /// # Errors
    /// [`Error::DeviceInvalid`] when a text is too long or holds a control character.
    pub fn parse(
        id: Option<&str>,
        name: Option<&str>,
        platform: Option<&str>,
    ) -> Result<Option<Self>, Error> {
        let device = Self {
            id: text(id, Self::MAX_ID)?,
            name: text(name, Self::MAX_NAME)?,
            platform: text(platform, Self::MAX_PLATFORM)?,
        };
        Ok(device.or_none())
    }

    /// What was read back.
    pub(crate) fn stored(id: Option<String>, name: Option<String>, platform: Option<String>) -> Option<Self> {
        Self { id, name, platform }.or_none()
    }

    /// Its id, its name, its platform.
    pub(crate) fn texts(&self) -> [Option<&str>; 3] {
        [self.id.as_deref(), self.name.as_deref(), self.platform.as_deref()]
    }

    fn or_none(self) -> Option<Self> {
        self.texts().iter().any(Option::is_some).then_some(self)
    }
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Device(…)")
    }
}

fn text(text: Option<&str>, max: usize) -> Result<Option<String>, Error> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    // Bytes first: a text of a megabyte is not counted.
    if text.len() > 4 * max || text.chars().count() > max || text.chars().any(char::is_control) {
        return Err(Error::DeviceInvalid);
    }
    Ok(Some(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_short_and_printable() {
        assert_eq!(Device::parse(None, Some("  "), Some("")).unwrap(), None);
        let device = Device::parse(Some("a1"), Some(" Téléphone d'Awa "), None).unwrap().unwrap();
        assert_eq!(device.name.as_deref(), Some("Téléphone d'Awa"));
        assert_eq!(format!("{device:?}"), "Device(…)");
        assert!(Device::parse(None, Some(&"é".repeat(80)), None).is_ok());
        for (id, name, platform) in [
            (Some("x".repeat(65)), None, None),
            (None, Some("é".repeat(81)), None),
            (None, None, Some("x".repeat(41))),
            (None, Some("a\nb".to_owned()), None),
            (Some("a\0".to_owned()), None, None),
            (None, Some("x".repeat(1_000_000)), None),
        ] {
            let parsed = Device::parse(id.as_deref(), name.as_deref(), platform.as_deref());
            assert!(matches!(parsed, Err(Error::DeviceInvalid)));
        }
    }
}
