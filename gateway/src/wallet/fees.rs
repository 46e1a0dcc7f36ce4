//! What operations cost: the scales in force and to come, for who sets them.

use super::{
    limits::{OperationName, francs_of},
    problems::SettingRules,
    views::{PersonView, names},
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PageQuery, Query},
    state::State,
    wire::wire,
};
use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json},
};
use chrono::{DateTime, NaiveDate, Utc};
use hostolink_auth::Recipient;
use hostolink_kernel::{DomainError, UserId, Xof};
use hostolink_wallet::{Band, NewScale, Operation, Payer, Scale, codes};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

wire! {
    /// `giver` pays it on top of the amount; `receiver`, of payments by code alone, is the merchant: it goes off the amount, and off what cards
    /// pay there.
    PayerName of Payer, "giver"
}

/// What amounts from a lowest one on cost, up to the next band.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct BandBody {
    /// The amount from which on it applies, in whole francs CFA. The first band begins at 0.
    #[schema(minimum = 0, example = 0)]
    from_amount: i64,
    /// Francs, whatever the amount.
    #[schema(minimum = 0, example = 0)]
    fixed: i64,
    /// Ten-thousandths of the amount on top, rounded up to the next franc.
    #[schema(minimum = 0, maximum = 10_000, example = 100)]
    basis_points: u16,
    /// At least this, the fixed part included.
    #[schema(minimum = 0)]
    minimum: Option<i64>,
    /// At most this.
    #[schema(minimum = 0)]
    maximum: Option<i64>,
    /// Ten-thousandths of the fee that the agent earns, rounded down; the rest is Hostolink's. Of cash-in and cash-out, and of what merchants
    /// pay whom an agent brought.
    #[schema(minimum = 0, maximum = 10_000)]
    #[serde(default)]
    agent_share: u16,
}

impl From<&Band> for BandBody {
    fn from(band: &Band) -> Self {
        Self {
            from_amount: band.from_amount().francs(),
            fixed: band.fixed().francs(),
            basis_points: band.basis_points(),
            minimum: band.minimum().map(Xof::francs),
            maximum: band.maximum().map(Xof::francs),
            agent_share: band.agent_share(),
        }
    }
}

impl BandBody {
    /// As a merchant sees it: what agents share is not theirs to know.
    pub(super) fn for_merchants(band: &Band) -> Self {
        Self { agent_share: 0, ..band.into() }
    }

    fn read(&self) -> ApiResult<Band> {
        let bound = |field, francs: Option<i64>| francs.map(|francs| francs_of(field, francs)).transpose();
        Band::try_new(
            francs_of("fromAmount", self.from_amount)?,
            francs_of("fixed", self.fixed)?,
            self.basis_points,
            (bound("minimum", self.minimum)?, bound("maximum", self.maximum)?),
            self.agent_share,
        )
        .map_err(|error| ApiError::field("bands", error.code()))
    }
}

/// What an operation costs from a day on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ScaleView {
    /// Which operation.
    operation: OperationName,
    /// Who pays it.
    payer: PayerName,
    /// Its bands, the lowest first.
    bands: Vec<BandBody>,
    /// In force from the beginning of this day, UTC.
    from: NaiveDate,
    /// Until the beginning of this day: that of the operation's next scale.
    until: Option<NaiveDate>,
    /// Who set it; `null` came with the program.
    set_by: Option<PersonView>,
    /// When it was set.
    set_at: DateTime<Utc>,
}

impl ScaleView {
    fn new(scale: &Scale, names: &HashMap<UserId, Recipient>) -> Self {
        Self {
            operation: OperationName(scale.operation),
            payer: PayerName(scale.payer),
            bands: scale.bands.iter().map(BandBody::from).collect(),
            from: scale.from,
            until: scale.until,
            set_by: scale.set_by.and_then(|user| names.get(&user)).map(PersonView::from),
            set_at: scale.set_at,
        }
    }
}

/// A page of scales.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ScalePage {
    /// The latest first: past ones, those in force and those to come.
    items: Vec<ScaleView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A scale to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewScaleBody {
    /// Which operation.
    operation: OperationName,
    /// Who pays it; `giver` where it is left out.
    payer: Option<PayerName>,
    /// Its bands, the lowest first: at most 50.
    bands: Vec<BandBody>,
    /// From the beginning of this day, UTC: tomorrow at the earliest.
    from: NaiveDate,
}

impl NewScaleBody {
    fn read(self) -> ApiResult<NewScale> {
        let bands = self.bands.iter().map(BandBody::read).collect::<ApiResult<_>>()?;
        let scale = match (self.operation.0, self.payer.map_or(Payer::Giver, |payer| payer.0)) {
            (operation, Payer::Giver) => NewScale::try_new(operation, bands, self.from),
            (Operation::QrPayment, Payer::Receiver) => NewScale::commission(bands, self.from),
            (_, Payer::Receiver) => return Err(ApiError::field("payer", &codes::SCALE_INVALID)),
        };
        scale.map_err(|error| ApiError::field("bands", error.code()))
    }
}

/// All scales of fees with their history: what was in force when, who set it, what is to come.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "fees",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of scales", body = ScalePage), SettingRules)
)]
#[get("/api/admin/fees")]
pub(super) async fn list(state: Data<State>, query: Query<PageQuery>) -> ApiResult<Json<ScalePage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let shared = state.clone();
    let page = state.database.run(move |conn| {
        let page = shared.wallets.scales(conn, after.as_ref(), limit)?;
        let names = names(conn, &shared.auth, page.items.iter().filter_map(|scale| scale.set_by))?;
        let items = page.items.iter().map(|scale| ScaleView::new(scale, &names)).collect();
        Ok::<_, ApiError>(ScalePage { items, next_cursor: page.next.map(|next| next.as_str().to_owned()) })
    });
    Ok(Json(page.await?))
}

/// Adds a scale from a day to come. What was and what is in force never changes.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "addFees",
    security(("bearer" = [])),
    request_body = NewScaleBody,
    responses((status = 201, description = "It begins that day", body = ScaleView), SettingRules)
)]
#[post("/api/admin/fees")]
pub(super) async fn add(
    state: Data<State>,
    identity: Identity,
    body: Body<NewScaleBody>,
) -> ApiResult<HttpResponse> {
    let (new, by, shared) = (body.0.read()?, actor(Some(&identity)), state.clone());
    let view = state.database.run(move |conn| {
        let scale = shared.wallets.add_scale(conn, &by, &new)?;
        let names = names(conn, &shared.auth, scale.set_by.into_iter())?;
        Ok::<_, ApiError>(ScaleView::new(&scale, &names))
    });
    Ok(HttpResponse::Created().json(view.await?))
}
