//! Bodies and views of identity verification. A number and a name go to reviewers only.

use crate::{
    error::{ApiError, ApiResult, INVALID_FIELD},
    wire::wire,
};
use chrono::{DateTime, NaiveDate, Utc};
use hostolink_auth::{
    Application, DocumentKind, FileKind, OwnIdentity, Queue, RefusalReason, State, Summary, TypedIdentity,
};
use hostolink_kernel::{Cursor, ExposeSecret, Limit, Page, Secret, UserPublicId, VerificationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

wire! {
    /// `national_id`, `passport`, `driving_licence`, `residence_permit` or `consular_card`.
    DocumentName of DocumentKind, "national_id"
}
wire! {
    /// `front`, `back` or `selfie`.
    FileName of FileKind, "front"
}
wire! {
    /// `none`, `submitted`, `in_review`, `accepted`, `refused` or `expired`.
    StateName of State, "submitted"
}
wire! {
    /// `unreadable`, `document_expired`, `mismatch`, `not_the_person`, `already_used`, `not_accepted` or `suspicious`.
    ReasonName of RefusalReason, "unreadable"
}

/// What stands on the document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SubmitBody {
    /// Which document.
    document_type: DocumentName,
    /// Who issued it: ISO 3166-1 alpha-2. `CI` where it is left out.
    #[schema(example = "CI", min_length = 2, max_length = 2)]
    country: Option<String>,
    /// Its number.
    #[schema(value_type = String, example = "CI001234567", max_length = 60)]
    document_number: Secret,
    /// The family name on it.
    #[schema(value_type = String, example = "Koné", max_length = 100)]
    last_name: Secret,
    /// The given names on it.
    #[schema(value_type = String, example = "Awa", max_length = 100)]
    first_name: Secret,
    /// The date of birth on it.
    #[schema(example = "1990-02-28")]
    birth_date: NaiveDate,
    /// Its last day.
    #[schema(example = "2031-06-30")]
    expires_on: NaiveDate,
}

impl SubmitBody {
    pub(super) fn typed(&self) -> TypedIdentity<'_> {
        TypedIdentity {
            kind: self.document_type.0,
            country: self.country.as_deref().unwrap_or("CI"),
            number: self.document_number.expose_secret(),
            last_name: self.last_name.expose_secret(),
            first_name: self.first_name.expose_secret(),
            birth_date: self.birth_date,
            expires_on: self.expires_on,
        }
    }
}

/// Why an application is refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RefuseBody {
    /// The applicant reads it.
    pub(super) reason: ReasonName,
}

/// Which applications.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StateQuery {
    /// In this state; those that wait for a reviewer where it is left out.
    #[param(example = "submitted")]
    state: Option<String>,
}

impl StateQuery {
    pub(super) fn queue(&self, after: Option<Cursor>, limit: Limit) -> ApiResult<Queue> {
        let read = |name: &String| State::parse(name).ok_or_else(|| ApiError::field("state", &INVALID_FIELD));
        Ok(Queue { state: self.state.as_ref().map(read).transpose()?, after, limit })
    }
}

/// How far the caller's identity is verified.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwnIdentityView {
    /// 0: not verified, the wallet holds at most 200 000 F. 1: verified, at most 2 000 000 F.
    #[schema(example = 0)]
    level: i16,
    /// How far the newest application has come.
    state: StateName,
    /// Its document.
    document_type: Option<DocumentName>,
    /// The pictures that are there.
    files: Vec<FileName>,
    /// When it was submitted.
    submitted_at: Option<DateTime<Utc>>,
    /// When it was accepted or refused.
    decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    reason: Option<ReasonName>,
    /// The document's last day.
    expires_on: Option<NaiveDate>,
}

impl From<OwnIdentity> for OwnIdentityView {
    fn from(own: OwnIdentity) -> Self {
        Self {
            level: own.level.number(),
            state: StateName(own.state),
            document_type: own.document.map(DocumentName),
            files: own.files.into_iter().map(FileName).collect(),
            submitted_at: own.submitted_at,
            decided_at: own.decided_at,
            reason: own.reason.map(ReasonName),
            expires_on: own.expires_on,
        }
    }
}

/// One application in the list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SummaryView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: VerificationId,
    /// Whose it is.
    #[schema(value_type = String, format = Uuid)]
    applicant: UserPublicId,
    /// How far it has come.
    state: StateName,
    /// Its document.
    document_type: Option<DocumentName>,
    /// When it was submitted.
    submitted_at: Option<DateTime<Utc>>,
    /// When it was accepted or refused.
    decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    reason: Option<ReasonName>,
}

impl From<Summary> for SummaryView {
    fn from(summary: Summary) -> Self {
        Self {
            id: summary.id,
            applicant: summary.applicant,
            state: StateName(summary.state),
            document_type: summary.document.map(DocumentName),
            submitted_at: summary.submitted_at,
            decided_at: summary.decided_at,
            reason: summary.reason.map(ReasonName),
        }
    }
}

/// A page of applications, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueuePage {
    /// The applications.
    items: Vec<SummaryView>,
    /// Where the next page starts; `null` on the last.
    next_cursor: Option<String>,
}

impl From<Page<Summary>> for QueuePage {
    fn from(page: Page<Summary>) -> Self {
        Self {
            items: page.items.into_iter().map(SummaryView::from).collect(),
            next_cursor: page.next.map(|cursor| cursor.as_str().to_owned()),
        }
    }
}

/// One application as a reviewer sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApplicationView {
    #[serde(flatten)]
    summary: SummaryView,
    /// Who issued the document.
    country: Option<String>,
    /// The document's number.
    document_number: String,
    /// The family name on it.
    last_name: Option<String>,
    /// The given names on it.
    first_name: Option<String>,
    /// The date of birth on it.
    birth_date: Option<NaiveDate>,
    /// Its last day.
    expires_on: Option<NaiveDate>,
    /// The pictures that are there.
    files: Vec<FileName>,
    /// How many other people have sent the same document.
    others_with_it: i64,
}

impl From<Application> for ApplicationView {
    fn from(application: Application) -> Self {
        Self {
            summary: application.summary.into(),
            country: application.country,
            document_number: application.number.expose_secret().to_owned(),
            last_name: application.last_name,
            first_name: application.first_name,
            birth_date: application.birth_date,
            expires_on: application.expires_on,
            files: application.files.into_iter().map(FileName).collect(),
            others_with_it: application.others_with_it,
        }
    }
}
