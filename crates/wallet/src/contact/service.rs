use super::{
    model::{Contact, ContactName, NewContact},
    store,
};
use crate::{Error, Wallets, codes};
use diesel::{Connection, PgConnection};
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{ContactId, Cursor, Limit, Page, UserId, folded};
use hostolink_ledger::Refusal;
use serde_json::json;

/// The name in cursors of somebody's contacts.
const LIST: &str = "wallet.contacts";

impl Wallets {
    /// The most that one person saves.
    pub const MAX_CONTACTS: i64 = 500;

    /// Saves somebody.
    ///
    /// # Errors
    /// `ledger.same_account` for oneself; `wallet.contact_exists`, `wallet.too_many_contacts`; those of the database.
    pub fn save_contact(&self, conn: &mut PgConnection, new: NewContact) -> Result<Contact, Error> {
        if new.person == new.owner {
            return Err(Error::Refused(Refusal::SameAccount));
        }
        let now = self.clock.now();
        conn.transaction(|conn| {
            // Two at once may both find room for one: a few more than the most do no harm.
            if store::count(conn, new.owner)? >= Self::MAX_CONTACTS {
                return Err(Error::Rule(&codes::TOO_MANY_CONTACTS));
            }
            let id = ContactId::new(self.random.uuid(now));
            let contact = Contact { id, person: new.person, name: new.name, created_at: now };
            if !store::insert(conn, new.owner, &contact)? {
                return Err(Error::Rule(&codes::CONTACT_EXISTS));
            }
            self.record_contact(conn, &new.actor, "wallet.contact_saved", id)?;
            Ok(contact)
        })
    }

    /// One of the person's.
    ///
    /// # Errors
    /// `wallet.contact_unknown`, also for somebody else's; those of the database.
    pub fn contact(&self, conn: &mut PgConnection, owner: UserId, id: ContactId) -> Result<Contact, Error> {
        store::of(conn, owner, id)?.ok_or(Error::Rule(&codes::CONTACT_UNKNOWN))
    }

    /// The person's, in the order of their names: all, or those whose name has `search` in it, however it is spelt.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn contacts(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        search: &str,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Contact>, Error> {
        let part: String = folded(search).chars().take(ContactName::MAX_LENGTH).collect();
        let after = after.map(|cursor| cursor.keyset(LIST)).transpose()?;
        let rows = store::list(conn, owner, &part, after, limit.probe())?;
        let page = Page::from_probe(rows, limit, LIST, |(contact, name)| (name.clone(), contact.id));
        Ok(page.map(|(contact, _)| contact))
    }

    /// Gives one another name.
    ///
    /// # Errors
    /// `wallet.contact_unknown`, also for somebody else's; those of the database.
    pub fn rename_contact(
        &self,
        conn: &mut PgConnection,
        (owner, id): (UserId, ContactId),
        name: &ContactName,
        actor: &Actor,
    ) -> Result<Contact, Error> {
        conn.transaction(|conn| {
            if store::rename(conn, owner, id, name)? == 0 {
                return Err(Error::Rule(&codes::CONTACT_UNKNOWN));
            }
            self.record_contact(conn, actor, "wallet.contact_renamed", id)?;
            self.contact(conn, owner, id)
        })
    }

    /// Forgets one.
    ///
    /// # Errors
    /// `wallet.contact_unknown`, also for somebody else's; those of the database.
    pub fn delete_contact(
        &self,
        conn: &mut PgConnection,
        (owner, id): (UserId, ContactId),
        actor: &Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            if store::delete(conn, owner, id)? == 0 {
                return Err(Error::Rule(&codes::CONTACT_UNKNOWN));
            }
            self.record_contact(conn, actor, "wallet.contact_deleted", id)
        })
    }

    /// Neither who it is nor what they are called: the log is kept longer than contacts are.
    fn record_contact(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        action: &'static str,
        id: ContactId,
    ) -> Result<(), Error> {
        let entry = audit::Entry {
            actor: actor.clone(),
            action,
            object_kind: "contact",
            object_id: id.to_string(),
            details: json!({}),
            at: self.clock.now(),
        };
        Ok(audit::record(conn, &entry)?)
    }
}
