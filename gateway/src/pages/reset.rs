use super::{Frame, answer};
use crate::{error::ApiResult, state::State};
use actix_web::{HttpResponse, get, web::Data};
use askama::Template;

#[derive(Template)]
#[template(path = "reset-password.html")]
struct Page<'a> {
    frame: &'a Frame,
}

/// The page that a mailed link opens to choose a new password. The token comes behind a `#`: no server sees it before
/// the page posts it. Without one the page asks who it is.
#[utoipa::path(
    tag = "Identity",
    operation_id = "resetPasswordPage",
    responses((status = 200, description = "The page", body = String, content_type = "text/html"))
)]
#[get("/reset-password")]
pub(super) async fn reset_page(state: Data<State>) -> ApiResult<HttpResponse> {
    let frame = Frame::new(&state);
    answer(&frame, &Page { frame: &frame })
}
