//! The HTTP server, the same for the program and for its tests.

use crate::{
    config::Config,
    doors::trailing_slash::trailing_slash,
    error::ApiError,
    extract,
    middleware::{authorise::authorise, headers::headers, rate_limit::rate_limit, request::request},
    routes,
    state::State,
};
use actix_cors::Cors;
use actix_web::{
    App, HttpServer,
    dev::Server,
    http::Method,
    middleware::{Compress, from_fn},
    web::{self, Data, PayloadConfig},
};
use std::{io, net::TcpListener, time::Duration};

/// Builds the server on a listener; it runs when it is awaited, until its handle stops it.
///
/// # Errors
/// When the listener can't be used.
pub fn build(state: Data<State>, listener: TcpListener) -> io::Result<Server> {
    give_up_on_deaf_peers(&listener);
    let connections = usize::try_from(state.config.database_connections).unwrap_or(16);
    let workers = state.config.workers;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .app_data(PayloadConfig::new(extract::Json::<()>::MAX_BYTES))
            .configure(routes::mount)
            .default_service(web::to(|| async { Err::<&str, _>(ApiError::not_found()) }))
            .wrap(Compress::default())
            .wrap(from_fn(authorise))
            .wrap(from_fn(rate_limit))
            .wrap(cors(&state.config))
            .wrap(from_fn(headers))
            .wrap(from_fn(request))
            .wrap(from_fn(trailing_slash))
    })
    .workers(workers)
    // Each worker has threads of its own. One may have every connection at work at once; `Database::run` lets no more
    // in, so that nothing waits in line for a thread.
    .worker_max_blocking_threads(connections.max(1))
    .client_request_timeout(Duration::from_secs(5))
    .keep_alive(Duration::from_secs(30))
    .shutdown_timeout(25)
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}

/// Connections inherit it from their listener: a peer that takes nothing more for a minute, or is gone, is let go, whatever waits
/// to be written to it.
fn give_up_on_deaf_peers(listener: &TcpListener) {
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(listener).set_tcp_user_timeout(Some(Duration::from_secs(60))) {
        tracing::warn!(%error, "connections whose peer takes nothing will last long");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = listener;
}

/// Browsers of the configured origins only; without any, none.
fn cors(config: &Config) -> Cors {
    let mut cors = Cors::default()
        .allowed_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers([
            "authorization",
            "content-type",
            "accept-language",
            "idempotency-key",
            "x-request-id",
            "if-match",
            "if-none-match",
        ])
        .expose_headers([
            "x-request-id",
            "retry-after",
            "ratelimit",
            "ratelimit-policy",
            "etag",
            "idempotency-replayed",
        ])
        .max_age(3600);
    for origin in &config.cors_origins {
        cors = cors.allowed_origin(origin);
    }
    cors
}
