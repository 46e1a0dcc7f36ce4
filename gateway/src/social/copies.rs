//! What somebody published, said and decided about others, for their copy of all that is known of them.

use super::{
    advertisements::AdvertisementView,
    comments::CommentView,
    moderation_views::{Reader, SanctionView},
    publication_views::{People, PublicationView},
    viewer,
};
use crate::{error::ApiResult, state::State};
use diesel::PgConnection;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde::Serialize;
use serde_json::{Value, json};

/// Views as they are written, and where the next page starts.
fn written(views: &[impl Serialize], next: Option<Cursor>) -> Page<Value> {
    Page { items: views.iter().map(|view| json!(view)).collect(), next }
}

pub(crate) fn publications(
    conn: &mut PgConnection,
    state: &State,
    who: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.social.everything_published(conn, who, after, Limit::MAX)?;
    Ok(written(&PublicationView::all(conn, state, who, page.items)?, page.next))
}

pub(crate) fn comments(
    conn: &mut PgConnection,
    state: &State,
    who: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.social.everything_said(conn, who, after, Limit::MAX)?;
    Ok(written(&CommentView::all(conn, state, page.items)?, page.next))
}

pub(crate) fn saved(
    conn: &mut PgConnection,
    state: &State,
    who: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let viewer = viewer(conn, who)?;
    let page = state.social.saved(conn, &viewer, after, Limit::MAX)?;
    Ok(page.map(|publication| json!({ "id": publication.id })))
}

fn people(conn: &mut PgConnection, state: &State, page: Page<UserId>) -> ApiResult<Page<Value>> {
    let people = People::read(conn, state, page.items.iter().copied())?;
    Ok(written(&people.all(&page.items), page.next))
}

pub(crate) fn following(
    conn: &mut PgConnection,
    state: &State,
    who: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.social.follows(conn, (who, who), true, after, Limit::MAX)?;
    people(conn, state, page)
}

pub(crate) fn blocks(
    conn: &mut PgConnection,
    state: &State,
    who: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.social.blocks(conn, who, after, Limit::MAX)?;
    people(conn, state, page)
}

pub(crate) fn mutes(
    conn: &mut PgConnection,
    state: &State,
    who: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.social.mutes(conn, who, after, Limit::MAX)?;
    people(conn, state, page)
}

pub(crate) fn sanctions(
    conn: &mut PgConnection,
    state: &State,
    who: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.social.sanctions_of(conn, who, after, Limit::MAX)?;
    Ok(written(&SanctionView::all(conn, state, page.items, Reader::Concerned)?, page.next))
}

pub(crate) fn advertisements(
    conn: &mut PgConnection,
    state: &State,
    who: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.social.advertisements_of(conn, who, after, Limit::MAX)?;
    Ok(written(&AdvertisementView::all(conn, page.items)?, page.next))
}
