use super::{Frame, answer};
use crate::{error::ApiResult, state::State};
use actix_web::{HttpResponse, get, web::Data};
use askama::Template;

#[derive(Template)]
#[template(path = "revert-change.html")]
struct Page<'a> {
    frame: &'a Frame,
}

/// The page that the link in the message opens to whoever is no longer signed in with. Its button takes the change back;
/// opening it does nothing.
#[utoipa::path(
    tag = "Identity",
    operation_id = "revertChangePage",
    responses((status = 200, description = "The page", body = String, content_type = "text/html"))
)]
#[get("/revert-change")]
pub(super) async fn revert_page(state: Data<State>) -> ApiResult<HttpResponse> {
    let frame = Frame::new(&state);
    answer(&frame, &Page { frame: &frame })
}
