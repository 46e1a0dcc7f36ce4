//! The outermost step: context, time limit, panics, the access log and its measures.

use crate::{
    authorization::lines_at,
    context::{CONTEXT, Context, Language},
    doors::Contract,
    error::{ApiError, INVALID_TEXT, TIMEOUT},
    extract::client_address,
    state::State,
};
use actix_web::{
    Error, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method,
        header::{ACCEPT_LANGUAGE, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use futures_util::FutureExt;
use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};
use tracing::Instrument;

/// The longest that a request may take, its body included.
const TIME_LIMIT: Duration = Duration::from_secs(30);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request its context and answers whatever happens inside.
pub(crate) async fn request<B: MessageBody + 'static>(
    state: Data<State>,
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    // HEAD is GET whose body is not sent (RFC 9110 §9.3.2): the connection sees to that.
    if req.method() == Method::HEAD {
        req.head_mut().method = Method::GET;
    }
    let address = client_address(req.request(), &state.config.trusted_proxies);
    let context = Context {
        trace_id: trace_id(&req, &state),
        language: language(&req),
        address,
        contract: Contract::of(req.path()),
    };
    let method = req.method().clone();
    // The pattern, never the path: paths and queries hold identifiers and positions.
    let pattern = lines_at(req.match_info().as_str()).first().map_or("unknown", |line| line.path);
    let span = tracing::info_span!("request", trace_id = %context.trace_id);
    let trace_id = context.trace_id.clone();
    let answered = CONTEXT.scope(context, contain(req, next)).instrument(span.clone()).await;
    let (status, answer) = match answered {
        Ok(mut response) => {
            if let Ok(value) = HeaderValue::from_str(&trace_id) {
                response.headers_mut().insert(REQUEST_ID, value);
            }
            (response.status().as_u16(), Ok(response))
        }
        Err(error) => (error.as_response_error().status_code().as_u16(), Err(error)),
    };
    let elapsed = started.elapsed();
    state.metrics.observe(method.as_str(), pattern, status, elapsed);
    span.in_scope(|| {
        tracing::info!(method = %method, route = pattern, status, duration_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX), "answered");
    });
    answer
}

/// Runs the rest: a panic becomes a 500 and a slow answer a 503, both as problems.
async fn contain<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if has_nul(req.path()) || has_nul(req.query_string()) {
        return Ok(req.into_response(ApiError::new(&INVALID_TEXT).error_response()));
    }
    let rest = AssertUnwindSafe(next.call(req)).catch_unwind();
    let error = match tokio::time::timeout(TIME_LIMIT, rest).await {
        Ok(Ok(result)) => return result.map(ServiceResponse::map_into_boxed_body),
        Ok(Err(_panic)) => {
            tracing::error!("a handler panicked");
            ApiError::from(hostolink_database::Error::WorkerDied)
        }
        Err(_elapsed) => ApiError::new(&TIMEOUT).retry_after(Duration::from_secs(2)),
    };
    let response = error.error_response();
    Err(InternalError::from_response(error, response).into())
}

/// Postgres keeps no NUL in a text, and no honest caller sends one.
fn has_nul(text: &str) -> bool {
    text.contains("%00") || text.contains('\0')
}

/// The caller's own id for the request where it is one that can be logged, else a new one.
fn trace_id(req: &ServiceRequest, state: &State) -> String {
    req.headers()
        .get(&REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| {
            (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
        .map_or_else(|| state.random.uuid(state.clock.now()).to_string(), str::to_owned)
}

fn language(req: &ServiceRequest) -> Language {
    req.headers()
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map_or(Language::French, Language::from_header)
}
