//! The small pages that a mailed link, or a receipt's address, opens. Opening one changes nothing: its button posts to the API. Each is one file
//! with nothing from elsewhere in it, and a nonce lets its own style and script run and nobody's else.

mod reset;
mod revert;

use crate::{
    context::{self, Language},
    error::ApiResult,
    routes::ServiceConfig,
    state::State,
};
use actix_web::{
    HttpResponse,
    http::header::{CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, ContentType},
};
use askama::Template;

/// What every page needs besides its own words.
pub(crate) struct Frame {
    /// Drawn anew for each answer: what carries it may run.
    pub(crate) nonce: String,
    /// The language tag.
    pub(crate) lang: &'static str,
    /// Whether it is French.
    pub(crate) french: bool,
}

impl Frame {
    /// For the present request.
    pub(crate) fn new(state: &State) -> Self {
        let language = context::current().language;
        Self { nonce: state.random.token(), lang: language.tag(), french: language == Language::French }
    }

    /// The language of its words.
    pub(crate) const fn language(&self) -> Language {
        if self.french { Language::French } else { Language::English }
    }
}

/// A page as its answer. It may load nothing, send its form nowhere, be framed by nobody, and talk to this server only.
pub(crate) fn answer(frame: &Frame, page: &impl Template) -> ApiResult<HttpResponse> {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{0}'; style-src 'nonce-{0}'; connect-src 'self'; form-action 'none'; base-uri 'none'; \
         frame-ancestors 'none'",
        frame.nonce
    );
    // Writing into a text never fails; a template that could not be written would be a defect.
    let html = page.render().map_err(|_| hostolink_database::Error::WorkerDied)?;
    Ok(HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((CONTENT_LANGUAGE, frame.lang))
        .body(html))
}

/// Mounts the pages that belong to no door.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(reset::reset_page).service(revert::revert_page);
}
