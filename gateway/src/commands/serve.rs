//! `hostolink serve`: the database, the state, the server, and their end in the reverse order.

use crate::{
    commands::{Failure, say},
    config::Config,
    dev, server,
    startup::{self, Place},
    tasks,
};
use actix_web::{rt::System, web::Data};
use socket2::SockRef;
use std::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// How many connections may wait to be accepted: as many phones as come back at once after a loss of network. The
/// standard library asks for 128; those beyond would believe to be connected and hear nothing.
const WAITING: i32 = 4_096;

/// Serves until it is told to stop.
pub(super) fn serve(config: Config) -> Result<(), Failure> {
    // The port first: two servers on one port should not come as far as the database.
    let listener = TcpListener::bind((config.host, config.port)).map_err(|error| {
        format!(
            "can't listen on {}:{}: {error}. Is another server running? PORT chooses another port",
            config.host, config.port
        )
    })?;
    SockRef::from(&listener).listen(WAITING)?;
    let address = listener.local_addr()?;
    // From the main thread, before any runtime: the cluster lives as long as the thread that started it.
    let place = Place::serve_from(&config)?;
    startup::migrate(&place.url, &config)?;
    System::new().block_on(async {
        // Before the first word to the outside: whoever waited for it may end us at once.
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let state = Data::new(startup::state(config, &place)?);
        startup::first_superadmin(&state).await?;
        if place.is_private() {
            dev::personas::seed(&state).await?;
        }
        startup::load_directory(&state, &place).await?;
        let background = tasks::start(&state);
        say(&format!("Hostolink listens on http://{address}  (try it: http://{address}/docs)\n"))?;
        let server = server::build(state.clone(), listener)?;
        let (handle, streams) = (server.handle(), state.streams.clone());
        actix_web::rt::spawn(async move {
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            tracing::info!("stopping: what was asked is still answered");
            // They would not end by themselves.
            streams.close();
            handle.stop(true).await;
        });
        let served = server.await;
        background.stop().await;
        startup::stop(&state).await;
        Ok::<_, Failure>(served?)
    })?;
    place.stop();
    Ok(())
}
