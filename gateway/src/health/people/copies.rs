//! What somebody kept, said, claimed and shows, for their copy of all that is known of them.

use super::{
    claims::ClaimView, favourites::FavouriteView, positions, ratings::ReviewView, suggestions::SuggestionView,
};
use crate::{error::ApiResult, state::State};
use diesel::PgConnection;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::{Value, json};

pub(crate) fn favourites(
    conn: &mut PgConnection,
    state: &State,
    who: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let (snapshot, now) = (state.directory.snapshot(), state.clock.now());
    let page = state.directory.favourites(conn, who, after, Limit::MAX)?;
    Ok(page.map(|kept| json!(FavouriteView::new(kept, &snapshot, now))))
}

pub(crate) fn suggestions(
    conn: &mut PgConnection,
    state: &State,
    who: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.directory.suggestions_of(conn, who, after, Limit::MAX)?;
    Ok(page.map(|said| json!(SuggestionView::from(said))))
}

pub(crate) fn ratings(
    conn: &mut PgConnection,
    state: &State,
    who: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.directory.reviews_of(conn, who, after, Limit::MAX)?;
    Ok(page.map(|review| json!(ReviewView::from(review))))
}

pub(crate) fn claims(
    conn: &mut PgConnection,
    state: &State,
    who: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.directory.claims_of(conn, who, after, Limit::MAX)?;
    Ok(page.map(|claim| json!(ClaimView::from(claim))))
}

pub(crate) fn shared_positions(
    conn: &mut PgConnection,
    state: &State,
    who: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let mut page = state.directory.positions_given(conn, who, after, Limit::MAX)?;
    let next = page.next.take();
    let items = positions::copy(conn, &state.auth, &page)?;
    Ok(Page { items: items.iter().map(|view| json!(view)).collect(), next })
}
