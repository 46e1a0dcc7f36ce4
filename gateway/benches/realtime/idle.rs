//! What a socket costs that nobody says anything on.

use crate::{
    people::{AT_ONCE, People},
    place::{Place, Process},
};
use std::time::Duration;
use tokio::task::JoinSet;

/// Opened and let go before anything is measured, so that connections to the database and threads are there.
const FIRST: usize = 32;
/// Longer than from one ping to the next: each has been asked whether it lives, and has answered.
const REST: Duration = Duration::from_secs(20);
/// How much of what is said on each is read at a time.
const ROOM: usize = 512;

pub(crate) async fn measure(place: &Place, people: &People, sockets: usize) {
    let server = Process::server(place, None);
    place.settle().await;
    let conn = &mut place.connect();
    let whose: Vec<usize> = (0..sockets).map(|socket| socket % people.count()).collect();
    drop(people.open(conn, &server.address, &whose[..FIRST.min(sockets)], ROOM).await);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let before = server.resident();
    let mut open = JoinSet::new();
    for whose in whose.chunks(AT_ONCE) {
        for mut socket in people.open(conn, &server.address, whose, ROOM).await {
            open.spawn(async move {
                loop {
                    if let Err(code) = socket.text().await {
                        return code;
                    }
                }
            });
        }
    }
    tokio::time::sleep(REST).await;
    let after = server.resident();
    let ended = open.try_join_next();
    assert!(ended.is_none(), "a socket has ended: {ended:?}");
    let each = after.saturating_sub(before) as f64 / sockets as f64 / 1_024.0;
    println!(
        "{sockets} idle sockets of {} people: the server held {} MiB, and {} MiB with them: {each:.1} KiB each (due: at most 16)",
        people.count(),
        before >> 20,
        after >> 20,
    );
    open.shutdown().await;
}
