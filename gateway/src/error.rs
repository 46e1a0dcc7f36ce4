//! The only place where an error becomes an HTTP answer: RFC 9457 `application/problem+json`, or what an older contract
//! says in its place.

use crate::{
    context::{self, Context},
    doors::{Contract, ego, nest},
    health::fhir,
};
use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use chrono::{DateTime, Utc};
use hostolink_kernel::{DomainError, ErrorCode, FieldError, Kind};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// What handlers and middleware answer with when they can't do what was asked.
#[derive(Debug)]
pub struct ApiError {
    code: &'static ErrorCode,
    status: StatusCode,
    retry_after: Option<Duration>,
    frees_at: Option<DateTime<Utc>>,
    fields: Vec<FieldError>,
}

/// A handler's result.
pub type ApiResult<T> = Result<T, ApiError>;

macro_rules! gateway_errors {
    ($($name:ident = $code:literal, $kind:ident, $fr:literal, $en:literal;)*) => {
        $(pub(crate) const $name: ErrorCode = ErrorCode::new($code, Kind::$kind, $fr, $en);)*
        /// The codes of the gateway itself.
        pub const ERRORS: &[ErrorCode] = &[$($name),*];
    };
}

gateway_errors! {
    NOT_FOUND = "not_found", NotFound, "Cette ressource n'existe pas.", "There is no such resource.";
    METHOD_NOT_ALLOWED = "request.method_not_allowed", Invalid, "Cette adresse n'accepte pas cette méthode.", "This address does not take this method.";
    INVALID_JSON = "request.invalid_json", Invalid, "Le corps de la requête n'est pas du JSON valide.", "The body of the request is not valid JSON.";
    INVALID_FIELD = "request.invalid_field", Invalid, "Un champ manque ou n'a pas la forme attendue.", "A field is missing or does not have the expected form.";
    INVALID_TEXT = "request.invalid_text", Invalid, "La requête contient un caractère interdit.", "The request contains a forbidden character.";
    INVALID_FORM = "request.invalid_form", Invalid, "Le formulaire est illisible ou incomplet. Envoyez le fichier dans le champ « file ».", "The form is unreadable or incomplete. Send the file in the field \"file\".";
    INVALID_CURSOR = "request.invalid_cursor", Invalid, "Ce curseur ne vient pas de cette liste. Reprenez depuis le début.", "This cursor is not of this list. Start again.";
    INVALID_LIMIT = "request.invalid_limit", Invalid, "« limit » est un nombre de 1 à 100.", "\"limit\" is a number from 1 to 100.";
    TOO_LARGE = "request.too_large", Invalid, "La requête est trop grande.", "The request is too large.";
    UNSUPPORTED_MEDIA = "request.unsupported_media_type", Invalid, "Envoyez du JSON, avec l'en-tête Content-Type: application/json.", "Send JSON, with the header Content-Type: application/json.";
    KEY_REQUIRED = "request.idempotency_key_required", Invalid, "L'en-tête Idempotency-Key manque : tirez un identifiant au hasard et gardez-le pour chaque nouvel essai.", "The header Idempotency-Key is missing: draw a random id and keep it for every retry.";
    KEY_INVALID = "request.idempotency_key_invalid", Invalid, "Idempotency-Key compte de 8 à 255 caractères ASCII visibles.", "Idempotency-Key has 8 to 255 visible ASCII characters.";
    KEY_REUSED = "request.idempotency_key_reused", Unprocessable, "Cette clé a déjà servi pour une autre demande. Tirez-en une nouvelle.", "This key was used for another request. Draw a new one.";
    UPGRADE_REQUIRED = "realtime.upgrade_required", Invalid, "Cette adresse ouvre une connexion WebSocket.", "This address opens a WebSocket.";
    ORIGIN_FORBIDDEN = "realtime.origin_forbidden", Forbidden, "Cette page n'a pas le droit d'ouvrir cette connexion.", "This page may not open this connection.";
    FRAME_INVALID = "realtime.frame_invalid", Invalid, "Ce message n'a pas la forme que docs/REALTIME.md décrit.", "This frame does not have the form that docs/REALTIME.md describes.";
    VERSION_REQUIRED = "request.version_required", Invalid, "L'en-tête If-Match manque : renvoyez-y l'ETag de ce que vous avez lu, ou « * » pour écrire sans le comparer.", "The header If-Match is missing: send the ETag of what you have read, or \"*\" to write without comparing.";
    VERSION_INVALID = "request.version_invalid", Invalid, "If-Match contient des étiquettes entre guillemets, ou « * ».", "If-Match holds tags in quotation marks, or \"*\".";
    TIMEOUT = "request.timeout", Unavailable, "La réponse a trop tardé. Réessayez avec la même clé.", "The answer took too long. Try again with the same key.";
    TOO_MANY = "request.too_many", TooMany, "Trop de requêtes depuis cette adresse. Patientez un instant.", "Too many requests from this address. Wait a moment.";
    STREAMS_OF_ONE = "request.too_many_streams", TooMany, "Trop de flux sont ouverts pour votre compte. Fermez-en un, puis réessayez.", "Too many streams are open for your account. Close one, then try again.";
    STREAMS_OF_ALL = "request.streams_full", Unavailable, "Trop de flux sont ouverts pour le moment. Réessayez dans quelques secondes.", "Too many streams are open at the moment. Try again in a few seconds.";
    EVENT_ID_INVALID = "request.event_id_invalid", Invalid, "Last-Event-ID n'est pas un numéro de ce flux. Reprenez sans lui.", "Last-Event-ID is no number of this stream. Start again without it.";
    UNAUTHENTICATED = "auth.required", Unauthenticated, "Connectez-vous pour continuer.", "Sign in to go on.";
    FORBIDDEN = "auth.forbidden", Forbidden, "Votre rôle ne permet pas cette action.", "Your role does not allow this.";
    STEP_UP_REQUIRED = "auth.step_up_required", Forbidden, "Confirmez d'abord avec le code reçu par SMS ou e-mail sur cet appareil.", "First confirm with the code sent by SMS or e-mail on this device.";
}

/// Every code of the API, the gateway's and each crate's, in the order of their names.
#[must_use]
pub fn all_codes() -> Vec<&'static ErrorCode> {
    let mut codes: Vec<_> = [
        ERRORS,
        hostolink_database::ERRORS,
        hostolink_auth::ERRORS,
        hostolink_ledger::ERRORS,
        hostolink_wallet::ERRORS,
        hostolink_health_directory::ERRORS,
        hostolink_social::ERRORS,
        hostolink_messaging::ERRORS,
        hostolink_media::ERRORS,
        hostolink_notifications::ERRORS,
        hostolink_notifier::ERRORS,
        fhir::ERRORS,
        hostolink_uploads::ERRORS,
    ]
    .into_iter()
    .flatten()
    .collect();
    codes.sort_by_key(|code| code.code);
    codes.dedup();
    codes
}

/// Whether `code` is the caller's sign-in to mend: auth's own word for it, wherever it came from.
const fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Stale => StatusCode::PRECONDITION_FAILED,
        Kind::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The status that a code answers with: its kind's, but for the few that HTTP has a word of its own for.
#[must_use]
pub fn status_for(code: &ErrorCode) -> StatusCode {
    if *code == METHOD_NOT_ALLOWED {
        StatusCode::METHOD_NOT_ALLOWED
    } else if *code == TOO_LARGE {
        StatusCode::PAYLOAD_TOO_LARGE
    } else if *code == UNSUPPORTED_MEDIA {
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    } else if *code == VERSION_REQUIRED {
        StatusCode::PRECONDITION_REQUIRED
    } else if *code == fhir::GONE {
        StatusCode::GONE
    } else {
        status_of(code.kind)
    }
}

impl ApiError {
    /// Answers with a code.
    #[must_use]
    pub fn new(code: &'static ErrorCode) -> Self {
        Self { code, status: status_for(code), retry_after: None, frees_at: None, fields: Vec::new() }
    }

    /// Answers with the code of a thing that isn't there, or isn't the caller's.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(&NOT_FOUND)
    }

    /// Blames one field of the request.
    #[must_use]
    pub fn field(field: impl Into<std::borrow::Cow<'static, str>>, code: &'static ErrorCode) -> Self {
        let mut error = Self::new(code);
        error.fields.push(FieldError::new(field, code));
        error
    }

    /// Blames a field by the name that this request has for it.
    #[must_use]
    pub(crate) fn blaming(mut self, field: &'static str) -> Self {
        for wrong in &mut self.fields {
            wrong.field = field.into();
        }
        self
    }

    /// What is wrong.
    pub(crate) const fn code(&self) -> &'static ErrorCode {
        self.code
    }

    /// The fields to blame.
    pub(crate) fn fields(&self) -> &[FieldError] {
        &self.fields
    }

    /// The same as a body, for what is no HTTP answer.
    pub(crate) fn problem(&self) -> Problem {
        problem(self, context::current())
    }

    /// Says when another try may work.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Says from when on a limit leaves room again.
    #[must_use]
    pub fn frees_at(mut self, at: Option<DateTime<Utc>>) -> Self {
        self.frees_at = at;
        self
    }
}

impl<E: DomainError> From<E> for ApiError {
    fn from(error: E) -> Self {
        let code = error.code();
        match code.kind {
            Kind::Internal => tracing::error!(error = %chain(&error), code = code.code, "a request failed"),
            Kind::Unavailable => {
                tracing::warn!(error = %chain(&error), code = code.code, "a request could not be served now");
            }
            _ => {}
        }
        let retry_after =
            error.retry_after().or((code.kind == Kind::Unavailable).then_some(Duration::from_secs(2)));
        Self { code, status: status_for(code), retry_after, frees_at: None, fields: error.fields() }
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(error.source(), |cause| cause.source())
        .fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.code)
    }
}

/// The body of every refusal (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A stable address for the kind of problem; `docs/ERRORS.md` says more.
    #[serde(rename = "type")]
    #[schema(example = "https://hostolink.ci/problems/wallet.insufficient_funds")]
    kind: String,
    /// What it is about, in the caller's language.
    #[schema(example = "Le solde ne suffit pas.")]
    title: String,
    /// The HTTP status again.
    #[schema(example = 422)]
    status: u16,
    /// What happened and what to do, for people.
    detail: String,
    /// What a program switches on. Never changes with the language.
    #[schema(example = "wallet.insufficient_funds")]
    code: &'static str,
    /// What to quote to support.
    trace_id: String,
    /// From when on a limit of a day or a month leaves room again, where one refused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    frees_at: Option<DateTime<Utc>>,
    /// The fields to blame.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemField>,
}

/// One field to blame.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemField {
    /// Its name in the request.
    field: String,
    /// What is wrong with it.
    code: &'static str,
    /// The same for people.
    message: &'static str,
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let context = context::current();
        let mut response = HttpResponse::build(self.status);
        if let Some(wait) = self.retry_after {
            response.insert_header(("Retry-After", wait.as_secs().max(1).to_string()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header(("WWW-Authenticate", "Bearer"));
        }
        response.insert_header(("Content-Language", context.language.tag()));
        match context.contract {
            Contract::Hostolink => {
                response.content_type("application/problem+json").json(problem(self, context))
            }
            Contract::Ego => response.json(ego::refusal(self, context)),
            Contract::Nest => response.json(nest::refusal(self, context)),
            Contract::Fhir => response.content_type(fhir::JSON).json(fhir::refusal(self, &context)),
        }
    }
}

fn problem(error: &ApiError, context: Context) -> Problem {
    let errors = error.fields.iter().map(|wrong| ProblemField {
        field: wrong.field.clone().into_owned(),
        code: wrong.code.code,
        message: context.language.pick(wrong.code),
    });
    Problem {
        kind: format!("https://hostolink.ci/problems/{}", error.code.code),
        title: title(error.status, context.language).to_owned(),
        status: error.status.as_u16(),
        detail: context.language.pick(error.code).to_owned(),
        code: error.code.code,
        errors: errors.collect(),
        frees_at: error.frees_at,
        trace_id: context.trace_id,
    }
}

fn title(status: StatusCode, language: context::Language) -> &'static str {
    let (fr, en) = match status.as_u16() {
        401 => ("Connexion requise", "Sign-in required"),
        403 => ("Action non autorisée", "Not allowed"),
        404 => ("Introuvable", "Not found"),
        405 => ("Méthode refusée", "Method not allowed"),
        409 => ("Conflit", "Conflict"),
        412 => ("Modifié entre-temps", "Changed meanwhile"),
        413 => ("Requête trop grande", "Request too large"),
        415 => ("Format non pris en charge", "Unsupported format"),
        422 => ("Demande refusée", "Refused"),
        428 => ("Version requise", "Version required"),
        429 => ("Trop de demandes", "Too many requests"),
        503 => ("Service indisponible", "Unavailable"),
        500.. => ("Erreur interne", "Internal error"),
        _ => ("Requête invalide", "Invalid request"),
    };
    match language {
        context::Language::French => fr,
        context::Language::English => en,
    }
}
