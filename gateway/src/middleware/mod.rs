//! What every request passes through, from the outside in: [`request`], [`headers`], CORS, [`rate_limit`], [`authorise`].

pub(crate) mod authorise;
pub(crate) mod headers;
pub(crate) mod rate_limit;
pub(crate) mod request;
