//! The database refuses by itself what the ledger never does.

use crate::world::*;
use diesel::{PgConnection, connection::SimpleConnection, result::Error as Query};
use hostolink_kernel::Xof;

/// Runs SQL that must fail, and says on which constraint or trigger.
fn refused(conn: &mut PgConnection, sql: &str) -> String {
    match conn.batch_execute(sql) {
        Err(Query::DatabaseError(_, info)) => info.constraint_name().unwrap_or_default().to_owned(),
        other => panic!("{sql} gave {other:?}"),
    }
}

#[test]
fn history_is_never_changed_or_deleted() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 1_000), person(&ledger, conn, None));
    accepted(&ledger, conn, &transfer(awa, koffi, 10));
    one(&ledger, conn, &transfer(awa, koffi, 5_000)).unwrap_err();
    for (table, column) in [
        ("ecriture", "montant = montant"),
        ("transaction", "montant = montant"),
        ("cle_idempotence", "cle = cle"),
        ("refus", "motif = motif"),
        ("operation_unique", "genre = genre"),
        ("chaine", "racine = racine"),
    ] {
        let trigger = format!("{table}_ajout_seul");
        assert_eq!(refused(conn, &format!("UPDATE {table} SET {column}")), trigger);
        assert_eq!(refused(conn, &format!("DELETE FROM {table}")), trigger);
        refused(conn, &format!("TRUNCATE {table} CASCADE"));
    }
    refused(conn, "TRUNCATE utilisateur, titulaire, compte CASCADE");
    assert_eq!(refused(conn, "DELETE FROM tete_chaine"), "tete_chaine_reste");
    assert_books(&ledger, conn);
}

#[test]
fn a_balance_changes_by_entries_alone() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let awa = funded(&ledger, conn, 1_000);
    assert_eq!(refused(conn, "UPDATE compte SET solde = solde + 1"), "compte_solde_suit_ecritures");
    assert_eq!(refused(conn, "UPDATE compte SET version = 0"), "compte_solde_suit_ecritures");
    assert_eq!(refused(conn, "UPDATE compte SET nature = 'float'"), "compte_identite_figee");
    assert_eq!(
        refused(conn, "UPDATE compte SET reserve = 1 WHERE solde = 1000"),
        "compte_solde_suit_ecritures"
    );
    assert_eq!(refused(conn, "UPDATE compte SET statut = 'clos' WHERE solde = 1000"), "compte_clos_vide");
    let owner = "(SELECT id_titulaire, id_user FROM titulaire WHERE id_user IS NOT NULL LIMIT 1)";
    let rich = format!(
        "INSERT INTO compte (public_id, id_titulaire, id_user, nature, solde, ouvert_le) \
         SELECT gen_random_uuid(), id_titulaire, id_user, 'float', 5, now() FROM {owner} t"
    );
    assert_eq!(refused(conn, &rich), "compte_ouvert_vide");
    assert_eq!(balance(&ledger, conn, awa.main), 1_000);
}

/// A transaction of that amount, numbered after the last, with these entries (rank, account, amount, balance
/// afterwards, version).
fn by_hand(amount: i64, entries: &str) -> String {
    format!(
        "BEGIN; INSERT INTO cle_idempotence (id_user, cle, empreinte, recue_le) VALUES (1, 'x', sha256('x'), now()); \
         INSERT INTO transaction (id_transaction, public_id, id_cle, nature, montant, sel, survenu_le, enregistre_le) \
         SELECT derniere + 1, gen_random_uuid(), (SELECT max(id_cle) FROM cle_idempotence), 'virement', {amount}, \
                substr(sha256('x'), 1, 16), now(), now() FROM tete_chaine; \
         INSERT INTO ecriture (id_transaction, rang, id_compte, montant, solde_apres, version) \
         SELECT derniere + 1, q.* FROM tete_chaine, (VALUES {entries}) q; COMMIT"
    )
}

#[test]
fn entries_sum_to_zero_and_follow_one_another() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let awa = funded(&ledger, conn, 1_000);
    let koffi = person(&ledger, conn, None);
    let a = format!("(SELECT id_compte FROM compte WHERE public_id = '{}')", awa.main);
    let k = format!("(SELECT id_compte FROM compte WHERE public_id = '{}')", koffi.main);
    for (amount, entries, constraint) in [
        (10, format!("(0, {a}, -10, 990, 2), (1, {k}, 11, 11, 1)"), "ecriture_somme_nulle"),
        (10, format!("(0, {a}, -10, 990, 2)"), "ecriture_somme_nulle"),
        (10, format!("(1, {a}, -10, 990, 2), (2, {k}, 10, 10, 1)"), "ecriture_somme_nulle"),
        (10, format!("(0, {a}, -10, 991, 2), (1, {k}, 10, 10, 1)"), "ecriture_suite"),
        (10, format!("(0, {a}, -10, 990, 3), (1, {k}, 10, 10, 1)"), "ecriture_suite"),
        (10, format!("(0, {a}, -10, 990, 1), (1, {k}, 10, 10, 1)"), "ecriture_compte_version_key"),
        (9, format!("(0, {a}, -10, 990, 2), (1, {k}, 10, 10, 1)"), "ecriture_somme_nulle"),
        (1001, format!("(0, {a}, -1001, -1, 2), (1, {k}, 1001, 1001, 1)"), "compte_signe"),
    ] {
        assert_eq!(refused(conn, &by_hand(amount, &entries)), constraint, "{entries}");
        conn.batch_execute("ROLLBACK").unwrap();
    }
    // Who receives by code or card may bear a part, and gets something; who gives has paid the amount.
    for (amount, entries) in [
        (10, format!("(0, {a}, -10, 990, 2), (1, {k}, 11, 11, 1), (2, {k}, -1, 10, 2)")),
        (10, format!("(0, {a}, -9, 991, 2), (1, {k}, 9, 9, 1)")),
        (10, format!("(0, {a}, 10, 1010, 2), (1, {k}, -10, -10, 1)")),
    ] {
        let by_code = by_hand(amount, &entries).replace("'virement'", "'paiement_qr'");
        assert_eq!(refused(conn, &by_code), "ecriture_somme_nulle", "{entries}");
        conn.batch_execute("ROLLBACK").unwrap();
    }
    let nowhere = format!(
        "INSERT INTO ecriture (id_transaction, rang, id_compte, montant, solde_apres, version) \
         VALUES (99, 0, {a}, -10, 990, 2), (99, 1, {k}, 10, 10, 1)"
    );
    assert_eq!(refused(conn, &nowhere), "ecriture_somme_nulle");
    // A link that does not follow the tail, covers what is not there, or a transaction without its entries.
    let link = |number: u8| {
        format!(
            "INSERT INTO chaine SELECT numero + {number}, derniere + 1, derniere + 1, empreinte, empreinte, now() \
             FROM tete_chaine"
        )
    };
    let whole = by_hand(10, &format!("(0, {a}, -10, 990, 2), (1, {k}, 10, 10, 1)"));
    let hollow = whole.split("INSERT INTO ecriture").next().unwrap();
    for (sql, constraint) in [
        (link(1), "chaine_premiere_fkey"),
        (whole.replace("COMMIT", &link(2)), "chaine_suite"),
        (format!("{hollow}{}", link(1)), "chaine_complete"),
    ] {
        assert_eq!(refused(conn, &sql), constraint, "{sql}");
        conn.batch_execute("ROLLBACK").unwrap();
    }
    assert_eq!(balance(&ledger, conn, awa.main), 1_000);
    assert_books(&ledger, conn);
}

#[test]
fn a_person_with_entries_stays() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 1_000), person(&ledger, conn, None));
    let delete = |who: Person| format!("DELETE FROM utilisateur WHERE id_user = {}", who.user.key());
    assert_eq!(refused(conn, &delete(awa)), "ecriture_id_compte_fkey");
    // Nobody has paid Koffi yet: the person goes, and the empty account with them.
    conn.batch_execute(&delete(koffi)).unwrap();
    assert_eq!(ledger.find_account(conn, koffi.main).unwrap(), None);
    assert_books(&ledger, conn);
}

#[test]
fn an_amount_beyond_every_account_is_refused() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (agent, float) = agent(&ledger, conn, Xof::MAX.francs());
    let more = hostolink_ledger::Action::FundFloat { float, amount: xof(1) };
    assert_eq!(one(&ledger, conn, &order(agent.user, more)), Err(hostolink_ledger::Refusal::AmountTooLarge));
    assert_books(&ledger, conn);
}
