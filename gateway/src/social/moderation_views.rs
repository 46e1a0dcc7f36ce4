//! What moderators and those concerned are shown. Nobody is shown who reported something.

use super::publication_views::{People, SocialPersonView, cursor};
use crate::{
    error::ApiResult,
    media::uploads::{self, MediaView},
    state::State,
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{Page, UserId};
use hostolink_social::{Appeal, AppealState, Case, Reported, Sanction};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// One report, without who made it.
#[derive(Debug, Serialize, ToSchema)]
struct ReportedView {
    /// Why.
    #[schema(example = "spam")]
    reason: &'static str,
    /// A word beside.
    details: Option<String>,
    /// What the text was then.
    text: Option<String>,
    /// When.
    at: DateTime<Utc>,
}

impl From<Reported> for ReportedView {
    fn from(said: Reported) -> Self {
        Self { reason: said.reason.as_str(), details: said.details, text: said.text, at: said.at }
    }
}

/// What people reported of one thing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CaseView {
    /// Its id.
    id: Uuid,
    /// `publication`, `comment` or `person`.
    kind: &'static str,
    /// The publication's or comment's id; `null` for a person, or where it is gone.
    object_id: Option<Uuid>,
    /// Whose it is.
    person: Option<SocialPersonView>,
    /// `open`, `dismissed` or `acted`.
    state: &'static str,
    /// How many people reported it.
    reports: i32,
    /// What it says now.
    text: Option<String>,
    /// The pictures and voice notes of a publication.
    media: Vec<MediaView>,
    /// What can be answered to its question, in its order.
    poll_choices: Vec<String>,
    /// What the latest reports say: five at most.
    reported: Vec<ReportedView>,
    /// When it was first reported.
    created_at: DateTime<Utc>,
    /// When it was decided.
    decided_at: Option<DateTime<Utc>>,
}

/// A page of cases.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CasePage {
    /// The oldest first.
    items: Vec<CaseView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl CaseView {
    fn new(case: Case, people: &People, files: &HashMap<Uuid, MediaView>) -> Self {
        Self {
            id: case.id,
            kind: case.kind.as_str(),
            object_id: case.object,
            person: people.get(case.person),
            state: case.state.as_str(),
            reports: case.reports,
            text: case.text,
            media: case.media.iter().filter_map(|id| files.get(id).cloned()).collect(),
            poll_choices: case.choices,
            reported: case.reported.into_iter().map(ReportedView::from).collect(),
            created_at: case.created_at,
            decided_at: case.decided_at,
        }
    }

    pub(super) fn one(conn: &mut PgConnection, state: &State, case: Case) -> ApiResult<Self> {
        let people = People::read(conn, state, [case.person])?;
        let files = files(conn, std::slice::from_ref(&case))?;
        Ok(Self::new(case, &people, &files))
    }
}

/// The files of these cases, asked for at once.
fn files(conn: &mut PgConnection, cases: &[Case]) -> ApiResult<HashMap<Uuid, MediaView>> {
    let media: Vec<Uuid> = cases.iter().flat_map(|case| case.media.iter().copied()).collect();
    if media.is_empty() { Ok(HashMap::new()) } else { uploads::views(conn, &media) }
}

impl CasePage {
    pub(super) fn new(conn: &mut PgConnection, state: &State, page: Page<Case>) -> ApiResult<Self> {
        let people = People::read(conn, state, page.items.iter().map(|case| case.person))?;
        let files = files(conn, &page.items)?;
        let next_cursor = cursor(&page);
        let items = page.items.into_iter().map(|case| CaseView::new(case, &people, &files)).collect();
        Ok(Self { items, next_cursor })
    }
}

/// What was decided against somebody.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SanctionView {
    /// Its id.
    id: Uuid,
    /// Against whom.
    person: Option<SocialPersonView>,
    /// `hiding`, `warning`, `silence`, `suspension` or `ban`.
    measure: &'static str,
    /// Why.
    #[schema(example = "spam")]
    reason: &'static str,
    /// A word beside.
    words: Option<String>,
    /// The publication that was hidden.
    publication_id: Option<Uuid>,
    /// The comment that was hidden.
    comment_id: Option<Uuid>,
    /// Who decided: for moderators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<SocialPersonView>,
    /// When.
    created_at: DateTime<Utc>,
    /// Until when.
    expires_at: Option<DateTime<Utc>>,
    /// When it was lifted.
    lifted_at: Option<DateTime<Utc>>,
    /// What became of the appeal against it: `open`, `accepted` or `refused`; `null` where there was none.
    appeal: Option<&'static str>,
}

/// A page of sanctions.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SanctionPage {
    /// The last first.
    items: Vec<SanctionView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Who looks at sanctions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// Who is concerned: they are not told who decided.
    Concerned,
    /// A moderator.
    Moderator,
}

fn concerned(sanctions: &[Sanction]) -> Vec<UserId> {
    sanctions.iter().flat_map(|one| [one.person].into_iter().chain(one.decided_by)).collect()
}

impl SanctionView {
    fn new(one: Sanction, people: &People, reader: Reader) -> Self {
        let by = one.decided_by.filter(|_| reader == Reader::Moderator);
        Self {
            id: one.id,
            person: people.get(one.person),
            measure: one.measure.as_str(),
            reason: one.reason.as_str(),
            words: one.words,
            publication_id: one.publication,
            comment_id: one.comment,
            decided_by: by.and_then(|user| people.get(user)),
            created_at: one.created_at,
            expires_at: one.expires_at,
            lifted_at: one.lifted_at,
            appeal: one.appeal.map(AppealState::as_str),
        }
    }

    pub(super) fn all(
        conn: &mut PgConnection,
        state: &State,
        sanctions: Vec<Sanction>,
        reader: Reader,
    ) -> ApiResult<Vec<Self>> {
        let people = People::read(conn, state, concerned(&sanctions))?;
        Ok(sanctions.into_iter().map(|one| Self::new(one, &people, reader)).collect())
    }
}

impl SanctionView {
    /// One, for a moderator.
    pub(super) fn one(conn: &mut PgConnection, state: &State, one: Sanction) -> ApiResult<Self> {
        let people = People::read(conn, state, concerned(std::slice::from_ref(&one)))?;
        Ok(Self::new(one, &people, Reader::Moderator))
    }
}

impl SanctionPage {
    pub(super) fn new(
        conn: &mut PgConnection,
        state: &State,
        page: Page<Sanction>,
        reader: Reader,
    ) -> ApiResult<Self> {
        let next_cursor = cursor(&page);
        Ok(Self { items: SanctionView::all(conn, state, page.items, reader)?, next_cursor })
    }
}

/// What was decided about a case, with what it came to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DecidedView {
    /// The case.
    pub(super) case: CaseView,
    /// What was decided against whom is concerned.
    pub(super) sanctions: Vec<SanctionView>,
}

/// What somebody says against a sanction.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AppealView {
    /// Its id.
    id: Uuid,
    /// The sanction.
    sanction: SanctionView,
    /// What they say.
    text: String,
    /// `open`, `accepted` or `refused`.
    state: &'static str,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was decided.
    decided_at: Option<DateTime<Utc>>,
}

/// A page of appeals.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AppealPage {
    /// The oldest first.
    items: Vec<AppealView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl AppealView {
    fn new(appeal: Appeal, people: &People) -> Self {
        Self {
            id: appeal.id,
            sanction: SanctionView::new(appeal.sanction, people, Reader::Moderator),
            text: appeal.text,
            state: appeal.state.as_str(),
            created_at: appeal.created_at,
            decided_at: appeal.decided_at,
        }
    }

    pub(super) fn one(conn: &mut PgConnection, state: &State, appeal: Appeal) -> ApiResult<Self> {
        let people = People::read(conn, state, concerned(std::slice::from_ref(&appeal.sanction)))?;
        Ok(Self::new(appeal, &people))
    }
}

impl AppealPage {
    pub(super) fn new(conn: &mut PgConnection, state: &State, page: Page<Appeal>) -> ApiResult<Self> {
        let users: Vec<UserId> = page
            .items
            .iter()
            .flat_map(|appeal| [appeal.sanction.person].into_iter().chain(appeal.sanction.decided_by))
            .collect();
        let people = People::read(conn, state, users)?;
        let next_cursor = cursor(&page);
        let items = page.items.into_iter().map(|appeal| AppealView::new(appeal, &people)).collect();
        Ok(Self { items, next_cursor })
    }
}
