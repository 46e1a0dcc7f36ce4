use super::{Bank, awa_and_koffi, balance, latest};
use crate::{
    app::{Answer, Caller, TestApp},
    audit::expect_one_row,
};
use hostolink_gateway::flows::bulk::pay_confirmed;
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

const BULK: &str = "/api/wallet/bulk-payments";

/// Sends a file as the body.
async fn send(caller: &Caller, file: impl Into<Vec<u8>>) -> Answer {
    let request = caller.request(Method::POST, BULK).header("Content-Type", "text/csv");
    caller.send(request.body(file.into())).await
}

/// A file that was taken, and its address.
async fn draft(caller: &Caller, file: impl Into<Vec<u8>>) -> (String, Value) {
    let sent = send(caller, file).await;
    let address = format!("{BULK}/{}", sent.expect(201).json["id"].as_str().unwrap());
    assert_eq!(sent.headers["location"], address);
    (address, sent.json)
}

async fn lines(caller: &Caller, address: &str, query: &str) -> Vec<Value> {
    let page = caller.get(&format!("{address}/lines?{query}")).await;
    page.expect(200).json["items"].as_array().unwrap().clone()
}

async fn show_pin(caller: &Caller) {
    caller.put("/api/pin", json!({"pin": "7391"})).await.expect(204);
    caller.post("/api/pin/verify", json!({"pin": "7391"})).await.expect(200);
}

/// What the log says of contacts and of files: one row each time.
pub(crate) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let (payer, _) = (app.person("patronne@example.ci").await, app.person("salarie@example.ci").await);
    let saved =
        payer.post("/api/wallet/contacts", json!({"to": "salarie@example.ci", "name": "Payée"})).await;
    expect_one_row(app, "POST /api/wallet/contacts", &saved, seen);
    let contact = saved.headers["location"].to_str().unwrap().to_owned();
    let renamed = payer.put(&contact, json!({"name": "La payée"})).await;
    expect_one_row(app, "PUT /api/wallet/contacts/{id}", &renamed, seen);
    let forgotten = payer.delete(&contact).await;
    expect_one_row(app, "DELETE /api/wallet/contacts/{id}", &forgotten, seen);
    let office = app.with_role("arrets@example.ci", "admin").await;
    for stopped in ["/api/wallet/bulk-payments/{id}/stop", "/api/admin/bulk-payments/{id}/stop", ""] {
        let sent = send(&payer, "to,amount\nsalarie@example.ci,500\n").await;
        expect_one_row(app, "POST /api/wallet/bulk-payments", &sent, seen);
        let file = sent.headers["location"].to_str().unwrap().to_owned();
        if !stopped.is_empty() {
            let yes = payer.pay(&format!("{file}/confirm"), json!({"mode": "each"})).await;
            expect_one_row(app, "POST /api/wallet/bulk-payments/{id}/confirm", &yes, seen);
            let by = if stopped.contains("admin") { &office } else { &payer };
            let place = stopped.replace("{id}", file.rsplit('/').next().unwrap());
            let stop = by.post(&place, json!({})).await;
            expect_one_row(app, &format!("POST {stopped}"), &stop, seen);
        } else {
            let dropped = payer.delete(&file).await;
            expect_one_row(app, "DELETE /api/wallet/bulk-payments/{id}", &dropped, seen);
        }
    }
}

fn call_koffi(app: &TestApp) {
    app.lines(
        "UPDATE utilisateur SET prenom = 'Koffi', nom = 'N''Guessan' \
         WHERE email_normalise = 'koffi@example.ci' RETURNING email AS line",
    );
}

#[actix_web::test]
async fn a_file_is_checked_confirmed_paid_and_told_line_by_line() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    call_koffi(&app);
    let file = "\u{feff}Destinataire;Nom;Montant;Motif\r\n\
                koffi@example.ci;NGUESSAN Koffi;3 000;Mars\r\n\
                personne@example.ci;;500;\r\n\
                koffi@example.ci;Quelqu'un d'autre;9 000;=1+1\r\n\
                koffi@example.ci;Koffi;1e3;\r\n";
    let (address, made) = draft(&awa, file).await;
    assert_eq!(
        (&made["state"], &made["mode"], &made["pinRequired"]),
        (&json!("draft"), &json!(null), &json!(false))
    );
    assert_eq!(
        made["lines"],
        json!({"total": 4, "payable": 2, "invalid": 2, "namesDiffer": 0, "repeated": 1, "done": 0, "refused": 0, "stopped": 0})
    );
    assert_eq!((&made["amount"], &made["fee"], &made["total"]), (&json!(12_000), &json!(0), &json!(12_000)));
    let check = &made["check"];
    assert_eq!((&check["available"], &check["balanceSuffices"]), (&json!(10_000), &json!(false)));
    assert_eq!(check["limitsSuffice"], true);

    let all = lines(&awa, &address, "").await;
    assert_eq!((&all[0]["receiver"]["name"], &all[0]["nameMatch"]), (&json!("K••• N."), &json!("same")));
    assert_eq!(
        (&all[0]["line"], &all[0]["amount"], &all[0]["state"]),
        (&json!(2), &json!(3_000), &json!("ready"))
    );
    assert_eq!((&all[1]["state"], &all[1]["code"]), (&json!("invalid"), &json!("wallet.receiver_unknown")));
    assert!(all[1]["detail"].as_str().unwrap().starts_with("Aucun compte"));
    assert_eq!(
        (&all[2]["repeats"], &all[2]["nameMatch"]),
        (&json!(1), &json!("unknown")),
        "one name is compared"
    );
    assert_eq!((&all[3]["code"], &all[3]["receiver"]), (&json!("wallet.amount_invalid"), &json!(null)));
    assert_eq!(lines(&awa, &address, "state=invalid&limit=1").await.len(), 1);

    let confirm = format!("{address}/confirm");
    let yes = json!({"mode": "each", "skipInvalid": true});
    awa.pay(&confirm, json!({"mode": "each"})).await.expect_problem(422, "wallet.bulk_lines_invalid");
    let running = awa.pay_with(&confirm, "wages-of-march", yes.clone()).await;
    assert_eq!((&running.expect(202).json["state"], balance(&koffi).await), (&json!("running"), 0));
    pay_confirmed(app.state.clone()).await.unwrap();
    pay_confirmed(app.state.clone()).await.unwrap();
    assert_eq!((balance(&awa).await, balance(&koffi).await), (7_000, 3_000));
    let over = awa.pay_with(&confirm, "wages-of-march", yes).await;
    assert_eq!(over.headers["idempotency-replayed"], "true");
    assert_eq!((&over.expect(202).json["state"], &over.json["paid"]), (&json!("ended"), &json!(3_000)));
    let all = lines(&awa, &address, "").await;
    assert_eq!((&all[0]["state"], &all[0]["transactionId"]), (&json!("done"), &latest(&koffi).await["id"]));
    assert_eq!((&all[2]["state"], &all[2]["code"]), (&json!("refused"), &json!("wallet.insufficient_funds")));

    let result = awa.get(&format!("{address}/result.csv")).await;
    result.expect(200);
    assert!(result.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let csv = String::from_utf8(result.bytes).unwrap();
    assert!(csv.contains("payé") && csv.contains(";'=1+1;") && !csv.contains(";=1+1"), "{csv}");
    let copy = awa.get("/api/me/export").await.expect(200).json.clone();
    assert_eq!(
        (&copy["bulkPayments"][0]["id"], copy["bulkPaymentLines"].as_array().unwrap().len()),
        (&over.json["id"], 4)
    );
    assert_eq!(copy["bulkPaymentLines"][0]["line"], all[0]);
    // Awa can correct it and send it again.
    assert_eq!(draft(&awa, csv).await.1["lines"]["total"], 4);
    app.stop().await;
}

#[actix_web::test]
async fn all_together_needs_the_pin_for_a_larger_total_and_every_name_to_be_right() {
    let app = TestApp::start_with(|config| config.pin_required_above = 15_000);
    let (chief, agent) = (app.superadmin().await, app.agent().await);
    let (awa, koffi) = (app.person("+2250708091011").await, app.person("koffi@example.ci").await);
    let aya = app.person("aya@example.ci").await;
    show_pin(&chief).await;
    let float = json!({"agent": agent.identifier, "amount": 20_000});
    chief.pay("/api/admin/floats", float).await.expect(201);
    for _ in 0..2 {
        let cash = json!({"to": awa.identifier, "amount": 10_000});
        agent.pay("/api/agent/cash-ins", cash).await.expect(201);
    }
    call_koffi(&app);
    let form = reqwest::multipart::Form::new().part(
        "file",
        reqwest::multipart::Part::bytes(
            b"to,amount,name\nkoffi@example.ci,10500,Awa Traore\naya@example.ci,5600,Aya\n".to_vec(),
        ),
    );
    let sent = awa.send(awa.request(Method::POST, BULK).multipart(form)).await;
    let address = format!("{BULK}/{}", sent.expect(201).json["id"].as_str().unwrap());
    assert_eq!((&sent.json["lines"]["namesDiffer"], &sent.json["pinRequired"]), (&json!(1), &json!(true)));
    let confirm = format!("{address}/confirm");
    awa.pay(&confirm, json!({"mode": "atomic"})).await.expect_problem(403, "auth.pin_undefined");
    show_pin(&awa).await;
    awa.pay(&confirm, json!({"mode": "atomic"})).await.expect_problem(422, "wallet.bulk_names_differ");
    // A new device confirms none: it is paid where no device is asked any more.
    let yes = json!({"mode": "atomic", "acceptNames": true});
    let mut elsewhere = Caller { identifier: awa.identifier.clone(), ..app.anon() };
    app.clock.advance(Duration::from_secs(60));
    app.sign_in_by_code(&mut elsewhere).await;
    elsewhere.pay(&confirm, yes.clone()).await.expect_problem(422, "wallet.new_device_limit");
    awa.pay(&confirm, yes).await.expect(202);
    pay_confirmed(app.state.clone()).await.unwrap();
    assert_eq!((balance(&awa).await, balance(&koffi).await, balance(&aya).await), (3_900, 10_500, 5_600));
    let ended = awa.get(&address).await.expect(200).json.clone();
    assert_eq!(
        (&ended["mode"], &ended["lines"]["done"], &ended["check"]),
        (&json!("atomic"), &json!(2), &json!(null))
    );
    app.stop().await;
}

#[actix_web::test]
async fn files_are_their_owners_and_what_is_none_is_refused() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let (address, _) = draft(&awa, "to,amount\nkoffi@example.ci,500\n").await;
    for path in [address.clone(), format!("{BULK}/018f6f6e-5c1e-7b7a-9a3e-3d1f6f0f7a11")] {
        for theirs in ["", "/lines", "/result.csv"] {
            koffi.get(&format!("{path}{theirs}")).await.expect_problem(404, "wallet.bulk_unknown");
        }
        koffi.delete(&path).await.expect_problem(404, "wallet.bulk_unknown");
        koffi.post(&format!("{path}/stop"), json!({})).await.expect_problem(404, "wallet.bulk_unknown");
        let yes = koffi.pay(&format!("{path}/confirm"), json!({"mode": "each"})).await;
        yes.expect_problem(404, "wallet.bulk_unknown");
    }
    let many = format!("to,amount\n{}", "koffi@example.ci,1\n".repeat(100_001));
    for (file, code) in [
        (Vec::new(), "wallet.bulk_empty"),
        (b"{}".to_vec(), "wallet.bulk_header_invalid"),
        (b"to,amount\n\xe9,1\n".to_vec(), "wallet.bulk_unreadable"),
        (many.into_bytes(), "wallet.bulk_too_many_lines"),
    ] {
        let refused = send(&awa, file).await;
        refused.expect_problem(400, code);
        assert_eq!(refused.json["errors"][0]["field"], "file");
    }
    send(&awa, vec![b'x'; 6_000_000]).await.expect_problem(413, "request.too_large");
    let confirm = format!("{address}/confirm");
    awa.post(&confirm, json!({"mode": "each"})).await.expect_problem(400, "request.idempotency_key_required");
    for body in [json!({}), json!({"mode": "some"}), json!({"mode": "each", "skipInvalid": 1}), json!([])] {
        awa.pay(&confirm, body).await.expect(400);
    }
    awa.get(&format!("{address}/lines?state=x")).await.expect_problem(400, "request.invalid_field");
    awa.get(&format!("{address}/lines?cursor=x")).await.expect_problem(400, "ledger.invalid_cursor");
    assert_eq!(awa.delete(&address).await.expect(200).json["state"], "cancelled");
    awa.delete(&address).await.expect_problem(409, "wallet.bulk_over");
    awa.pay(&confirm, json!({"mode": "each"})).await.expect_problem(409, "wallet.bulk_over");
    let listed = awa.get(BULK).await.expect(200).json.clone();
    assert_eq!(
        (listed["items"].as_array().unwrap().len(), &listed["items"][0]["state"]),
        (1, &json!("cancelled"))
    );
    app.stop().await;
}

#[actix_web::test]
async fn a_file_that_is_being_paid_is_stopped_by_its_owner_or_the_office() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let office = app.with_role("bureau@example.ci", "admin").await;
    let before = balance(&koffi).await;
    for by_office in [false, true] {
        let (address, _) = draft(&awa, "to,amount\nkoffi@example.ci,500\nkoffi@example.ci,700\n").await;
        let stop = format!("{address}/stop");
        awa.post(&stop, json!({})).await.expect_problem(409, "wallet.bulk_over");
        awa.pay(&format!("{address}/confirm"), json!({"mode": "each"})).await.expect(202);
        let of_office = format!("/api/admin/bulk-payments/{}/stop", address.rsplit('/').next().unwrap());
        awa.post(&of_office, json!({})).await.expect_problem(403, "auth.forbidden");
        let stopped = if by_office {
            office.post(&of_office, json!({})).await
        } else {
            awa.post(&stop, json!({})).await
        };
        assert_eq!(stopped.expect(200).json["state"], "stopping");
        pay_confirmed(app.state.clone()).await.unwrap();
        let over = awa.post(&stop, json!({})).await;
        assert_eq!(
            (&over.expect(200).json["state"], &over.json["lines"]["stopped"]),
            (&json!("stopped"), &json!(2))
        );
        assert_eq!((&over.json["paid"], over.json["stoppedAt"].is_string()), (&json!(0), true));
        assert_eq!(lines(&awa, &address, "state=stopped").await.len(), 2);
        let result = awa.get(&format!("{address}/result.csv")).await;
        assert!(String::from_utf8_lossy(&result.expect(200).bytes).contains(";non exécuté (arrêt demandé);"));
    }
    assert_eq!(balance(&koffi).await, before);
    app.stop().await;
}

#[actix_web::test]
async fn a_large_file_is_paid_by_several_processes_once() {
    const LINES: i64 = 1_200;
    let app = TestApp::start();
    let beside = app.beside();
    let bank = Bank::open(&app).await;
    let (awa, koffi) = (app.person("+2250708091011").await, app.person("koffi@example.ci").await);
    bank.give(&awa, 100_000).await;
    let rows = "koffi@example.ci;10\n".repeat(usize::try_from(LINES).unwrap());
    for _ in 0..2 {
        let (address, _) = draft(&awa, format!("destinataire;montant\n{rows}")).await;
        awa.pay(&format!("{address}/confirm"), json!({"mode": "each"})).await.expect(202);
    }
    let rounds = [&app, &beside, &app, &beside].map(|app| pay_confirmed(app.state.clone()));
    for round in futures_util::future::join_all(rounds).await {
        round.unwrap();
    }
    assert_eq!(balance(&koffi).await, 2 * 10 * LINES);
    let listed = awa.get(BULK).await.expect(200).json["items"].clone();
    for bulk in listed.as_array().unwrap() {
        assert_eq!((&bulk["state"], &bulk["lines"]["done"]), (&json!("ended"), &json!(LINES)), "{bulk}");
    }
    beside.stop().await;
    app.stop().await;
}
