//! Aliases of PI-SPI that administrators write down, until that rail exists.

use crate::{
    auth::actor,
    error::{ApiError, ApiResult, INVALID_FIELD},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
    wallet::problems::KeepingAliases,
};
use actix_web::{
    HttpResponse, delete, get, post,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use hostolink_kernel::{AccountId, PiAliasId};
use hostolink_wallet::{NewPiAlias, PiAliasRecord, codes, emv::PiAlias};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What the network knows an account by.
#[derive(Debug, Deserialize, ToSchema)]
struct PiAliasBody {
    /// A main account, a merchant's or a till's.
    #[schema(value_type = String, format = Uuid)]
    account: AccountId,
    /// A UUID of version 4: the kind `SHID`, the only one that codes print.
    #[schema(format = Uuid, example = "3497a720-ab11-4973-9619-534e04f263a1")]
    alias: String,
}

/// Of which account.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AliasesQuery {
    /// One account; all where it is left out.
    #[param(format = Uuid)]
    account: Option<String>,
}

/// An alias as it was written down.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PiAliasView {
    /// Its id, by which it is withdrawn.
    #[schema(value_type = String, format = Uuid)]
    id: PiAliasId,
    /// The account.
    #[schema(value_type = String, format = Uuid)]
    account: AccountId,
    /// The network's kind of alias.
    #[schema(example = "SHID")]
    kind: &'static str,
    /// What the network knows the account by.
    #[schema(format = Uuid)]
    alias: String,
    /// When it was written down.
    recorded_at: DateTime<Utc>,
    /// Since when it is printed no more.
    withdrawn_at: Option<DateTime<Utc>>,
}

impl From<PiAliasRecord> for PiAliasView {
    fn from(record: PiAliasRecord) -> Self {
        Self {
            id: record.id,
            account: record.account,
            kind: "SHID",
            alias: record.alias.uuid().to_string(),
            recorded_at: record.recorded_at,
            withdrawn_at: record.withdrawn_at,
        }
    }
}

/// A page of aliases.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PiAliasPage {
    /// The aliases, the oldest first, withdrawn ones among them.
    items: Vec<PiAliasView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The aliases of an account or of all, withdrawn ones among them.
#[utoipa::path(
    tag = "Back office",
    operation_id = "piAliases",
    security(("bearer" = [])),
    params(AliasesQuery, PageQuery),
    responses((status = 200, description = "A page of aliases", body = PiAliasPage), KeepingAliases)
)]
#[get("/api/admin/pi-aliases")]
pub(super) async fn list(
    state: Data<State>,
    of: Query<AliasesQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<PiAliasPage>> {
    let (limit, after) = (page.0.limit()?, page.0.cursor()?);
    let parse = |text: String| text.parse().map_err(|_| ApiError::field("account", &INVALID_FIELD));
    let account = of.0.account.map(parse).transpose()?;
    let wallets = state.wallets.clone();
    let page =
        state.database.run(move |conn| wallets.pi_aliases(conn, account, after.as_ref(), limit)).await?;
    let next_cursor = page.next.as_ref().map(|cursor| cursor.as_str().to_owned());
    Ok(Json(PiAliasPage { items: page.items.into_iter().map(PiAliasView::from).collect(), next_cursor }))
}

/// Writes down what PI-SPI knows an account by: its codes carry the network's template beside ours from then on.
#[utoipa::path(
    tag = "Back office",
    operation_id = "recordPiAlias",
    security(("bearer" = [])),
    request_body = PiAliasBody,
    responses((status = 201, description = "The alias", body = PiAliasView), KeepingAliases)
)]
#[post("/api/admin/pi-aliases")]
pub(super) async fn write_down(
    state: Data<State>,
    identity: Identity,
    body: Body<PiAliasBody>,
) -> ApiResult<HttpResponse> {
    let alias = PiAlias::parse(&body.0.alias);
    let alias = alias.ok_or_else(|| ApiError::field("alias", &codes::PI_ALIAS_INVALID))?;
    let new = NewPiAlias { account: body.0.account, alias, by: actor(Some(&identity)) };
    let wallets = state.wallets.clone();
    let recorded = state.database.run(move |conn| wallets.record_pi_alias(conn, &new)).await?;
    Ok(HttpResponse::Created().json(PiAliasView::from(recorded)))
}

/// Prints an alias no more. Codes that are on walls stay what they are.
#[utoipa::path(
    tag = "Back office",
    operation_id = "withdrawPiAlias",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The alias's id, not the alias", format = Uuid)),
    responses((status = 204, description = "It is withdrawn"), KeepingAliases)
)]
#[delete("/api/admin/pi-aliases/{id}")]
pub(super) async fn withdraw(
    state: Data<State>,
    identity: Identity,
    id: PathId<PiAliasId>,
) -> ApiResult<HttpResponse> {
    let (wallets, by) = (state.wallets.clone(), actor(Some(&identity)));
    state.database.run(move |conn| wallets.withdraw_pi_alias(conn, id.0, &by)).await?;
    Ok(HttpResponse::NoContent().finish())
}
