//! One generous limit an address, in memory: carriers put thousands of phones behind one address. What guards
//! passwords and codes is counted in Postgres, by account and identifier, in `auth`.

use crate::{
    context,
    error::{ApiError, TOO_MANY},
    state::State,
};
use actix_web::{
    Error, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use hostolink_kernel::network_of;
use std::{net::IpAddr, num::NonZeroU32};

/// Counters of the addresses that called lately.
pub struct AddressLimits {
    limiter: RateLimiter<IpAddr, DashMapStateStore<IpAddr>, DefaultClock, StateInformationMiddleware>,
    policy: HeaderValue,
}

impl AddressLimits {
    /// Allows `per_second` on average and four seconds' worth at once.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        let per_second = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
        let burst = per_second.saturating_mul(const { NonZeroU32::new(4).expect("four") });
        Self {
            limiter: RateLimiter::dashmap(Quota::per_second(per_second).allow_burst(burst)).with_middleware(),
            policy: HeaderValue::from_str(&format!("\"address\";q={burst};w=4"))
                .unwrap_or(HeaderValue::from_static("\"address\"")),
        }
    }

    /// Forgets the addresses that have been quiet; called now and then, so that memory stays bounded.
    pub fn forget_quiet(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

/// Answers 429 to an address that sends too much.
pub(crate) async fn rate_limit<B: MessageBody + 'static>(
    state: Data<State>,
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let limits = &state.address_limits;
    let Some(address) = context::current().address else {
        return next.call(req).await.map(ServiceResponse::map_into_boxed_body);
    };
    let (mut response, remaining) = match limits.limiter.check_key(&network_of(address)) {
        Ok(snapshot) => (next.call(req).await?.map_into_boxed_body(), snapshot.remaining_burst_capacity()),
        Err(not_until) => {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            (req.into_response(ApiError::new(&TOO_MANY).retry_after(wait).error_response()), 0)
        }
    };
    response.headers_mut().insert(HeaderName::from_static("ratelimit-policy"), limits.policy.clone());
    if let Ok(value) = HeaderValue::from_str(&format!("\"address\";r={remaining}")) {
        response.headers_mut().insert(HeaderName::from_static("ratelimit"), value);
    }
    Ok(response)
}
