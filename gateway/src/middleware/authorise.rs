//! The matrix of [`crate::authorization`], enforced: no handler runs before its line said yes.

use crate::{
    authorization::{self, Answer, Route, Who},
    error::{ApiError, FORBIDDEN, METHOD_NOT_ALLOWED, STEP_UP_REQUIRED, UNAUTHENTICATED},
    extract::{Identity, bearer_token, is_development_peer},
    state::State,
};
use actix_web::{
    Error, HttpMessage, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{ALLOW, HeaderValue},
    middleware::Next,
    web::Data,
};
use hostolink_auth::Proof;

/// Lets a request through to its handler, or answers for it.
pub(crate) async fn authorise<B: MessageBody + 'static>(
    state: Data<State>,
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match judge(&state, &req).await {
        Ok(identity) => {
            if let Some(identity) = identity {
                req.extensions_mut().insert(identity);
            }
            next.call(req).await.map(ServiceResponse::map_into_boxed_body)
        }
        Err(refusal) => Ok(req.into_response(refusal)),
    }
}

async fn judge(state: &State, req: &ServiceRequest) -> Result<Option<Identity>, HttpResponse> {
    let refuse = |error: ApiError| error.error_response();
    let lines = authorization::lines_at(req.match_info().as_str());
    let Some(route) = lines.iter().find(|line| line.method == req.method().as_str()) else {
        return Err(refuse_method(lines));
    };
    if route.development && !(state.config.is_development() && is_development_peer(req.request())) {
        return Err(refuse(ApiError::not_found()));
    }
    let identity = match (route.who, bearer_token(req.request())) {
        (Who::Anyone, _) | (_, None) => None,
        (_, Some(token)) => {
            Some(state.sessions.identify(state, token, route.is_fresh()).await.map_err(refuse)?)
        }
    };
    let caller = identity.as_ref().map(|identity| (identity.role, identity.permissions));
    match authorization::judge(route, caller) {
        Answer::SignIn => Err(refuse(ApiError::new(&UNAUTHENTICATED))),
        Answer::Forbidden => Err(refuse(ApiError::new(&FORBIDDEN))),
        Answer::Yes
            if route.otp && identity.as_ref().is_some_and(|identity| identity.proof != Proof::Otp) =>
        {
            Err(refuse(ApiError::new(&STEP_UP_REQUIRED)))
        }
        Answer::Yes => Ok(identity),
    }
}

/// 405 with what the path takes, or 404 where it takes nothing.
fn refuse_method(lines: &[&Route]) -> HttpResponse {
    if lines.is_empty() {
        return ApiError::not_found().error_response();
    }
    let methods: Vec<&str> = lines.iter().map(|line| line.method).collect();
    let mut response = ApiError::new(&METHOD_NOT_ALLOWED).error_response();
    if let Ok(value) = HeaderValue::from_str(&methods.join(", ")) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}
