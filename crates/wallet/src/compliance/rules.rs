//! Rules of vigilance for who sets them.

use super::{NewWatchRule, WatchRule, store};
use crate::{
    Error, Wallets,
    rules::{page, refuse_unless_future, taken},
};
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use hostolink_kernel::{Cursor, Limit, Page, Xof};
use serde_json::json;

/// The name in cursors of the list.
const RULES: &str = "wallet.watch_rules";

impl Wallets {
    /// All rules, past ones and those to come: the latest first.
    ///
    /// # Errors
    /// A cursor of another list; those of the database.
    pub fn watch_rules(
        &self,
        conn: &mut PgConnection,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<WatchRule>, Error> {
        let key = |rule: &WatchRule| (rule.from, format!("{}:{}", rule.kind.name(), rule.action.name()));
        page(store::rule::all(conn)?, after, limit, RULES, key)
    }

    /// Adds a rule from a day to come. What was and what is stays as it is written.
    ///
    /// # Errors
    /// `wallet.rule_not_future`, `wallet.rule_date_taken`; those of the database.
    pub fn add_watch_rule(
        &self,
        conn: &mut PgConnection,
        by: &audit::Actor,
        new: &NewWatchRule,
    ) -> Result<WatchRule, Error> {
        let now = self.clock.now();
        refuse_unless_future(new.from, now.date_naive())?;
        let added = conn.transaction::<_, Error, _>(|conn| {
            store::rule::insert(conn, new, by.user, now)
                .map_err(|error| taken(error, "regle_vigilance_sujet_valide_du_key"))?;
            let limits = &new.limits;
            let entry = audit::Entry {
                actor: by.clone(),
                action: "wallet.watch_rule_added",
                object_kind: "watch_rule",
                object_id: format!("{}:{} {}", new.kind.as_str(), new.action.as_str(), new.from),
                details: json!({
                    "active": new.active, "windowSeconds": limits.window, "count": limits.count,
                    "amount": limits.amount.map(Xof::francs), "floor": limits.floor.map(Xof::francs), "share": limits.share,
                }),
                at: now,
            };
            audit::record(conn, &entry)?;
            let same = |rule: &WatchRule| {
                (rule.kind, rule.action, rule.from) == (new.kind, new.action, new.from)
            };
            let added = store::rule::all(conn)?.into_iter().find(same);
            Ok(added.ok_or(diesel::result::Error::NotFound)?)
        })?;
        self.shelf.forget();
        Ok(added)
    }
}
