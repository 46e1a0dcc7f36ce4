//! A storm of likes, comments, deletes, restores, follows and blocks in which the program and its Postgres die: each counter is what there is.

use crate::program::{Caller, Program, folder, run};
use hostolink_kernel::{Random, SystemRandom};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

const PEOPLE: usize = 6;
/// What each of them tries.
const EACH: usize = 120;
/// After so many answers everything dies.
const DEATHS: [usize; 2] = [200, 450];

/// What there is to like, to answer, to take back.
struct Place {
    people: Vec<String>,
    posts: Vec<String>,
    comments: Mutex<Vec<String>>,
}

/// A number below `most`.
fn below(most: usize) -> usize {
    let mut bytes = [0; 8];
    SystemRandom.fill(&mut bytes);
    usize::try_from(u64::from_le_bytes(bytes) % u64::try_from(most).unwrap()).unwrap()
}

impl Place {
    /// One thing that somebody does.
    fn act(&self) -> (Method, String, Value) {
        let (person, post) = (&self.people[below(PEOPLE)], &self.posts[below(self.posts.len())]);
        let comments = self.comments.lock().unwrap();
        let comment = &comments[below(comments.len())];
        let (method, path) = match below(14) {
            0..3 => (Method::PUT, format!("/api/publications/{post}/likes")),
            3 => (Method::DELETE, format!("/api/publications/{post}/likes")),
            4 => (Method::POST, format!("/api/publications/{post}/shares")),
            5 => (Method::DELETE, format!("/api/publications/{post}/shares")),
            6 => (Method::POST, format!("/api/publications/{post}/comments")),
            7 => (Method::PUT, format!("/api/comments/{comment}/likes")),
            8 => (Method::DELETE, format!("/api/comments/{comment}")),
            9 => (Method::POST, format!("/api/comments/{comment}/restore")),
            10 => (Method::PUT, format!("/api/people/{person}/follow")),
            11 if below(4) == 0 => (Method::PUT, format!("/api/people/{person}/block")),
            11 => (Method::DELETE, format!("/api/people/{person}/block")),
            12 => (Method::DELETE, format!("/api/publications/{post}")),
            _ => (Method::POST, format!("/api/publications/{post}/restore")),
        };
        let body = if path.ends_with("/comments") { json!({"text": "encore"}) } else { json!({}) };
        (method, path, body)
    }
}

/// Does as many things as each does. What got no answer may have happened or not, and is left at that.
async fn rage(by: Caller, base: Arc<Mutex<String>>, place: Arc<Place>, answered: Arc<AtomicUsize>) {
    for _ in 0..EACH {
        let (method, path, body) = place.act();
        let now = base.lock().unwrap().clone();
        let Some((status, told)) = by.try_send(method, &now, &path, &body).await else { continue };
        // Refused is much: what is theirs alone, what is gone, what a block hides. Nothing breaks.
        assert!(status < 500 || status == 503, "{path}: {status} {told}");
        if status == 201 && path.ends_with("/comments") {
            place.comments.lock().unwrap().push(told["id"].as_str().unwrap().to_owned());
        }
        answered.fetch_add(1, SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_53_after_a_storm_with_two_power_cuts_each_counter_is_what_there_is() {
    let folder = folder();
    let mut program = Program::start(folder.path());
    let base = Arc::new(Mutex::new(program.base.clone()));
    let first = program.base.clone();
    let mut callers = Vec::new();
    let (mut people, mut posts, mut comments) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..PEOPLE {
        let caller = Caller::register(&first, &format!("orage{n}@example.ci")).await;
        people.push(caller.get(&first, "/api/me").await.1["id"].as_str().unwrap().to_owned());
        for text in ["Bonjour", "Bonsoir"] {
            let (status, made) = caller.post(&first, "/api/publications", json!({"text": text})).await;
            assert_eq!(status, 201, "{made}");
            posts.push(made["id"].as_str().unwrap().to_owned());
        }
        let path = format!("/api/publications/{}/comments", posts[0]);
        let (status, said) = caller.post(&first, &path, json!({"text": "oui"})).await;
        assert_eq!(status, 201, "{said}");
        comments.push(said["id"].as_str().unwrap().to_owned());
        callers.push(caller);
    }
    let place = Arc::new(Place { people, posts, comments: Mutex::new(comments) });
    let answered = Arc::new(AtomicUsize::new(0));
    let storm: Vec<_> = callers
        .into_iter()
        .map(|caller| tokio::spawn(rage(caller, base.clone(), place.clone(), answered.clone())))
        .collect();
    for after in DEATHS {
        while answered.load(SeqCst) < after && storm.iter().any(|one| !one.is_finished()) {
            tokio::task::yield_now().await;
        }
        // The private cluster dies with the program, in the middle of what it does.
        program.kill();
        program = Program::start(folder.path());
        base.lock().unwrap().clone_from(&program.base);
    }
    for one in storm {
        one.await.unwrap();
    }
    assert!(answered.load(SeqCst) > 0, "something was answered");
    for domain in ["social", "notifications"] {
        let checked = run(folder.path(), &[domain, "check-counters"]);
        let (said, failed) =
            (String::from_utf8_lossy(&checked.stdout), String::from_utf8_lossy(&checked.stderr));
        assert!(checked.status.success(), "{domain}: {said}{failed}");
    }
    let repaired = run(folder.path(), &["social", "check-counters", "--repair"]);
    assert!(
        String::from_utf8_lossy(&repaired.stdout).contains("\n0 counters")
            || repaired.stdout.starts_with(b"0 ")
    );
    drop(program);
}
