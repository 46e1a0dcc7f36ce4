//! Security headers of every answer.

use crate::state::State;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};

/// Adds what a browser should be told; what a handler set stays.
pub(crate) async fn headers<B: MessageBody>(
    state: Data<State>,
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let page = req.path().starts_with("/docs");
    let mut response = next.call(req).await?;
    let mut set = |name: HeaderName, value: &'static str| {
        if !response.headers().contains_key(&name) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_FRAME_OPTIONS, "DENY");
    // The page to try the API runs its own script and style; nothing else may run at all.
    set(
        header::CONTENT_SECURITY_POLICY,
        if page {
            "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
        } else {
            "default-src 'none'; frame-ancestors 'none'"
        },
    );
    set(header::CACHE_CONTROL, "no-store");
    if !state.config.is_development() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Language, Authorization"));
    Ok(response)
}
