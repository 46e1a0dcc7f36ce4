//! The first minute: nothing in the environment, one command.

use crate::program::{Caller, Program, client, command, folder, postmaster, run, signal};
use serde_json::Value;
use std::{fs, path::Path, time::Duration};

#[tokio::test]
async fn from_nothing_to_a_paid_qr_code_through_restarts_to_a_takeover() {
    let folder = folder();
    let program = Program::start(folder.path());
    assert!(program.started_in < Duration::from_secs(30), "from nothing in {:?}", program.started_in);
    let awa = Caller::sign_in(&program.base, "awa@hostolink.test").await;
    let koffi = Caller::sign_in(&program.base, "koffi@hostolink.test").await;
    let (_, qr) = koffi.get(&program.base, "/api/wallet/qr").await;
    let before = koffi.balance(&program.base).await;
    let body = serde_json::json!({"qr": qr["payload"], "amount": 1_500});
    let (status, receipt) =
        awa.try_pay(&program.base, "/api/wallet/transfers", "first-payment", &body).await.unwrap();
    assert_eq!(status, 201, "{receipt}");
    assert_eq!(koffi.balance(&program.base).await, before + 1_500);
    let near: Value = client()
        .get(format!("{}/api/health/establishments?near=5.336,-4.026&limit=3", program.base))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(near["items"].as_array().unwrap().len(), 3, "{near}");
    assert!(program.terminate().success());

    let again = Program::start(folder.path());
    assert_eq!(
        koffi.balance(&again.base).await,
        before + 1_500,
        "the token, the keys and the money outlive a restart"
    );
    // On the same folder: to make one from nothing takes longer than what follows.
    a_second_server_says_so_and_leaves(folder.path());
    assert!(again.terminate().success());
    a_killed_server_leaves_a_cluster_that_the_next_start_takes_over(folder.path());
}

/// While one runs on the folder.
fn a_second_server_says_so_and_leaves(folder: &Path) {
    let second = command(folder).output().unwrap();
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("already") && said.len() < 600, "{said}");
    let verified = run(folder, &["ledger", "verify"]);
    assert!(
        verified.status.success(),
        "a command joins the running cluster: {}",
        String::from_utf8_lossy(&verified.stderr)
    );
}

fn a_killed_server_leaves_a_cluster_that_the_next_start_takes_over(folder: &Path) {
    Program::start(folder).kill();
    let again = Program::start(folder);
    signal("INT", postmaster(folder));
    assert!(again.terminate().success(), "it stops in order although Postgres went first");
}

#[test]
fn production_names_everything_that_is_missing() {
    let folder = folder();
    let output =
        command(folder.path()).env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    for name in ["PUBLIC_URL", "SMTP_URL", "JWT_SIGNING_KEY", "OTP_KEY", "PASSWORD_PEPPER"] {
        assert!(said.contains(name), "{name} is not named: {said}");
    }
}

#[test]
fn a_taken_port_is_said_in_one_line() {
    let folder = folder();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let output = command(folder.path()).env("PORT", port).output().unwrap();
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("PORT"));
}

#[test]
fn the_program_explains_itself() {
    let folder = folder();
    let help = run(folder.path(), &["--help"]);
    assert!(String::from_utf8_lossy(&help.stdout).contains("import"));
    let routes = run(folder.path(), &["routes"]);
    assert!(String::from_utf8_lossy(&routes.stdout).contains("/api/wallet/transfers"));
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none(), "asking costs nothing");
}
