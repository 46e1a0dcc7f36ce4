//! The API described from the code: OpenAPI 3.1, a 3.0 form for generators that need it, and a page to try it.

mod downgrade;

use crate::{
    doors::{Contract, ego::EgoError, nest::NestError},
    error::Problem,
    health::fhir::OperationOutcome,
    routes::{self, ServiceConfig},
};
use actix_web::{
    HttpResponse, get,
    http::header::{self, ContentType},
};
use std::sync::LazyLock;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self, ContentBuilder, Ref, RefOr, ResponseBuilder,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_swagger_ui::SwaggerUi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hostolink",
        description = "The back end of a payment super-app for Côte d'Ivoire: identity, money, QR payments, the health directory.\n\n\
            Refusals are RFC 9457 problems with a stable `code`. Amounts are whole francs CFA. Times are RFC 3339 UTC.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "Identity", description = "Sign in with a phone number or an e-mail address"),
        (name = "EGO Transfert", description = "The older transfer client's calls, over the same accounts; each address also with a slash at its end"),
        (name = "SMS", description = "What text messages cost, and what became of them"),
        (name = "Gateway (NestJS)", description = "The calls of the microservice suite's gateway, over the same accounts; plainly, or in the suite's envelope"),
        (name = "Wallet", description = "Balance, transfers, QR codes, statement"),
        (name = "Back office", description = "Looks at other people's money, freezes, refunds, corrections, the books"),
        (name = "Compliance", description = "What compliance officers look at and decide, the rules that look for them, exports"),
        (name = "Merchants", description = "A trade, its account and its tills; what cashiers do there"),
        (name = "Cards", description = "Virtual cards of a person, and what merchants ask of them"),
        (name = "Health directory", description = "Establishments, their numbers, emergency numbers"),
        (name = "Shared positions", description = "Where the caller is, shown to one of their contacts for a time"),
        (name = "FHIR", description = "The health directory for systems that speak FHIR R4: reading only; refusals are `OperationOutcome`"),
        (name = "Social", description = "Publications and what people do with them, feeds, profiles, follows, blocks, announcements"),
        (name = "Advertisements", description = "What somebody pays to have shown: a budget that is set aside and never exceeded"),
        (name = "Moderation", description = "Reports, what moderators decide, and what may be said against it"),
        (name = "Program", description = "Health, measures, this description"),
        (name = "Development", description = "Only on a developer's machine"),
    ),
    components(schemas(Problem, EgoError, NestError, OperationOutcome)),
    modifiers(&Bearer),
)]
struct Description;

/// Declares the bearer token that handlers refer to as `bearer`.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, description: &mut openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        description
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The description, OpenAPI 3.1.
#[must_use]
pub fn description() -> openapi::OpenApi {
    let mut description = Description::openapi();
    routes::describe(&mut description);
    description.info.version = env!("CARGO_PKG_VERSION").to_owned();
    describe_bodies(&mut description);
    description
}

/// What every body can be refused for before a handler sees it.
fn describe_bodies(description: &mut openapi::OpenApi) {
    for (address, path) in &mut description.paths.paths {
        let problem = |text: &str| refusal(Contract::of(address), text);
        let operations = [&mut path.post, &mut path.put, &mut path.patch, &mut path.delete];
        for operation in operations.into_iter().flatten().filter(|operation| operation.request_body.is_some())
        {
            let answers = &mut operation.responses.responses;
            answers
                .entry("413".to_owned())
                .or_insert_with(|| problem("The body is over 64 KiB: `request.too_large`"));
            answers
                .entry("415".to_owned())
                .or_insert_with(|| problem("The body is not JSON: `request.unsupported_media_type`"));
        }
    }
}

/// A refusal in the shape of a contract.
fn refusal(contract: Contract, text: &str) -> RefOr<openapi::Response> {
    let (media_type, schema) = match contract {
        Contract::Hostolink => ("application/problem+json", "Problem"),
        Contract::Ego => ("application/json", "EgoError"),
        Contract::Nest => ("application/json", "NestError"),
        Contract::Fhir => ("application/fhir+json", "OperationOutcome"),
    };
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
    RefOr::T(ResponseBuilder::new().description(text).content(media_type, content).build())
}

/// The description as text, as `docs/openapi.json` keeps it.
#[must_use]
pub fn to_json() -> String {
    let mut text = serde_json::to_string_pretty(&description()).unwrap_or_default();
    text.push('\n');
    text
}

static LATEST: LazyLock<String> = LazyLock::new(to_json);
static OLDER: LazyLock<String> = LazyLock::new(|| {
    let latest: serde_json::Value = serde_json::from_str(&LATEST).unwrap_or_default();
    downgrade::to_3_0(latest).to_string()
});

/// This description, OpenAPI 3.1.
#[utoipa::path(tag = "Program", operation_id = "openapi", responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
#[get("/api/openapi.json")]
async fn openapi_latest() -> HttpResponse {
    document(&LATEST)
}

/// This description, OpenAPI 3.0.3, for generators that don't read 3.1 yet.
#[utoipa::path(tag = "Program", operation_id = "openapi30", responses((status = 200, description = "OpenAPI 3.0.3", body = Object)))]
#[get("/api/openapi-3.0.json")]
async fn openapi_older() -> HttpResponse {
    document(&OLDER)
}

fn document(text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(text)
}

/// The page to try the API.
#[utoipa::path(tag = "Program", operation_id = "docs", responses((status = 302, description = "To /docs/")))]
#[get("/docs")]
async fn docs_page() -> HttpResponse {
    HttpResponse::Found().insert_header((header::LOCATION, "/docs/")).finish()
}

/// The way in for somebody who opens the address in a browser.
#[utoipa::path(tag = "Program", operation_id = "root", responses((status = 302, description = "To /docs/")))]
#[get("/")]
async fn root_page() -> HttpResponse {
    HttpResponse::Found().insert_header((header::LOCATION, "/docs/")).finish()
}

/// Mounts the descriptions and `/docs`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(openapi_latest).service(openapi_older).service(docs_page).service(root_page);
    let page = SwaggerUi::new("/docs/{_:.*}")
        .config(utoipa_swagger_ui::Config::from("/api/openapi.json").try_it_out_enabled(true));
    config.undescribed(page);
}
