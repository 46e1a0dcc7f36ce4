//! A copy of all that is known of somebody, for them. Each domain adds its part. It is read and sent a page at a time, so that
//! a long life costs no memory.

use super::{
    actor,
    problems::SignedInOnly,
    views::{ProfileView, SessionView},
};
use crate::{
    error::{ApiResult, Problem},
    extract::Identity,
    health::people::copies as directory,
    messaging, notifications,
    social::copies as social,
    state::State,
    wallet::{bulk, contacts, export as wallet, recalls, requests},
};
use actix_web::{
    HttpResponse, get,
    http::header::{ContentDisposition, DispositionParam, DispositionType},
    web::{Bytes, Data},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use futures_util::stream::{self, Stream};
use hostolink_audit as audit;
use hostolink_kernel::{Cursor, Limit, Page};
use serde::Serialize;
use serde_json::{Value, json};

/// What somebody did, or was done to them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecordView {
    action: String,
    object_kind: String,
    object_id: String,
    details: Value,
    /// Whether it was they who did it.
    by_me: bool,
    trace_id: Option<String>,
    at: DateTime<Utc>,
}

/// Reads a page of one list.
type Read = fn(&mut PgConnection, &State, Identity, Option<&Cursor>) -> ApiResult<Page<Value>>;

/// The lists, by their names in the copy.
const LISTS: [(&str, Read); 28] = [
    ("sessions", sessions),
    ("qrCodes", |conn, state, who, after| wallet::codes(conn, state, who.user, after)),
    ("paymentRequests", |conn, state, who, after| requests::copy(conn, state, who.user, after)),
    ("recalls", |conn, state, who, after| recalls::copy(conn, state, who.user, after)),
    ("cards", |conn, state, who, after| wallet::cards(conn, state, who.user, after)),
    ("merchant", |conn, state, who, after| wallet::merchant(conn, state, who.user, after)),
    ("tills", |conn, state, who, after| wallet::tills(conn, state, who.user, after)),
    ("pots", |conn, state, who, after| wallet::pots(conn, state, who.user, after)),
    ("contacts", |conn, state, who, after| contacts::copy(conn, state, who.user, after)),
    ("bulkPayments", |conn, state, who, after| bulk::copy(conn, state, who.user, after)),
    ("bulkPaymentLines", |conn, state, who, after| bulk::copy_lines(conn, state, who.user, after)),
    ("transactions", |conn, state, who, after| wallet::transactions(conn, state, who.user, after)),
    ("messages", |conn, state, who, after| messaging::copy(conn, state, who.user, after)),
    ("favourites", |conn, state, who, after| directory::favourites(conn, state, who.user, after)),
    ("suggestions", |conn, state, who, after| directory::suggestions(conn, state, who.user, after)),
    ("ratings", |conn, state, who, after| directory::ratings(conn, state, who.user, after)),
    ("claims", |conn, state, who, after| directory::claims(conn, state, who.user, after)),
    ("sharedPositions", |conn, state, who, after| directory::shared_positions(conn, state, who.user, after)),
    ("publications", |conn, state, who, after| social::publications(conn, state, who.user, after)),
    ("comments", |conn, state, who, after| social::comments(conn, state, who.user, after)),
    ("saved", |conn, state, who, after| social::saved(conn, state, who.user, after)),
    ("following", |conn, state, who, after| social::following(conn, state, who.user, after)),
    ("blocks", |conn, state, who, after| social::blocks(conn, state, who.user, after)),
    ("mutes", |conn, state, who, after| social::mutes(conn, state, who.user, after)),
    ("sanctions", |conn, state, who, after| social::sanctions(conn, state, who.user, after)),
    ("advertisements", |conn, state, who, after| social::advertisements(conn, state, who.user, after)),
    ("notifications", |conn, state, who, after| notifications::copy(conn, state, who.user, after)),
    ("log", log),
];

/// Where the copy has come to.
enum Place {
    Start,
    /// In this list, after so much of it.
    List {
        index: usize,
        after: Option<Cursor>,
        empty: bool,
    },
    End,
}

/// A copy of all that Hostolink knows of the caller, as one JSON document: profile, sessions, wallet, codes, cards, pots, contacts, files of payments, requests to pay, payments asked back, every operation, favourites, suggestions, ratings, claims, shared positions, publications, comments, what they keep, whom they follow, block and mute, sanctions, advertisements, messages, notifications,
/// and what the log says of them. At most five a day.
#[utoipa::path(
    tag = "Identity",
    operation_id = "exportMe",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The copy, as a file", body = Object),
        (status = 403, description = "The session was not proven by a code: `auth.step_up_required`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Five today already: `auth.too_many_attempts`", body = Problem, content_type = "application/problem+json"),
        SignedInOnly,
    )
)]
#[get("/api/me/export")]
pub(super) async fn export(state: Data<State>, identity: Identity) -> ApiResult<HttpResponse> {
    let (auth, actor) = (state.auth.clone(), actor(Some(&identity)));
    state.database.run(move |conn| auth.count_export(conn, identity.user, &actor)).await?;
    let name = format!("hostolink-{}.json", state.clock.now().format("%Y-%m-%d"));
    let file = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name)],
    };
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(file)
        .streaming(copy(state, identity)))
}

/// The document, piece by piece. Where one can't be read the connection breaks: half a copy never looks whole.
fn copy(state: Data<State>, identity: Identity) -> impl Stream<Item = Result<Bytes, actix_web::Error>> {
    stream::try_unfold(Place::Start, move |place| {
        let state = state.clone();
        async move {
            let shared = state.clone();
            let piece = match place {
                Place::End => return Ok(None),
                Place::Start => state.database.run(move |conn| start(conn, &shared, identity)).await,
                Place::List { index, after, empty } => {
                    state
                        .database
                        .run(move |conn| list(conn, &shared, identity, index, after.as_ref(), empty))
                        .await
                }
            };
            Ok(Some(piece?))
        }
    })
}

/// What there is one of.
fn start(conn: &mut PgConnection, state: &State, who: Identity) -> ApiResult<(Bytes, Place)> {
    let head = json!({
        "exportedAt": state.clock.now(),
        "profile": ProfileView::from(state.auth.me(conn, who.user)?),
        "wallet": wallet::overview(conn, state, who.user)?,
    });
    let mut text = head.to_string();
    text.pop(); // the closing brace comes at the end
    text.push_str(&format!(",\"{}\":[", LISTS[0].0));
    Ok((text.into(), Place::List { index: 0, after: None, empty: true }))
}

/// The next page of a list, with what stands before and after it.
fn list(
    conn: &mut PgConnection,
    state: &State,
    who: Identity,
    index: usize,
    after: Option<&Cursor>,
    empty: bool,
) -> ApiResult<(Bytes, Place)> {
    let page = LISTS[index].1(conn, state, who, after)?;
    let mut text = String::new();
    for (position, item) in page.items.iter().enumerate() {
        if position > 0 || !empty {
            text.push(',');
        }
        text.push_str(&item.to_string());
    }
    let place = match (page.next, LISTS.get(index + 1)) {
        (next @ Some(_), _) => Place::List { index, after: next, empty: empty && page.items.is_empty() },
        (None, Some((name, _))) => {
            text.push_str(&format!("],\"{name}\":["));
            Place::List { index: index + 1, after: None, empty: true }
        }
        (None, None) => {
            text.push_str("]}");
            Place::End
        }
    };
    Ok((text.into(), place))
}

fn sessions(
    conn: &mut PgConnection,
    state: &State,
    who: Identity,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.auth.sessions(conn, who.user, after, Limit::MAX)?;
    Ok(page.map(|session| json!(SessionView::new(session, who.session))))
}

fn log(
    conn: &mut PgConnection,
    state: &State,
    who: Identity,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let _ = state;
    let page = audit::records_concerning(conn, who.user, who.public_id, after, Limit::MAX)?;
    Ok(page.map(|record| {
        json!(RecordView {
            by_me: record.actor.user == Some(who.user),
            action: record.action,
            object_kind: record.object_kind,
            object_id: record.object_id,
            details: record.details,
            trace_id: record.actor.trace_id,
            at: record.at,
        })
    }))
}
