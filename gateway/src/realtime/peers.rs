//! The other processes, where Redis tells them that there is something to read. Nothing is kept there, and nothing is lost with it: who hears
//! nothing reads more often.

use crate::{commands::Failure, state::State};
use actix_web::web::Data;
use futures_util::StreamExt;
use hostolink_kernel::{ExposeSecret, Secret};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Notify, watch};

/// Where it is said. The message says nothing but that there is something.
const CHANNEL: &str = "hostolink.evenement";
/// How long a lost connection is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// The other processes.
#[derive(Clone, Default)]
pub struct Peers {
    client: Option<redis::Client>,
    heard: Arc<AtomicBool>,
    to_tell: Arc<Notify>,
}

impl Peers {
    /// Through this Redis; without one nobody is told anything.
    ///
    /// # Errors
    /// When the address is none.
    pub fn try_new(url: Option<&Secret>) -> Result<Self, Failure> {
        let client = url.map(|url| redis::Client::open(url.expose_secret())).transpose();
        // The address may hold a password: it is not shown.
        let client = client.map_err(|_| "REDIS_URL is no address of a Redis: redis://host:6379")?;
        Ok(Self { client, ..Self::default() })
    }

    /// Whether who writes elsewhere is heard now.
    #[must_use]
    pub fn are_heard(&self) -> bool {
        self.heard.load(Ordering::Acquire)
    }

    /// Says that there is something to read. It does not wait.
    pub(crate) fn tell(&self) {
        if self.client.is_some() {
            self.to_tell.notify_one();
        }
    }
}

/// Hears and tells until the program stops; a connection that is lost is made anew.
pub(crate) async fn keep_in_touch(state: Data<State>, mut stopped: watch::Receiver<bool>) {
    let Some(client) = state.peers.client.clone() else { return };
    loop {
        let lost = tokio::select! {
            _ = stopped.changed() => return,
            lost = touch(&client, &state) => lost,
        };
        state.peers.heard.store(false, Ordering::Release);
        if let Err(error) = lost {
            tracing::warn!(kind = ?error.kind(), "Redis is away; events are read more often until it is back");
        }
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

async fn touch(client: &redis::Client, state: &State) -> redis::RedisResult<()> {
    let mut hearing = client.get_async_pubsub().await?;
    hearing.subscribe(CHANNEL).await?;
    let mut telling = client.get_multiplexed_async_connection().await?;
    state.peers.heard.store(true, Ordering::Release);
    // What came before it was heard.
    state.streams.hint();
    let mut messages = hearing.on_message();
    loop {
        tokio::select! {
            message = messages.next() => match message {
                Some(_) => state.streams.hint(),
                None => return Ok(()),
            },
            () = state.peers.to_tell.notified() => {
                redis::cmd("PUBLISH").arg(CHANNEL).arg("1").query_async::<()>(&mut telling).await?;
            }
        }
    }
}
