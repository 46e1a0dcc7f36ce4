//! What callers see of the lines of a file of payments.

use super::super::views::{PersonView, names, text};
use crate::{
    context::Language,
    error::{ApiResult, all_codes},
};
use diesel::PgConnection;
use hostolink_auth::Auth;
use hostolink_kernel::{ErrorCode, TransactionId, Xof};
use hostolink_wallet::{BulkLine, LineFilter, LineState, NameVerdict};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, sync::LazyLock};
use utoipa::{IntoParams, ToSchema};

/// Which lines to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LineQuery {
    /// Some of them; all where it is left out.
    #[param(value_type = Option<LineStateQuery>)]
    pub(super) state: Option<String>,
}

/// Some lines of a file.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LineStateQuery {
    /// Those with something wrong.
    Invalid,
    /// Those whose receiver has another name than the file says.
    NameDiffers,
    /// Those that can be paid and have no outcome.
    Ready,
    /// Those that were paid.
    Done,
    /// Those that were refused.
    Refused,
    /// Those that were not paid because the file was stopped.
    Stopped,
}

impl From<LineStateQuery> for LineFilter {
    fn from(wanted: LineStateQuery) -> Self {
        match wanted {
            LineStateQuery::Invalid => Self::Invalid,
            LineStateQuery::NameDiffers => Self::NameDiffers,
            LineStateQuery::Ready => Self::Ready,
            LineStateQuery::Done => Self::Done,
            LineStateQuery::Refused => Self::Refused,
            LineStateQuery::Stopped => Self::Stopped,
        }
    }
}

/// How the name in a file goes with the one that the receiver has.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum NameMatchView {
    /// The same words.
    Same,
    /// Some of them, an initial, or a letter that differs.
    Close,
    /// Another name: look twice.
    Different,
    /// There is nothing to compare. Of one receiver one name is compared a file.
    Unknown,
}

impl From<NameVerdict> for NameMatchView {
    fn from(verdict: NameVerdict) -> Self {
        match verdict {
            NameVerdict::Same => Self::Same,
            NameVerdict::Close => Self::Close,
            NameVerdict::Different => Self::Different,
            NameVerdict::Unknown => Self::Unknown,
        }
    }
}

/// What has become of a line.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum LineStateView {
    /// It can't be paid.
    Invalid,
    /// It can be paid, or is about to be.
    Ready,
    /// It was paid.
    Done,
    /// It was refused.
    Refused,
    /// It was not paid because the file was stopped.
    Stopped,
}

/// A line of a file.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LineView {
    /// Its number, from 1 on.
    #[schema(example = 1)]
    number: u32,
    /// Where it begins in the file.
    #[schema(example = 2)]
    line: u32,
    /// The receiver as the file names them.
    #[schema(example = "07 08 09 10 11")]
    recipient: String,
    /// Who that is: show it before asking to confirm.
    receiver: Option<PersonView>,
    /// The name in the file.
    #[schema(example = "Awa Koné")]
    name: Option<String>,
    /// How it goes with the receiver's.
    name_match: Option<NameMatchView>,
    /// How much, in whole francs CFA.
    #[schema(example = 25_000)]
    amount: Option<i64>,
    /// What it costs on top.
    fee: Option<i64>,
    /// The words for the receiver.
    note: Option<String>,
    /// The number of the first line with the same receiver.
    repeats: Option<u32>,
    /// What has become of it.
    state: LineStateView,
    /// What is wrong with it or why it was refused, for programs.
    #[schema(example = "wallet.receiver_unknown")]
    code: Option<String>,
    /// The same for people.
    detail: Option<&'static str>,
    /// The transaction that paid it.
    #[schema(value_type = Option<String>, format = Uuid)]
    transaction_id: Option<TransactionId>,
}

/// A page of lines.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LinePage {
    /// The lines, in the order of the file.
    pub(super) items: Vec<LineView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

impl LineView {
    /// With the names of their receivers, asked for at once.
    pub(super) fn all(
        conn: &mut PgConnection,
        auth: &Auth,
        lines: Vec<BulkLine>,
        language: Language,
    ) -> ApiResult<Vec<Self>> {
        let names = names(conn, auth, lines.iter().filter_map(|line| line.receiver))?;
        let view = |line: BulkLine| {
            let (state, code, transaction_id) = match line.state {
                LineState::Invalid(code) => (LineStateView::Invalid, Some(code), None),
                LineState::Ready => (LineStateView::Ready, None, None),
                LineState::Done(id) => (LineStateView::Done, None, Some(id)),
                LineState::Refused(code) => (LineStateView::Refused, Some(code), None),
                LineState::Stopped => (LineStateView::Stopped, None, None),
            };
            Self {
                number: line.number,
                line: line.line,
                receiver: line.receiver.and_then(|user| names.get(&user)).map(PersonView::from),
                recipient: line.recipient,
                name: line.name,
                name_match: line.verdict.map(Into::into),
                amount: line.amount.map(Xof::francs),
                fee: line.fee.map(Xof::francs),
                note: text(line.note.as_ref()),
                repeats: line.repeats,
                state,
                detail: code.as_deref().and_then(known).map(|code| language.pick(code)),
                code,
                transaction_id,
            }
        };
        Ok(lines.into_iter().map(view).collect())
    }
}

/// The code with this name; one that an older program stored may be gone.
fn known(name: &str) -> Option<&'static ErrorCode> {
    static CODES: LazyLock<HashMap<&'static str, &'static ErrorCode>> =
        LazyLock::new(|| all_codes().into_iter().map(|code| (code.code, code)).collect());
    CODES.get(name).copied()
}

/// What a code says to people, in French as all papers are.
pub(super) fn french(name: &str) -> &'static str {
    known(name).map_or("", |code| code.fr)
}
