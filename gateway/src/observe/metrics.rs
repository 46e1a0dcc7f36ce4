use crate::{
    error::{ApiError, ApiResult},
    extract::{bearer_token, is_development_peer},
    sms::SmsMeasures,
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use hostolink_kernel::ExposeSecret;
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};
use std::time::Duration;
use subtle::ConstantTimeEq;

/// The measures of one server. Labels are route patterns and status classes: few, and nobody's data.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    connections: IntGauge,
    idle_connections: IntGauge,
    pub(crate) sms: SmsMeasures,
}

impl Metrics {
    /// Registers every measure.
    ///
    /// # Errors
    /// Never in practice: the names are constants and registered once.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let metrics = Self {
            sms: SmsMeasures::new(&registry)?,
            registry,
            requests: IntCounterVec::new(
                Opts::new("http_requests_total", "Requests answered"),
                &["method", "route", "status"],
            )?,
            durations: HistogramVec::new(
                HistogramOpts::new("http_request_duration_seconds", "How long answers took")
                    .buckets(vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]),
                &["route"],
            )?,
            connections: IntGauge::new("database_connections", "Connections that the pool holds")?,
            idle_connections: IntGauge::new("database_connections_idle", "Those of them that are free")?,
        };
        metrics.registry.register(Box::new(metrics.requests.clone()))?;
        metrics.registry.register(Box::new(metrics.durations.clone()))?;
        metrics.registry.register(Box::new(metrics.connections.clone()))?;
        metrics.registry.register(Box::new(metrics.idle_connections.clone()))?;
        Ok(metrics)
    }

    /// Counts one answer.
    pub fn observe(&self, method: &str, route: &str, status: u16, elapsed: Duration) {
        // A made-up method would be a label of its own: bound them.
        let method = if matches!(method, "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS") {
            method
        } else {
            "other"
        };
        self.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        self.durations.with_label_values(&[route]).observe(elapsed.as_secs_f64());
    }
}

/// The measures in Prometheus' text format. Behind `METRICS_TOKEN`; without one, in development and for this machine only.
#[utoipa::path(tag = "Program", operation_id = "metrics", responses(
    (status = 200, description = "The measures", body = String, content_type = "text/plain"),
    (status = 404, description = "Closed", body = crate::error::Problem, content_type = "application/problem+json"),
))]
#[get("/metrics")]
pub(super) async fn show_metrics(state: Data<State>, req: HttpRequest) -> ApiResult<HttpResponse> {
    let allowed = match (&state.config.metrics_token, bearer_token(&req)) {
        (Some(token), Some(given)) => token.expose_secret().as_bytes().ct_eq(given.as_bytes()).into(),
        (Some(_), None) => false,
        (None, _) => state.config.is_development() && is_development_peer(&req),
    };
    if !allowed {
        return Err(ApiError::not_found());
    }
    let (connections, idle) = state.database.usage();
    state.metrics.connections.set(connections.into());
    state.metrics.idle_connections.set(idle.into());
    let mut text = Vec::new();
    TextEncoder::new().encode(&state.metrics.registry.gather(), &mut text).map_err(|error| {
        tracing::error!(%error, "the measures could not be written");
        ApiError::from(hostolink_database::Error::WorkerDied)
    })?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text))
}
