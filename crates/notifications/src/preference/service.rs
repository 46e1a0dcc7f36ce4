use super::store;
use crate::{Channel, Error, Kind, Notifications, QuietHours, Recipient, error, inbox::hold_boxes};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::UserId;
use serde_json::json;
use std::collections::HashMap;

/// What somebody wants for one kind and one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The kind.
    pub kind: Kind,
    /// The channel.
    pub channel: Channel,
    /// Whether they want it.
    pub on: bool,
}

/// What somebody changes. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Kinds and channels.
    pub choices: Vec<Choice>,
    /// Quiet hours, or none any more.
    pub quiet: Option<Option<QuietHours>>,
    /// Whether pushes say only what kind of thing happened.
    pub discreet: Option<bool>,
}

/// How somebody wants to be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    pub(crate) chosen: HashMap<(String, String), bool>,
    /// Their quiet hours.
    pub quiet: Option<QuietHours>,
    /// Whether pushes say only what kind of thing happened.
    pub discreet: bool,
}

impl Standing {
    /// Whether a kind goes by a channel to them.
    #[must_use]
    pub fn wants(&self, kind: Kind, channel: Channel) -> bool {
        if kind.is_mandatory(channel) || !kind.offers(channel) {
            return kind.offers(channel);
        }
        let chosen = self.chosen.get(&(kind.code().to_owned(), channel.code().to_owned())).copied();
        chosen.unwrap_or(kind.usual(channel))
    }
}

impl Notifications {
    /// How somebody wants to be told.
    ///
    /// # Errors
    /// Those of the database.
    pub fn standing(&self, conn: &mut PgConnection, owner: UserId) -> Result<Standing, Error> {
        Ok(store::standings(conn, &[owner])?.remove(&owner).unwrap_or_default())
    }

    /// Changes it, all or nothing.
    ///
    /// # Errors
    /// `notifications.mandatory`, `notifications.channel_not_offered`; those of the database.
    pub fn choose(
        &self,
        conn: &mut PgConnection,
        owner: Recipient,
        settings: &Settings,
        actor: &Actor,
    ) -> Result<Standing, Error> {
        for choice in &settings.choices {
            if choice.on && !choice.kind.offers(choice.channel) {
                return Err(Error::Rule(&error::CHANNEL_NOT_OFFERED));
            }
            if !choice.on && choice.kind.is_mandatory(choice.channel) {
                return Err(Error::Rule(&error::MANDATORY));
            }
        }
        // Said twice, the last word counts.
        let last: HashMap<(Kind, Channel), bool> =
            settings.choices.iter().map(|choice| ((choice.kind, choice.channel), choice.on)).collect();
        conn.transaction(|conn| {
            hold_boxes(conn, &[owner.user])?;
            store::write_choices(conn, owner.user, &last)?;
            if let Some(quiet) = settings.quiet {
                store::write_quiet(conn, owner.user, quiet)?;
            }
            if let Some(discreet) = settings.discreet {
                store::write_discreet(conn, owner.user, discreet)?;
            }
            let details = json!({ "choices": last.len(), "quiet": settings.quiet.is_some() });
            let object = ("notification_preferences", owner.public_id.to_string());
            self.note(conn, (actor, "notifications.preferences_set"), object, details)?;
            self.standing(conn, owner.user)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_comes_before_what_is_usual_but_not_before_what_must_be() {
        let mut standing = Standing::default();
        assert!(standing.wants(Kind::Like, Channel::Push) && !standing.wants(Kind::Like, Channel::Email));
        for (kind, channel, on) in [
            (Kind::Like, Channel::Push, false),
            (Kind::Like, Channel::Email, true),
            (Kind::Like, Channel::Sms, true),
            (Kind::NewDevice, Channel::Push, false),
        ] {
            standing.chosen.insert((kind.code().to_owned(), channel.code().to_owned()), on);
        }
        assert!(!standing.wants(Kind::Like, Channel::Push) && standing.wants(Kind::Like, Channel::Email));
        assert!(!standing.wants(Kind::Like, Channel::Sms), "a row of an older program does not make us pay");
        assert!(standing.wants(Kind::NewDevice, Channel::Push), "nor does one silence what protects");
    }
}
