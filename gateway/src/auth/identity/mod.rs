//! Identity verification: what an applicant sends, what reviewers see and say.

mod applicant;
mod review;
mod views;

use crate::{error::ApiError, routes::ServiceConfig};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use hostolink_auth::FileKind;
use std::future::{Ready, ready};

/// Mounts `/api/identity-verification` and `/api/admin/identity-verifications`.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(applicant::own)
        .service(applicant::submit)
        .service(applicant::put_file)
        .service(review::queue)
        .service(review::one)
        .service(review::file)
        .service(review::accept)
        .service(review::refuse);
}

/// The `{kind}` of the path: `front`, `back` or `selfie`. Another is no address of ours.
#[derive(Debug, Clone, Copy)]
struct PathKind(FileKind);

impl FromRequest for PathKind {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let kind = req.match_info().get("kind").and_then(FileKind::parse);
        ready(kind.map(Self).ok_or_else(ApiError::not_found))
    }
}
