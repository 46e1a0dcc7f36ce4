//! What a socket costs that nobody says anything on, beside one of a bare actix-ws server.

use crate::{
    people::{AT_ONCE, People},
    place::{Place, Process},
    socket::Socket,
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
    let ours = cost(&server, sockets, async |whose: &[usize]| {
        let whose: Vec<usize> = whose.iter().map(|socket| socket % people.count()).collect();
        people.open(conn, &server.address, &whose, ROOM).await
    })
    .await;
    drop(server);
    let bare = Process::bare();
    let theirs = cost(&bare, sockets, async |whose: &[usize]| {
        let opening = whose.iter().map(|_| Socket::open(&bare.address, "/hear", ROOM));
        futures_util::future::join_all(opening).await
    })
    .await;
    println!("{sockets} idle sockets of {} people, resident memory:", people.count());
    println!("Hostolink: {ours:.1} KiB each (due: at most 16)");
    println!("bare actix-ws: {theirs:.1} KiB each; Hostolink / bare = {:.2}", ours / theirs);
}

/// How much more a server holds with so many sockets open, in KiB each.
async fn cost(server: &Process, sockets: usize, mut open: impl AsyncFnMut(&[usize]) -> Vec<Socket>) -> f64 {
    let numbers: Vec<usize> = (0..sockets).collect();
    drop(open(&numbers[..FIRST.min(sockets)]).await);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let before = server.resident();
    let mut listening = JoinSet::new();
    for some in numbers.chunks(AT_ONCE) {
        for mut socket in open(some).await {
            listening.spawn(async move {
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
    let ended = listening.try_join_next();
    assert!(ended.is_none(), "a socket has ended: {ended:?}");
    listening.shutdown().await;
    after.saturating_sub(before) as f64 / sockets as f64 / 1_024.0
}
