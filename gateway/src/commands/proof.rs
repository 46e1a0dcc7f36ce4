//! The proof of one transaction, for whoever has to show or check it.

use crate::{
    commands::{Failure, say},
    config::Config,
    startup::Place,
};
use chrono::DateTime;
use diesel::{Connection, PgConnection};
use hostolink_auth::SignedHead;
use hostolink_kernel::{SystemClock, SystemRandom, TransactionId};
use hostolink_ledger::{Ledger, Proof};
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

/// A proof has a few thousand bytes: what is larger is none.
const MAX_BYTES: u64 = 64 * 1024;

/// `hostolink ledger proof`.
pub(super) fn print(config: &Config, transaction: &str) -> Result<(), Failure> {
    let id: TransactionId = transaction.parse().map_err(|_| {
        format!("{transaction:?} is no transaction's id: the id is a UUID, as the API shows it")
    })?;
    let place = Place::visit(config)?;
    let mut conn = PgConnection::establish(place.secret_url())?;
    let books = Ledger::new(Arc::new(SystemClock), Arc::new(SystemRandom));
    let proof = books.prove(&mut conn, id)?.ok_or("there is no such transaction")?;
    say(&format!("{}\n", serde_json::to_string_pretty(&proof)?))?;
    proof.verify().map_err(|broken| {
        format!("the ledger's own rows do not prove it: {broken}. Run `hostolink ledger verify`")
    })?;
    place.stop();
    Ok(())
}

/// `hostolink ledger check-proof`: needs no database and no configuration.
pub(super) fn check(file: &Path, jwks: Option<&Path>) -> Result<(), Failure> {
    let text = read(file)?;
    let keys = jwks.map(read).transpose()?;
    say(&checked(&text, keys.as_deref())?)
}

fn read(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        io::stdin().take(MAX_BYTES).read_to_string(&mut text)
    } else {
        File::open(file).and_then(|open| open.take(MAX_BYTES).read_to_string(&mut text))
    };
    read.map_err(|error| format!("can't read {}: {error}", file.display()))?;
    Ok(text)
}

/// What a proof shows, if it holds. Takes a receipt's JSON too, whose `proof` it checks, and whose signature with these keys.
fn checked(text: &str, keys: Option<&str>) -> Result<String, Failure> {
    let mut json: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("this is no JSON: {error}"))?;
    let inner = json.get_mut("proof").map(serde_json::Value::take);
    let is_receipt = inner.is_some();
    let inner = inner.unwrap_or_else(|| json.take());
    let proof: Proof = serde_json::from_value(inner).map_err(|error| format!("this is no proof: {error}"))?;
    let found = proof.verify().map_err(|broken| format!("the proof does NOT hold: {broken}"))?;
    if is_receipt {
        compare(&json, &proof)?;
    }
    let signature = match keys {
        Some(keys) => signed(&json, keys, &proof)?,
        None => "It proves the transaction if that link is the ledger's: compare its hash with one that was published or signed.\n"
            .to_owned(),
    };
    Ok(format!(
        "the proof holds\n  transaction {} ({}), {} F CFA, number {} in the ledger\n  leaf {}\n  root {}\n  \
         link {}: {}, sealed {}\n{signature}",
        proof.transaction.id,
        proof.transaction.kind,
        proof.transaction.amount,
        found.number,
        found.leaf,
        found.root,
        proof.link.number,
        proof.link.hash,
        proof.link.sealed_at.to_rfc3339(),
    ))
}

/// What a receipt says beside its proof must be what the proof shows: else the one would be read and the other believed.
fn compare(receipt: &serde_json::Value, proof: &Proof) -> Result<(), Failure> {
    let shown = serde_json::to_value(&proof.transaction)?;
    for field in ["id", "amount", "eventAt", "recordedAt"] {
        if receipt.get(field).is_some_and(|said| *said != shown[field]) {
            return Err(format!("the receipt's {field} is NOT that of its proof").into());
        }
    }
    Ok(())
}

/// Who signed that the proof's link is one of the ledger's.
fn signed(receipt: &serde_json::Value, keys: &str, proof: &Proof) -> Result<String, Failure> {
    let token = receipt["signedHead"]
        .as_str()
        .ok_or("this has no signedHead: take the receipt as the API answers it")?;
    let signed = SignedHead::read(keys, token)?;
    let link = (proof.link.number, proof.link.hash.to_string(), proof.link.sealed_at);
    if (signed.link.number, signed.link.hash, signed.link.sealed_at) != link {
        return Err("the signature is of another link: it does NOT vouch for this proof".into());
    }
    let at = DateTime::from_timestamp(signed.iat, 0).map_or_else(String::new, |at| at.to_rfc3339());
    Ok(format!(
        "the signature holds: {} signed at {at} that this link is its ledger's\n  whose last link then was {}: {}\n",
        signed.iss, signed.head.number, signed.head.hash,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_proof_holds_and_a_changed_one_does_not() {
        let example = include_str!("../../../docs/receipt-example.json");
        assert!(checked(example, None).unwrap().starts_with("the proof holds"));
        let wrapped = format!("{{\"proof\": {example}}}");
        assert!(checked(&wrapped, None).unwrap().starts_with("the proof holds"));
        let forged = example.replacen("\"virement\"", "\"depot_agent\"", 1);
        assert_ne!(forged, example);
        assert!(checked(&forged, None).unwrap_err().to_string().contains("does NOT hold"));
        for (text, said) in
            [("", "no JSON"), ("{}", "no proof"), ("[1]", "no proof"), ("{\"proof\": 1}", "no proof")]
        {
            assert!(checked(text, None).unwrap_err().to_string().contains(said), "{text}");
        }
    }

    #[test]
    fn a_receipt_says_what_its_proof_shows() {
        let proof: serde_json::Value =
            serde_json::from_str(include_str!("../../../docs/receipt-example.json")).unwrap();
        let receipt = |amount: i64| {
            let id = &proof["transaction"]["id"];
            serde_json::json!({"id": id, "amount": amount, "proof": proof}).to_string()
        };
        assert!(checked(&receipt(12_500), None).unwrap().starts_with("the proof holds"));
        let lie = checked(&receipt(125_000), None).unwrap_err().to_string();
        assert!(lie.contains("amount is NOT"), "{lie}");
        let unsigned = checked(&receipt(12_500), Some("{\"keys\": []}")).unwrap_err().to_string();
        assert!(unsigned.contains("no signedHead"), "{unsigned}");
    }
}
