//! Notes that are erased: the words go, what the chain proves stays.

use crate::world::*;
use diesel::{connection::SimpleConnection, result::Error as Query};
use hostolink_ledger::{Invariant, Note};

#[test]
fn an_erased_note_leaves_the_chain_and_every_proof_as_they_were() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 100_000), person(&ledger, conn, None));
    let noted = |mut order: hostolink_ledger::Order, text: &str| {
        order.note = Note::parse(text).unwrap();
        order
    };
    let mut batch: Vec<_> =
        (1..=3).map(|francs| noted(transfer(awa, koffi, francs), "loyer de la rue secrète")).collect();
    batch.push(transfer(awa, koffi, 5_000));
    let replies = ledger.post(conn, &batch).unwrap();
    let paid = outcome(replies[3]).unwrap().transaction;
    let back = accepted(&ledger, conn, &noted(refund(paid, koffi, 100), "trop perçu")).transaction;
    let held =
        accepted(&ledger, conn, &noted(hold(awa, koffi.main, 300, Some(60)), "réservation")).transaction;
    let ids: Vec<_> =
        replies.into_iter().map(|reply| outcome(reply).unwrap().transaction).chain([back, held]).collect();
    let proofs =
        || -> Vec<_> { ids.iter().map(|id| ledger.prove(&mut db.conn(), *id).unwrap().unwrap()).collect() };
    let before = (proofs(), assert_books(&ledger, conn));

    assert_eq!(ledger.erase_notes(conn, awa.user).unwrap(), 4);
    assert_eq!(ledger.erase_notes(conn, awa.user).unwrap(), 0);
    assert_eq!((proofs(), assert_books(&ledger, conn)), before);
    for proof in &before.0 {
        proof.verify().unwrap();
    }
    let note = |id| ledger.find_transaction(&mut db.conn(), id).unwrap().unwrap().note;
    assert_eq!((note(ids[0]), note(held)), (None, None));
    assert_eq!(note(back).unwrap().as_str(), "trop perçu", "Koffi's words are Koffi's");

    // Who wrote on keeps on writing.
    accepted(&ledger, conn, &noted(transfer(awa, koffi, 7), "encore"));
    assert_eq!(ledger.erase_notes(conn, awa.user).unwrap(), 1);
    assert_books(&ledger, conn);
}

#[test]
fn nothing_but_a_note_goes_and_nothing_takes_its_place() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 1_000), person(&ledger, conn, None));
    let mut order = transfer(awa, koffi, 10);
    order.note = Note::parse("bonjour").unwrap();
    let id = accepted(&ledger, conn, &order).transaction;
    let plain = accepted(&ledger, conn, &transfer(awa, koffi, 11)).transaction;
    let hash = "sha256('x')";
    for change in [
        "note = NULL".to_owned(),
        "note = 'bonsoir'".to_owned(),
        format!("note = 'bonsoir', empreinte_privee = {hash}"),
        format!("note = NULL, empreinte_privee = {hash}, montant = montant + 1"),
        format!("note = NULL, empreinte_privee = {hash}, sel = substr({hash}, 1, 16)"),
    ] {
        refused(
            conn,
            &format!("UPDATE transaction SET {change} WHERE public_id = '{id}'"),
            "transaction_ajout_seul",
        );
    }
    let without_note =
        format!("UPDATE transaction SET empreinte_privee = {hash} WHERE public_id = '{plain}'");
    refused(conn, &without_note, "transaction_ajout_seul");
    assert_eq!(ledger.erase_notes(conn, awa.user).unwrap(), 1);
    for change in
        ["note = 'bonjour', empreinte_privee = NULL".to_owned(), format!("empreinte_privee = {hash}")]
    {
        refused(
            conn,
            &format!("UPDATE transaction SET {change} WHERE public_id = '{id}'"),
            "transaction_ajout_seul",
        );
    }
    assert_books(&ledger, conn);

    // Behind the triggers: a hash that is not the leaf's is found.
    conn.batch_execute(&format!(
        "BEGIN; SET LOCAL session_replication_role = replica; \
         UPDATE transaction SET empreinte_privee = {hash} WHERE public_id = '{id}'; COMMIT"
    ))
    .unwrap();
    let report = ledger.verify(conn, &mut |_| ()).unwrap();
    let chain = report.checks.iter().find(|check| check.invariant == Invariant::Chain).unwrap();
    assert!(chain.violation.as_deref().is_some_and(|found| found.contains("link 3")), "{report:?}");
    assert!(ledger.prove(conn, id).unwrap().unwrap().verify().is_err());
}

#[track_caller]
fn refused(conn: &mut diesel::PgConnection, sql: &str, constraint: &str) {
    match conn.batch_execute(sql) {
        Err(Query::DatabaseError(_, info)) => assert_eq!(info.constraint_name(), Some(constraint), "{sql}"),
        other => panic!("{sql} gave {other:?}"),
    }
}
