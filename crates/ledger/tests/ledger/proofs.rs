//! The proof of one transaction, and what it does not tell.

use crate::world::*;
use hostolink_kernel::TransactionId;
use hostolink_ledger::{Note, Proof};
use serde_json::Value;
use uuid::Uuid;

#[test]
fn every_transaction_of_a_batch_is_proven_and_shows_hashes_of_the_others_only() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 10_000), person(&ledger, conn, None));
    for size in [1, 2, 3, 7] {
        let orders: Vec<_> = (1..=size)
            .map(|francs| {
                let mut order = transfer(awa, koffi, francs);
                order.note = Note::parse("le loyer secret").unwrap();
                order
            })
            .collect();
        let replies = ledger.post(conn, &orders).unwrap();
        let ids: Vec<TransactionId> =
            replies.into_iter().map(|reply| outcome(reply).unwrap().transaction).collect();
        for id in &ids {
            let proof = ledger.prove(conn, *id).unwrap().unwrap();
            let computed = proof.verify().unwrap();
            assert!((proof.link.first..=proof.link.last).contains(&computed.number));
            assert_eq!(proof.link.last - proof.link.first + 1, size);
            let text = serde_json::to_string(&proof).unwrap();
            assert_eq!(serde_json::from_str::<Proof>(&text).unwrap(), proof);
            assert!(!text.contains("loyer"), "{text}");
            for other in ids.iter().filter(|other| *other != id) {
                assert!(!text.contains(&other.to_string()), "{text}");
            }
            for order in &orders {
                assert!(!text.contains(order.key.text()));
            }
        }
    }
    assert_eq!(ledger.prove(conn, TransactionId::new(Uuid::nil())).unwrap(), None);
}

/// Every text of the proof with one character changed, every number one more: nothing of it holds.
#[test]
fn whatever_is_changed_breaks_the_proof() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 10_000), person(&ledger, conn, None));
    let orders: Vec<_> = (1..=3).map(|francs| transfer(awa, koffi, francs)).collect();
    let paid = outcome(ledger.post(conn, &orders).unwrap()[1]).unwrap();
    let back = accepted(&ledger, conn, &refund(paid.transaction, koffi, 1));
    let held = accepted(&ledger, conn, &hold(awa, koffi.main, 500, Some(60)));
    let taken = accepted(&ledger, conn, &capture(held.transaction, koffi, 300));
    for id in [paid, back, held, taken].map(|receipt| receipt.transaction) {
        let proof = serde_json::to_value(ledger.prove(conn, id).unwrap().unwrap()).unwrap();
        assert!(holds(&proof));
        let mut changed = 0;
        for pointer in pointers(&proof, "") {
            for place in 0..80 {
                let mut forged = proof.clone();
                let value = forged.pointer_mut(&pointer).unwrap();
                if !change(value, place) {
                    break;
                }
                assert!(!holds(&forged), "{pointer} {place}");
                changed += 1;
            }
        }
        assert!(changed > 300, "{changed}");
        // What has to be there can't be left out.
        for part in ["hold", "legs"] {
            let mut forged = proof.clone();
            let fields = forged["transaction"].as_object_mut().unwrap();
            if fields.remove(part).is_some() {
                assert!(!holds(&forged), "{part}");
            }
        }
    }
}

fn holds(proof: &Value) -> bool {
    serde_json::from_value::<Proof>(proof.clone()).is_ok_and(|proof| proof.verify().is_ok())
}

/// Where the values are that are neither objects nor lists.
fn pointers(value: &Value, at: &str) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            fields.iter().flat_map(|(name, value)| pointers(value, &format!("{at}/{name}"))).collect()
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(place, value)| pointers(value, &format!("{at}/{place}")))
            .collect(),
        Value::Null => Vec::new(),
        _ => vec![at.to_owned()],
    }
}

/// Changes the character at `place`, or a number once.
fn change(value: &mut Value, place: usize) -> bool {
    match value {
        Value::Number(number) if place == 0 => {
            *value = (number.as_i64().unwrap() + 1).into();
            true
        }
        Value::String(text) => {
            let Some(old) = text.as_bytes().get(place).copied() else { return false };
            let new = if old == b'1' { "2" } else { "1" };
            text.replace_range(place..=place, new);
            true
        }
        _ => false,
    }
}
