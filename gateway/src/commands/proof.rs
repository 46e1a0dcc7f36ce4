//! The proof of one transaction, for whoever has to show or check it.

use crate::{
    commands::{Failure, say},
    config::Config,
    startup::Place,
};
use diesel::{Connection, PgConnection};
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
pub(super) fn check(file: &Path) -> Result<(), Failure> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        io::stdin().take(MAX_BYTES).read_to_string(&mut text)
    } else {
        File::open(file).and_then(|open| open.take(MAX_BYTES).read_to_string(&mut text))
    };
    read.map_err(|error| format!("can't read {}: {error}", file.display()))?;
    say(&checked(&text)?)
}

/// What a proof shows, if it holds. Takes a receipt's JSON too, whose `proof` it checks.
fn checked(text: &str) -> Result<String, Failure> {
    let mut json: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("this is no JSON: {error}"))?;
    let inner = json.get_mut("proof").map(serde_json::Value::take).unwrap_or(json);
    let proof: Proof = serde_json::from_value(inner).map_err(|error| format!("this is no proof: {error}"))?;
    let found = proof.verify().map_err(|broken| format!("the proof does NOT hold: {broken}"))?;
    Ok(format!(
        "the proof holds\n  transaction {} ({}), {} F CFA, number {} in the ledger\n  leaf {}\n  root {}\n  \
         link {}: {}, sealed {}\nIt proves the transaction if that link is the ledger's: compare its hash with one that was \
         published or signed.\n",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_proof_holds_and_a_changed_one_does_not() {
        let example = include_str!("../../../docs/receipt-example.json");
        assert!(checked(example).unwrap().starts_with("the proof holds"));
        let wrapped = format!("{{\"proof\": {example}}}");
        assert!(checked(&wrapped).unwrap().starts_with("the proof holds"));
        let forged = example.replacen("\"virement\"", "\"depot_agent\"", 1);
        assert_ne!(forged, example);
        assert!(checked(&forged).unwrap_err().to_string().contains("does NOT hold"));
        for (text, said) in
            [("", "no JSON"), ("{}", "no proof"), ("[1]", "no proof"), ("{\"proof\": 1}", "no proof")]
        {
            assert!(checked(text).unwrap_err().to_string().contains(said), "{text}");
        }
    }
}
