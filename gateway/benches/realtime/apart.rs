//! Two servers over one database: how long a message that one of them takes is on its way to a socket on the other.

use crate::{
    http::{self, Connection},
    people::People,
    place::{Place, Process, Redis},
    socket::{Socket, is_message},
};
use hostolink_kernel::{Clock, Random, SystemClock, SystemRandom};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long one message may take; more, and it is lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// Messages of the first of two people, who is on one server, to the second, who is on the other.
pub(crate) async fn measure(
    place: &Place,
    people: &People,
    (writer, reader): (usize, usize),
    samples: usize,
    redis: Option<&Redis>,
) {
    let (here, there) = (Process::server(place, redis), Process::server(place, redis));
    place.settle().await;
    if let Some(redis) = redis {
        redis.heard_by(2).await;
    }
    let conn = &mut place.connect();
    // Those of the crowd who wrote have used up what they sign in with.
    let [writer, reader] = [writer, reader].map(|who| people.count() - 1 - who);
    let path = format!("/api/conversations/{}/messages", people.talk(conn, (writer, reader)));
    let token = people.sign_in(&here.address, writer).await;
    let mut connection = Connection::open(&here.address).await;
    let mut socket = people.open(conn, &there.address, &[reader], 4_096).await.remove(0);
    place.settle().await;
    let (mut whole, mut after) = (Vec::with_capacity(samples), Vec::with_capacity(samples));
    for sample in 0..samples {
        // Of different lengths, so that it does not keep step with the turns of the other server.
        tokio::time::sleep(Duration::from_millis(25 + sample as u64 * 17 % 32)).await;
        let id = SystemRandom.uuid(SystemClock.now());
        let request = http::send("POST", &path, &token, &json!({"clientId": id, "text": "Tu es là ?"}));
        let begun = Instant::now();
        let answered = async {
            connection.json(&request).await;
            begun.elapsed()
        };
        let both = async { tokio::join!(answered, arrives(&mut socket, id, begun)) };
        let (answered, arrived) = tokio::time::timeout(PATIENCE, both).await.unwrap();
        whole.push(arrived);
        after.push(arrived.saturating_sub(answered));
    }
    let with = if redis.is_some() { "with Redis" } else { "without Redis" };
    let ([p50, p99], [after_p50, after_p99]) = (middle_and_late(whole), middle_and_late(after));
    println!(
        "{samples} messages to somebody on another server, {with}: heard after p50 {p50:.1?} p99 {p99:.1?} from just before it was sent \
         (due: p99 at most 100ms), p50 {after_p50:.1?} p99 {after_p99:.1?} from its answer"
    );
}

/// When a message came, which must be this one.
async fn arrives(socket: &mut Socket, id: Uuid, begun: Instant) -> Duration {
    loop {
        let text = socket.text().await.unwrap();
        if is_message(text) {
            let arrived = begun.elapsed();
            let frame: Value = serde_json::from_slice(text).unwrap();
            assert_eq!(frame["message"]["clientId"], json!(id), "in order, and none left out");
            return arrived;
        }
    }
}

/// The middle and the last but one in a hundred.
fn middle_and_late(mut times: Vec<Duration>) -> [Duration; 2] {
    times.sort_unstable();
    [times[times.len() / 2], times[(times.len() - 1) * 99 / 100]]
}
