//! Sanctions lists, rules of vigilance, new devices and what officers decide.

mod lists;
mod officers;
mod patterns;

use crate::people::House;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types};
use hostolink_audit::Actor;
use hostolink_kernel::{AccountId, Limit, UserId};
use hostolink_ledger::{AccountStatus, Direction, Receipt};
use hostolink_wallet::{Alert, AlertFilter, ListFormat, ListReport, ListSource, Moved, PersonName, Target};

/// Two people on a list.
const LIST: &str = "reference,name,aliases,birth_date,country\n\
                    X1,Exemple Modèle,Abou Exemple,1961,CI\n\
                    X2,Second Exemplaire,,,CI\n";

impl House {
    fn import(&mut self, text: &str) -> ListReport {
        // Two imports are never at the same instant.
        self.clock.advance(std::time::Duration::from_secs(1));
        let source = ListSource::parse("un").unwrap();
        let (conn, format) = (&mut self.conn, ListFormat::Csv);
        self.wallets.import_list(conn, &source, format, text.as_bytes(), &mut |_| ()).unwrap()
    }

    /// Compares one person; says how many alerts that opened.
    fn screen(&mut self, person: UserId, name: &str, birth_year: Option<i32>) -> usize {
        let named = PersonName { person, name: name.to_owned(), birth_year };
        self.wallets.screen(&mut self.conn, &[named]).unwrap().alerts
    }

    fn alerts(&mut self, reader: UserId) -> Vec<Alert> {
        let filter = AlertFilter::default();
        self.wallets.alerts(&mut self.conn, reader, &filter, None, Limit::MAX).unwrap().items
    }

    fn status(&mut self, person: UserId) -> AccountStatus {
        self.wallets.overview(&mut self.conn, person).unwrap().status
    }

    /// Sets a rule that has been in force since before the test began, as nobody could. Its kind and action, then what it compares
    /// with, as SQL.
    pub(crate) fn rule(&mut self, subject: &str, columns: &str, values: &str) {
        let (kind, action) = subject.split_once(' ').unwrap();
        sql_query(format!(
            "INSERT INTO regle_vigilance (genre, action, active, {columns}, valide_du, pose_le) \
             VALUES ('{kind}', '{action}', true, {values}, '2026-01-02', now())"
        ))
        .execute(&mut self.conn)
        .unwrap();
        // As another process would see it, in time.
        self.clock.advance(std::time::Duration::from_secs(5));
    }

    /// What whoever hears of a movement does.
    fn heard(&mut self, paid: &Receipt) -> usize {
        let moved = [moved(paid, paid.from, Direction::Out)];
        self.wallets.watch(&mut self.conn, &moved).unwrap()
    }

    fn gives(&mut self, from: UserId, to: UserId, francs: i64) -> Receipt {
        self.pay(from, Target::To(to), Some(francs)).unwrap()
    }
}

fn moved(paid: &Receipt, account: AccountId, way: Direction) -> Moved {
    Moved { account, way, transaction: paid.transaction, at: paid.recorded_at }
}

fn by(user: UserId) -> Actor {
    Actor { user: Some(user), trace_id: None, address: None }
}

/// A number that a query says, as `n`.
fn number(conn: &mut PgConnection, sql: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = sql_types::BigInt)]
        n: i64,
    }
    sql_query(sql).get_result::<Row>(conn).unwrap().n
}

/// Somebody with money on a list, whose alert holds it back.
fn held(house: &mut House) -> (UserId, Alert) {
    house.import(LIST);
    let (person, reader) = (house.person_with(1_000), house.person());
    assert_eq!(house.screen(person, "Modele Exemple", None), 1);
    let alert = house.alerts(reader).remove(0);
    assert!(alert.holds && alert.person == person);
    (person, alert)
}
