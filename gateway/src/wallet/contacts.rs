//! Whom the caller saved to pay them again.

use super::{
    bodies::Asked,
    problems::OwnContact,
    views::{PersonView, names},
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get,
    http::header::LOCATION,
    post, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::Auth;
use hostolink_kernel::{ContactId, Cursor, DomainError, Limit, Page, UserId};
use hostolink_wallet::{Contact, ContactName, NewContact};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

/// Whom to save, and under which name. Either `to` or `qr`.
#[derive(Debug, Deserialize, ToSchema)]
struct NewContactBody {
    /// Their phone number or e-mail address, in any usual spelling.
    #[schema(example = "07 08 09 10 11")]
    to: Option<String>,
    /// The payload of their own code, scanned.
    #[schema(max_length = 512)]
    qr: Option<String>,
    /// What the caller calls them.
    #[schema(min_length = 1, max_length = 60, example = "Tantie Aïcha")]
    name: String,
}

/// Another name.
#[derive(Debug, Deserialize, ToSchema)]
struct RenameBody {
    /// What the caller calls them.
    #[schema(min_length = 1, max_length = 60, example = "Aïcha (marché)")]
    name: String,
}

/// Which contacts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ContactQuery {
    /// A part of the name, however it is spelt; all where it is left out.
    #[param(max_length = 60, example = "aicha")]
    search: Option<String>,
}

/// Somebody whom the caller saved.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ContactView {
    /// Its id: what a transfer takes as `contact`.
    #[schema(value_type = String, format = Uuid)]
    id: ContactId,
    /// What the caller calls them.
    #[schema(example = "Tantie Aïcha")]
    name: String,
    /// Who it is, as others see them: show it before asking to confirm a payment.
    person: Option<PersonView>,
    /// When they were saved.
    created_at: DateTime<Utc>,
}

/// A page of contacts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ContactPage {
    /// The contacts, in the order of their names.
    items: Vec<ContactView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl ContactView {
    /// With the names that others see, asked for at once.
    fn all(conn: &mut PgConnection, auth: &Auth, contacts: &[Contact]) -> ApiResult<Vec<Self>> {
        let names = names(conn, auth, contacts.iter().map(|contact| contact.person))?;
        let view = |contact: &Contact| Self {
            id: contact.id,
            name: contact.name.as_str().to_owned(),
            person: names.get(&contact.person).map(PersonView::from),
            created_at: contact.created_at,
        };
        Ok(contacts.iter().map(view).collect())
    }

    fn one(conn: &mut PgConnection, auth: &Auth, contact: Contact) -> ApiResult<Self> {
        let mut views = Self::all(conn, auth, &[contact])?;
        views.pop().ok_or_else(ApiError::not_found)
    }
}

fn name(text: &str) -> ApiResult<ContactName> {
    ContactName::parse(text).map_err(|error| ApiError::field("name", error.code()))
}

/// Saves somebody to pay them again, at most 500. What is saved is the person, whatever number they take later.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "saveContact",
    security(("bearer" = [])),
    request_body = NewContactBody,
    responses((status = 201, description = "They are saved", body = ContactView), OwnContact)
)]
#[post("/api/wallet/contacts")]
pub(super) async fn save(
    state: Data<State>,
    identity: Identity,
    body: Body<NewContactBody>,
) -> ApiResult<HttpResponse> {
    let (body, owner, actor) = (body.0, identity.user, actor(Some(&identity)));
    let asked = Asked::read(body.to, body.qr, None, &state.config.regions)?;
    let name = name(&body.name)?;
    let shared = state.clone();
    let save = move |conn: &mut PgConnection| {
        let person = asked.person(conn, &shared, owner)?;
        let contact = shared.wallets.save_contact(conn, NewContact { owner, person, name, actor })?;
        ContactView::one(conn, &shared.auth, contact)
    };
    let view = state.database.run(save).await?;
    let location = format!("/api/wallet/contacts/{}", view.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(view))
}

/// The caller's contacts in the order of their names, all or those whose name has a part in it.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "contacts",
    security(("bearer" = [])),
    params(ContactQuery, PageQuery),
    responses((status = 200, description = "A page of contacts", body = ContactPage), OwnContact)
)]
#[get("/api/wallet/contacts")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    query: Query<ContactQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<ContactPage>> {
    let (limit, after) = (page.0.limit()?, page.0.cursor()?);
    let search = query.0.search.unwrap_or_default();
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let page = state.database.run(move |conn| {
        let page = wallets.contacts(conn, identity.user, &search, after.as_ref(), limit)?;
        let next_cursor = page.next.map(|cursor| cursor.as_str().to_owned());
        Ok::<_, ApiError>(ContactPage { items: ContactView::all(conn, &auth, &page.items)?, next_cursor })
    });
    Ok(Json(page.await?))
}

/// One of the caller's contacts.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "contact",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The contact's id", format = Uuid)),
    responses((status = 200, description = "The contact", body = ContactView), OwnContact)
)]
#[get("/api/wallet/contacts/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<ContactId>,
) -> ApiResult<Json<ContactView>> {
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let view = state.database.run(move |conn| {
        let contact = wallets.contact(conn, identity.user, id.0)?;
        ContactView::one(conn, &auth, contact)
    });
    Ok(Json(view.await?))
}

/// Gives one of the caller's contacts another name.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "renameContact",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The contact's id", format = Uuid)),
    request_body = RenameBody,
    responses((status = 200, description = "The contact as it is now", body = ContactView), OwnContact)
)]
#[put("/api/wallet/contacts/{id}")]
pub(super) async fn rename(
    state: Data<State>,
    identity: Identity,
    id: PathId<ContactId>,
    body: Body<RenameBody>,
) -> ApiResult<Json<ContactView>> {
    let (name, actor) = (name(&body.0.name)?, actor(Some(&identity)));
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let view = state.database.run(move |conn| {
        let contact = wallets.rename_contact(conn, (identity.user, id.0), &name, &actor)?;
        ContactView::one(conn, &auth, contact)
    });
    Ok(Json(view.await?))
}

/// Forgets one of the caller's contacts. What was paid stays.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "deleteContact",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The contact's id", format = Uuid)),
    responses((status = 204, description = "It is forgotten"), OwnContact)
)]
#[delete("/api/wallet/contacts/{id}")]
pub(super) async fn remove(
    state: Data<State>,
    identity: Identity,
    id: PathId<ContactId>,
) -> ApiResult<HttpResponse> {
    let (wallets, actor) = (state.wallets.clone(), actor(Some(&identity)));
    state.database.run(move |conn| wallets.delete_contact(conn, (identity.user, id.0), &actor)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A page of them for their owner's copy of all that is known.
pub(crate) fn copy(
    conn: &mut PgConnection,
    state: &State,
    owner: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.wallets.contacts(conn, owner, "", after, Limit::MAX)?;
    let items = ContactView::all(conn, &state.auth, &page.items)?;
    Ok(Page { items: items.iter().map(|view| json!(view)).collect(), next: page.next })
}
