//! Many who comment on one publication.

use crate::{
    figures::{Ratio, Times, ratio},
    place::Place,
};
use diesel::{
    QueryableByName, RunQueryDsl, sql_query,
    sql_types::{BigInt, Integer, Uuid as SqlUuid},
};
use hostolink_audit::Actor;
use hostolink_database::{Database, Settings};
use hostolink_kernel::{Random, SystemClock, SystemRandom, UserId};
use hostolink_social::{Error, NewComment, NewPublication, Social, Viewer, Visibility, Words};
use hostolink_test_support::SeededRandom;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Who writes at the same time; as many others write alone.
const WRITERS: usize = 200;
/// Comments of each in a round. Nobody may write more than sixty in ten minutes.
const EACH: u32 = 8;
const ROUNDS: u64 = 3;
/// The connections of a server that is told nothing else, and how long a request waits there for one.
const CONNECTIONS: u32 = 16;
const WAIT: Duration = Duration::from_secs(3);
/// How many times as long as one who is alone they may take.
const DUE: f64 = 5.0;

struct Crowd {
    social: Social,
    database: Database,
    publication: Uuid,
    words: Words,
    writers: Vec<UserId>,
    loners: Vec<UserId>,
}

/// What came of some comments.
#[derive(Debug, Default)]
struct Said {
    taken: Vec<Duration>,
    errors: Vec<String>,
}

impl Said {
    fn add(&mut self, from: Instant, result: Result<(), Error>) {
        self.taken.push(from.elapsed());
        self.errors.extend(result.err().map(|error| error.to_string()));
    }

    fn join(&mut self, other: Self) {
        self.taken.extend(other.taken);
        self.errors.extend(other.errors);
    }

    fn p95(&self) -> Duration {
        Times::of(self.taken.clone()).p95
    }
}

#[derive(QueryableByName)]
struct Person {
    #[diesel(sql_type = Integer)]
    id_user: UserId,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    counted: i64,
    #[diesel(sql_type = BigInt)]
    actual: i64,
}

fn actor(user: UserId) -> Actor {
    Actor { user: Some(user), ..Actor::default() }
}

impl Crowd {
    /// People who are new, and a publication that is.
    fn around(place: &Place) -> Self {
        let conn = &mut place.connect();
        let people: Vec<Person> = sql_query(
            "INSERT INTO utilisateur (nom) SELECT 'Banc' FROM generate_series(1, $1) RETURNING id_user",
        )
        .bind::<BigInt, _>(i64::try_from(2 * WRITERS + 1).unwrap())
        .load(conn)
        .unwrap();
        let mut loners: Vec<UserId> = people.into_iter().map(|person| person.id_user).collect();
        let (author, writers) = (loners.remove(0), loners.split_off(WRITERS));
        let social = Social::new(Arc::new(SystemClock), Arc::new(SystemRandom));
        let new = NewPublication {
            text: Words::some("Qui vient samedi ?", NewPublication::MAX_TEXT).unwrap(),
            visibility: Visibility::Public,
            theme: None,
            media: Vec::new(),
            preview: false,
            poll: None,
            key: None,
            actor: actor(author),
        };
        let (made, _) = social.publish(conn, &Viewer::new(author), &new).unwrap();
        let settings = Settings { url: place.url().into(), connections: CONNECTIONS, wait: WAIT };
        Self {
            social,
            database: Database::new(&settings),
            publication: made.id,
            words: Words::some("Nous y serons avec les enfants.", NewComment::MAX_TEXT).unwrap(),
            writers,
            loners,
        }
    }

    /// One comment, through the door that every request takes: it waits there for a connection.
    async fn say(self: &Arc<Self>, author: UserId) -> Result<(), Error> {
        let crowd = Arc::clone(self);
        let say = move |conn: &mut diesel::PgConnection| {
            let new = NewComment {
                publication: crowd.publication,
                parent: None,
                text: crowd.words.clone(),
                key: None,
                actor: actor(author),
            };
            crowd.social.comment(conn, &Viewer::new(author), &new).map(|_| ())
        };
        self.database.run(say).await
    }

    /// One after the other.
    async fn alone(self: &Arc<Self>) -> Said {
        let mut said = Said::default();
        for author in &self.loners {
            let from = Instant::now();
            let result = self.say(*author).await;
            said.add(from, result);
        }
        said
    }

    /// All at the same time, each the next one as soon as the one before is there.
    async fn without_a_pause(self: &Arc<Self>, authors: &[UserId], each: u32) -> Said {
        let write = |author: &UserId| {
            let (crowd, author) = (Arc::clone(self), *author);
            tokio::spawn(async move {
                let mut said = Said::default();
                for _ in 0..each {
                    let from = Instant::now();
                    let result = crowd.say(author).await;
                    said.add(from, result);
                }
                said
            })
        };
        together(authors.iter().map(write).collect()).await
    }

    /// All at the same time, each one in each second, at some moment of it. Who is late counts from when it was due.
    async fn one_a_second(self: &Arc<Self>, seed: u64) -> Said {
        let begun = Instant::now();
        let dice = SeededRandom::new(seed);
        let write = |author: &UserId| {
            let moments: Vec<Instant> = (0..EACH).map(|second| begun + moment(&dice, second)).collect();
            let (crowd, author) = (Arc::clone(self), *author);
            tokio::spawn(async move {
                let mut said = Said::default();
                for due in moments {
                    let mut from = due;
                    if Instant::now() < due {
                        tokio::time::sleep_until(due.into()).await;
                        from = Instant::now();
                    }
                    let result = crowd.say(author).await;
                    said.add(from, result);
                }
                said
            })
        };
        together(self.writers.iter().map(write).collect()).await
    }
}

/// Some moment of a second, in milliseconds.
fn moment(dice: &SeededRandom, second: u32) -> Duration {
    let mut bytes = [0; 8];
    dice.fill(&mut bytes);
    Duration::from_secs(second.into()) + Duration::from_millis(u64::from_le_bytes(bytes) % 1_000)
}

async fn together(writers: Vec<JoinHandle<Said>>) -> Said {
    let mut all = Said::default();
    for writer in writers {
        all.join(writer.await.unwrap());
    }
    all
}

pub(crate) fn measure(place: &Place) {
    let crowd = Arc::new(Crowd::around(place));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(in_turns(&crowd));
    let counted: Counted = sql_query(
        "SELECT p.commentaires::bigint AS counted, \
         (SELECT count(*) FROM commentaire c WHERE c.publication_id = p.public_id AND c.etat = 'visible') AS actual \
         FROM publication p WHERE p.public_id = $1",
    )
    .bind::<SqlUuid, _>(crowd.publication)
    .get_result(&mut place.connect())
    .unwrap();
    println!("the publication counts {} comments, COUNT(*) says {}", counted.counted, counted.actual);
    assert_eq!(counted.counted, counted.actual, "THE COUNTER IS WRONG: the figures mean nothing");
}

async fn in_turns(crowd: &Arc<Crowd>) {
    let (mut alone, mut spread, mut pressed) = (Said::default(), Said::default(), Said::default());
    let (mut spread_by_round, mut pressed_by_round, mut pressed_for) = (Vec::new(), Vec::new(), 0.0);
    // Opens the connections.
    let mut opening = crowd.without_a_pause(&crowd.loners, 1).await;
    for round in 0..ROUNDS {
        let one = crowd.alone().await;
        let each_second = crowd.one_a_second(round).await;
        spread_by_round.push(ratio(each_second.p95(), one.p95()));
        let begun = Instant::now();
        let no_pause = crowd.without_a_pause(&crowd.writers, EACH).await;
        pressed_for += begun.elapsed().as_secs_f64();
        pressed_by_round.push(ratio(no_pause.p95(), one.p95()));
        alone.join(one);
        spread.join(each_second);
        pressed.join(no_pause);
    }
    println!("comments on one publication, {CONNECTIONS} connections");
    let lone = Times::of(alone.taken.clone());
    println!("one writer: {lone}");
    let times = Times::of(spread.taken.clone());
    let compared = Ratio::new(ratio(times.p95, lone.p95), &spread_by_round);
    println!(
        "{WRITERS} writers, each once a second, which is what the due is about: {times}; p95 {}",
        compared.against(DUE)
    );
    let times = Times::of(pressed.taken.clone());
    let compared = Ratio::new(ratio(times.p95, lone.p95), &pressed_by_round);
    println!(
        "{WRITERS} writers who never pause, of which nothing is due: {times}; p95 {compared}; {:.0} comments a second",
        pressed.taken.len() as f64 / pressed_for
    );
    for said in [alone, spread, pressed] {
        opening.join(said);
    }
    let deadlocks = opening.errors.iter().filter(|error| error.contains("deadlock")).count();
    let failed = opening.errors.len();
    let met = if failed == 0 { "met" } else { "NOT MET" };
    println!(
        "of {} comments {failed} failed (due: 0): {met}; {deadlocks} by a deadlock",
        opening.taken.len()
    );
    opening.errors.sort_unstable();
    opening.errors.dedup();
    for error in opening.errors.iter().take(5) {
        println!("  {error}");
    }
}
