//! Alerts as a compliance officer sees them: in a list people are named as others see them, the whole name stands in an opened one.

use crate::{
    error::{ApiError, ApiResult},
    state::State,
    wallet::{
        requests::choice,
        views::{PersonView, names},
    },
    wire::wire,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use hostolink_auth::{CivilName, Recipient};
use hostolink_kernel::{AlertId, TransactionId, UserId, UserPublicId, Xof};
use hostolink_wallet::{
    Alert, AlertFile, AlertFilter, AlertState, Decision, Listed, Remark, RemarkText, WatchKind,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

wire! {
    /// `open`, `dismissed` (closed without follow-up) or `reported` (the authority is told).
    AlertStateName of AlertState, "open"
}
wire! {
    /// `sanctions`, `structuring`, `many-receivers`, `in-and-out`, `first-large` or `new-device`.
    WatchKindName of WatchKind, "structuring"
}

/// Which alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AlertQuery {
    /// Only those in this state.
    #[param(value_type = Option<AlertStateName>)]
    state: Option<String>,
    /// Only those of this kind.
    #[param(value_type = Option<WatchKindName>)]
    kind: Option<String>,
    /// `true`: only those that the caller looks after.
    #[param(value_type = Option<bool>)]
    mine: Option<bool>,
    /// `true`: only those that hold money back.
    #[param(value_type = Option<bool>)]
    holding: Option<bool>,
}

impl AlertQuery {
    pub(super) fn read(self, reader: UserId) -> ApiResult<AlertFilter> {
        Ok(AlertFilter {
            state: choice::<AlertStateName>("state", self.state)?.map(|name| name.0),
            kind: choice::<WatchKindName>("kind", self.kind)?.map(|name| name.0),
            assignee: (self.mine == Some(true)).then_some(reader),
            holding: self.holding == Some(true),
        })
    }
}

/// Who is to look after it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AssignBody {
    /// Their id; the caller where it is left out.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub(super) assignee: Option<UserPublicId>,
}

/// What to keep with an alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemarkBody {
    /// 1 to 1,000 characters. It stays, and is seen by compliance officers only.
    #[schema(min_length = 1, max_length = 1000, example = "Pièce d’identité demandée.")]
    text: String,
}

impl RemarkBody {
    pub(super) fn read(&self) -> ApiResult<RemarkText> {
        remark("text", &self.text)
    }
}

fn remark(field: &'static str, text: &str) -> ApiResult<RemarkText> {
    RemarkText::parse(text)
        .map_err(|error| ApiError::field(field, hostolink_kernel::DomainError::code(&error)))
}

/// `dismiss` closes it without follow-up, `report` tells the authority.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum DecisionName {
    /// It is closed without follow-up.
    Dismiss,
    /// It is suspicious: the authority is told.
    Report,
}

/// What was decided, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecideBody {
    /// What.
    decision: DecisionName,
    /// Why; it is kept as a remark.
    #[schema(min_length = 1, max_length = 1000, example = "Homonyme : autre date de naissance.")]
    remark: Option<String>,
}

impl DecideBody {
    pub(super) fn read(&self) -> ApiResult<(Decision, Option<RemarkText>)> {
        let decision = match self.decision {
            DecisionName::Dismiss => Decision::Dismiss,
            DecisionName::Report => Decision::Report,
        };
        Ok((decision, self.remark.as_deref().map(|text| remark("remark", text)).transpose()?))
    }
}

/// Something to look at.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AlertView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: AlertId,
    /// What was seen.
    kind: WatchKindName,
    /// What was decided.
    state: AlertStateName,
    /// Nothing of the person's leaves while it stands.
    holds: bool,
    /// Whom it is about.
    person: Option<PersonView>,
    /// How much it is about, in whole francs CFA.
    #[schema(example = 950_000)]
    amount: Option<i64>,
    /// How many payments or receivers.
    #[schema(example = 5)]
    count: Option<i32>,
    /// The payment that made it whole; `null` where it was refused, or where it is about a name.
    #[schema(value_type = Option<String>, format = Uuid)]
    transaction_id: Option<TransactionId>,
    /// When it was opened.
    opened_at: DateTime<Utc>,
    /// Who looks after it.
    assignee: Option<PersonView>,
    /// When it was decided.
    decided_at: Option<DateTime<Utc>>,
}

impl AlertView {
    fn new(alert: &Alert, names: &HashMap<UserId, Recipient>) -> Self {
        let person = |user: UserId| names.get(&user).map(PersonView::from);
        Self {
            id: alert.id,
            kind: WatchKindName(alert.kind),
            state: AlertStateName(alert.state),
            holds: alert.holds,
            person: person(alert.person),
            amount: alert.amount.map(Xof::francs),
            count: alert.count,
            transaction_id: alert.transaction,
            opened_at: alert.opened_at,
            assignee: alert.assignee.and_then(person),
            decided_at: alert.decided_at,
        }
    }
}

/// A page of alerts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AlertPage {
    /// The alerts, the newest first.
    pub(super) items: Vec<AlertView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

/// Somebody's whole name, as they gave it or as their document says it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CivilNameView {
    /// The given names.
    first_name: Option<String>,
    /// The family name.
    last_name: Option<String>,
    /// The day of birth.
    birth_date: Option<NaiveDate>,
}

impl From<CivilName> for CivilNameView {
    fn from(name: CivilName) -> Self {
        Self { first_name: name.first_name, last_name: name.last_name, birth_date: name.birth_date }
    }
}

/// The entry of a sanctions list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ListedView {
    /// Whose list.
    #[schema(example = "un")]
    source: String,
    /// The list's own reference.
    reference: String,
    /// The name on it that was found.
    name: String,
    /// Every name on it.
    names: Vec<String>,
    /// The years of birth that it gives.
    birth_years: Vec<i16>,
    /// The country that it gives.
    country: Option<String>,
    /// Since when it is no longer on its list.
    closed_at: Option<DateTime<Utc>>,
}

impl From<Listed> for ListedView {
    fn from(listed: Listed) -> Self {
        Self {
            source: listed.source,
            reference: listed.reference,
            name: listed.name,
            names: listed.names,
            birth_years: listed.birth_years,
            country: listed.country,
            closed_at: listed.closed_at,
        }
    }
}

/// What an officer wrote.
#[derive(Debug, Serialize, ToSchema)]
struct RemarkView {
    /// Who.
    author: Option<PersonView>,
    /// What.
    text: String,
    /// When.
    at: DateTime<Utc>,
}

/// An alert with all that is known of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AlertFileView {
    #[serde(flatten)]
    alert: AlertView,
    /// Whom it is about.
    civil_name: Option<CivilNameView>,
    /// The entry of a list, where it is about one.
    listed: Option<ListedView>,
    /// Who decided.
    decided_by: Option<PersonView>,
    /// The first of the two who let money leave again.
    release_asked_by: Option<PersonView>,
    /// The second.
    released_by: Option<PersonView>,
    /// When money could leave again.
    released_at: Option<DateTime<Utc>>,
    /// What officers wrote, the oldest first.
    remarks: Vec<RemarkView>,
}

impl AlertFileView {
    /// With the names of its people, asked for at once.
    pub(super) fn compose(conn: &mut PgConnection, state: &State, file: AlertFile) -> ApiResult<Self> {
        let AlertFile { alert, remarks } = file;
        let authors = remarks.iter().map(|remark| remark.author);
        let names = names(conn, &state.auth, people(&alert).chain(authors))?;
        let person = |user: Option<UserId>| user.and_then(|user| names.get(&user)).map(PersonView::from);
        let remark = |remark: Remark| RemarkView {
            author: person(Some(remark.author)),
            text: remark.text.as_str().to_owned(),
            at: remark.at,
        };
        Ok(Self {
            civil_name: state.auth.civil_names(conn, &[alert.person])?.pop().map(CivilNameView::from),
            decided_by: person(alert.decided_by),
            release_asked_by: person(alert.release_asked_by),
            released_by: person(alert.released_by),
            released_at: alert.released_at,
            remarks: remarks.into_iter().map(remark).collect(),
            alert: AlertView::new(&alert, &names),
            listed: alert.listed.map(ListedView::from),
        })
    }
}

/// Everybody in an alert.
pub(super) fn people(alert: &Alert) -> impl Iterator<Item = UserId> {
    let others = [alert.assignee, alert.decided_by, alert.release_asked_by, alert.released_by];
    others.into_iter().flatten().chain([alert.person])
}

/// Alerts of a list with the names of their people, asked for at once.
pub(super) fn views(conn: &mut PgConnection, state: &State, alerts: &[Alert]) -> ApiResult<Vec<AlertView>> {
    let names = names(conn, &state.auth, alerts.iter().flat_map(people))?;
    Ok(alerts.iter().map(|alert| AlertView::new(alert, &names)).collect())
}
