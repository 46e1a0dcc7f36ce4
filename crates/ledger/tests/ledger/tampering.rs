//! Whoever changes history behind the triggers is found out.

use crate::world::*;
use diesel::connection::SimpleConnection;
use hostolink_ledger::{Invariant, Note, Once};

#[test]
fn every_changed_byte_is_found_and_named() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 10_000), person(&ledger, conn, None));
    let mut batch: Vec<_> = (1..=5).map(|francs| transfer(awa, koffi, francs * 100)).collect();
    batch[0].note = Note::parse("bonjour").unwrap();
    batch[1].once = Some(Once { kind: "qr", id: uuid::Uuid::from_u128(7) });
    let replies = ledger.post(conn, &batch).unwrap();
    let paid = outcome(replies[4]).unwrap().transaction;
    accepted(&ledger, conn, &refund(paid, koffi, 200));
    one(&ledger, conn, &transfer(awa, koffi, 1_000_000)).unwrap_err();
    accepted(&ledger, conn, &hold(awa, koffi.main, 1_000, Some(60)));
    let held = accepted(&ledger, conn, &hold(awa, koffi.main, 300, None)).transaction;
    accepted(&ledger, conn, &capture(held, koffi, 200));
    assert_eq!(assert_books(&ledger, conn).links, 7);

    let cases: &[(&str, Invariant, &str)] = &[
        ("UPDATE transaction SET note = 'Bonjour' WHERE note IS NOT NULL", Invariant::Chain, "link 3"),
        (
            "UPDATE transaction SET sel = substr(sha256(sel), 1, 16) WHERE id_transaction = 3",
            Invariant::Chain,
            "link 3",
        ),
        (
            "UPDATE transaction SET survenu_le = survenu_le + interval '1 microsecond' WHERE id_transaction = 1",
            Invariant::Chain,
            "link 1",
        ),
        (
            "UPDATE transaction SET nature = 'depot_agent' WHERE id_transaction = 4",
            Invariant::Chain,
            "link 3",
        ),
        (
            "UPDATE transaction SET public_id = gen_random_uuid() WHERE id_transaction = 8",
            Invariant::Chain,
            "link 4",
        ),
        ("UPDATE transaction SET id_remboursee = 6 WHERE id_transaction = 8", Invariant::Chain, "link 4"),
        (
            "UPDATE transaction SET montant = montant + 1 WHERE id_transaction = 5",
            Invariant::EntriesSumToZero,
            "transaction 5",
        ),
        (
            "UPDATE ecriture SET montant = montant - 1 WHERE id_transaction = 5 AND rang = 0",
            Invariant::EntriesSumToZero,
            "transaction 5",
        ),
        (
            "UPDATE ecriture SET solde_apres = solde_apres + 1 WHERE id_transaction = 5 AND rang = 0",
            Invariant::RunningBalances,
            "transaction 5",
        ),
        (
            "UPDATE ecriture SET version = version + 100 WHERE id_transaction = 11 AND rang = 1",
            Invariant::RunningBalances,
            "transaction 11",
        ),
        (
            "UPDATE compte SET solde = solde + 1 WHERE nature = 'principal' AND solde > 5000",
            Invariant::BalanceIsSumOfEntries,
            "account",
        ),
        (
            "UPDATE compte SET solde = solde + 1 WHERE nature = 'principal' AND solde > 5000",
            Invariant::TotalIsZero,
            "1 francs",
        ),
        (
            "UPDATE compte SET version = version + 1 WHERE nature = 'emission'",
            Invariant::BalanceIsSumOfEntries,
            "account",
        ),
        (
            "UPDATE ecriture SET reserve = reserve + 1 WHERE id_transaction = 9",
            Invariant::EntriesSumToZero,
            "transaction 9",
        ),
        (
            "UPDATE ecriture SET reserve_apres = reserve_apres + 1 WHERE id_transaction = 9",
            Invariant::RunningBalances,
            "transaction 9",
        ),
        (
            "UPDATE transaction SET expire_le = expire_le + interval '1 second' WHERE id_transaction = 9",
            Invariant::Chain,
            "link 5",
        ),
        ("UPDATE transaction SET id_compte_vers = 1 WHERE id_transaction = 10", Invariant::Chain, "link 6"),
        (
            "UPDATE transaction SET id_retenue = 9 WHERE id_transaction = 11",
            Invariant::EntriesSumToZero,
            "transaction 11",
        ),
        ("UPDATE compte SET reserve = 0 WHERE reserve > 0", Invariant::OpenHolds, "account"),
        ("DELETE FROM retenue_ouverte", Invariant::OpenHolds, "hold 9"),
        ("UPDATE cle_idempotence SET cle = 'autre' WHERE id_cle = 1", Invariant::Chain, "link 1"),
        ("UPDATE cle_idempotence SET empreinte = sha256('x') WHERE id_cle = 1", Invariant::Chain, "link 1"),
        (
            "INSERT INTO refus SELECT id_cle, 'montant_nul' FROM transaction WHERE id_transaction = 2",
            Invariant::OneOutcomePerKey,
            "key",
        ),
        ("DELETE FROM refus", Invariant::OneOutcomePerKey, "key"),
        ("DELETE FROM cle_idempotence WHERE id_cle = 1", Invariant::OneOutcomePerKey, "transaction 1"),
        ("UPDATE operation_unique SET id_transaction = 99", Invariant::OnceIsDone, "qr"),
        (
            "UPDATE transaction SET montant = 501 WHERE id_transaction = 8",
            Invariant::Refunds,
            "transaction 7",
        ),
        ("UPDATE chaine SET racine = sha256(racine) WHERE numero = 2", Invariant::Chain, "link 2"),
        ("UPDATE chaine SET empreinte = sha256(empreinte) WHERE numero = 3", Invariant::Chain, "link 3"),
        ("UPDATE chaine SET derniere = 6 WHERE numero = 3", Invariant::Chain, "link 3"),
        ("DELETE FROM chaine WHERE numero = 1", Invariant::Chain, "link 2"),
        ("DELETE FROM chaine WHERE numero = 4", Invariant::Chain, "link 5"),
        ("DELETE FROM chaine WHERE numero = 7", Invariant::Chain, "transaction 11"),
        ("UPDATE tete_chaine SET empreinte = sha256('x')", Invariant::Chain, "tail"),
        (
            "DELETE FROM transaction WHERE id_transaction = 4; DELETE FROM ecriture WHERE id_transaction = 4",
            Invariant::NumbersWithoutGaps,
            "transaction 5",
        ),
        (
            "DELETE FROM transaction WHERE id_transaction = 8; DELETE FROM ecriture WHERE id_transaction = 8",
            Invariant::Chain,
            "link 4",
        ),
    ];
    for (sql, invariant, place) in cases {
        // As a superuser who switches the triggers off would; undone afterwards.
        conn.batch_execute(&format!("CREATE SCHEMA copie; {}", copies("copie", "public"))).unwrap();
        conn.batch_execute(&format!("BEGIN; SET LOCAL session_replication_role = replica; {sql}; COMMIT"))
            .unwrap();
        let report = ledger.verify(conn, &mut |_| ()).unwrap();
        let check = report.checks.iter().find(|check| check.invariant == *invariant).unwrap();
        assert!(check.violation.as_deref().is_some_and(|found| found.contains(place)), "{sql}: {report:?}");
        conn.batch_execute(&format!(
            "BEGIN; SET LOCAL session_replication_role = replica; {}; COMMIT; DROP SCHEMA copie CASCADE",
            TABLES.map(|table| format!("DELETE FROM {table}; INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM copie.{table}")).join("; ")
        ))
        .unwrap();
    }
    assert_books(&ledger, conn);
}

#[test]
fn each_number_of_each_entry_is_covered() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 1_000), person(&ledger, conn, None));
    accepted(&ledger, conn, &transfer(awa, koffi, 300));
    let held = accepted(&ledger, conn, &hold(awa, koffi.main, 200, None)).transaction;
    accepted(&ledger, conn, &capture(held, koffi, 150));
    assert_books(&ledger, conn);
    let mut changed = 0;
    for (transaction, rank) in [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1), (4, 0), (5, 0), (5, 1)] {
        for column in ["montant", "solde_apres", "reserve", "reserve_apres", "version"] {
            for bit in [1_i64, 1 << 13, 1 << 40] {
                let flip = format!(
                    "BEGIN; SET LOCAL session_replication_role = replica; UPDATE ecriture SET {column} = {column} # {bit}::bigint \
                     WHERE id_transaction = {transaction} AND rang = {rank}; COMMIT"
                );
                // What a constraint refuses even then is no change.
                if conn.batch_execute(&flip).is_err() {
                    conn.batch_execute("ROLLBACK").unwrap();
                    continue;
                }
                assert!(!ledger.verify(conn, &mut |_| ()).unwrap().holds(), "{flip}");
                conn.batch_execute(&flip).unwrap();
                changed += 1;
            }
        }
    }
    assert!(changed > 80, "{changed} changes");
    assert_books(&ledger, conn);
}

const TABLES: [&str; 9] = [
    "retenue_ouverte",
    "compte",
    "cle_idempotence",
    "refus",
    "transaction",
    "ecriture",
    "operation_unique",
    "chaine",
    "tete_chaine",
];

fn copies(to: &str, from: &str) -> String {
    TABLES.map(|table| format!("CREATE TABLE {to}.{table} AS SELECT * FROM {from}.{table}")).join("; ")
}
