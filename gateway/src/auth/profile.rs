//! One's own profile.

use super::{actor, problems::SignedInOnly, views::ProfileView};
use crate::{
    error::{ApiResult, Problem},
    extract::{Identity, IfMatch, Json as Body},
    state::State,
};
use actix_web::{
    HttpResponse, get,
    http::header::{ETag, EntityTag},
    patch,
    web::Data,
};
use hostolink_auth::{Profile, ProfileChange};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// What to change: a field that is left out stays, `null` empties one. Any other field is refused: what decides about an
/// account, its role, its proofs, its state, is not the caller's to say.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct ProfileBody {
    /// The given name.
    #[schema(value_type = Option<String>, max_length = 80, example = "Awa")]
    #[serde(deserialize_with = "given")]
    first_name: Option<Option<String>>,
    /// The family name.
    #[schema(value_type = Option<String>, max_length = 80, example = "Koné")]
    #[serde(deserialize_with = "given")]
    last_name: Option<Option<String>>,
    /// The country: ISO 3166-1 alpha-2.
    #[schema(value_type = Option<String>, min_length = 2, max_length = 2, example = "CI")]
    #[serde(deserialize_with = "given")]
    country: Option<Option<String>>,
    /// The postal address, on one line.
    #[schema(value_type = Option<String>, max_length = 200, example = "Cocody, rue des Jardins, Abidjan")]
    #[serde(deserialize_with = "given")]
    address: Option<Option<String>>,
    /// What the person does for a living.
    #[schema(value_type = Option<String>, max_length = 80, example = "Couturière")]
    #[serde(deserialize_with = "given")]
    profession: Option<Option<String>>,
    /// The day of birth.
    #[schema(value_type = Option<String>, format = Date, example = "1990-02-28")]
    #[serde(deserialize_with = "given")]
    birth_date: Option<Option<String>>,
    /// In which language messages are to be: `fr` or `en`.
    #[schema(value_type = Option<String>, example = "fr")]
    #[serde(deserialize_with = "given")]
    language: Option<Option<String>>,
}

/// Tells `null` from a field that is left out.
fn given<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(field).map(Some)
}

impl ProfileBody {
    fn read(self, seen: IfMatch) -> ApiResult<ProfileChange> {
        type Set = fn(&mut ProfileChange, Option<&str>) -> Result<(), hostolink_auth::Error>;
        let mut change = ProfileChange::default();
        let fields: [(Option<Option<String>>, Set); 7] = [
            (self.first_name, ProfileChange::first_name),
            (self.last_name, ProfileChange::last_name),
            (self.country, ProfileChange::country),
            (self.address, ProfileChange::address),
            (self.profession, ProfileChange::profession),
            (self.birth_date, ProfileChange::birth_date),
            (self.language, ProfileChange::language),
        ];
        for (given, set) in fields {
            if let Some(text) = given {
                set(&mut change, text.as_deref())?;
            }
        }
        if let IfMatch::OneOf(versions) = seen {
            change.seen(versions);
        }
        Ok(change)
    }
}

/// The caller's own profile. `ETag` names its version, for a change of it.
#[utoipa::path(
    tag = "Identity",
    operation_id = "me",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "Who is asking", body = ProfileView, headers(("ETag" = String, description = "This version of the profile"))),
        SignedInOnly,
    )
)]
#[get("/api/me")]
pub(super) async fn me(state: Data<State>, identity: Identity) -> ApiResult<HttpResponse> {
    let auth = state.auth.clone();
    Ok(answer(state.database.run(move |conn| auth.me(conn, identity.user)).await?))
}

/// Changes the caller's own profile: only the fields that are sent. `If-Match` says which version they were looking at.
#[utoipa::path(
    tag = "Identity",
    operation_id = "updateMe",
    security(("bearer" = [])),
    params(("If-Match" = String, Header, description = "The `ETag` of what was read, or `*`")),
    request_body = ProfileBody,
    responses(
        (status = 200, description = "As it is now", body = ProfileView, headers(("ETag" = String, description = "This version of the profile"))),
        (status = 400, description = "A field is not one of these, or has not the expected form: `request.*`, `auth.*_invalid`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "It has changed since it was read: `auth.profile_changed`", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing: `request.version_required`", body = Problem, content_type = "application/problem+json"),
        SignedInOnly,
    )
)]
#[patch("/api/me")]
pub(super) async fn update_me(
    state: Data<State>,
    identity: Identity,
    seen: IfMatch,
    body: Body<ProfileBody>,
) -> ApiResult<HttpResponse> {
    let change = body.0.read(seen)?;
    let (auth, actor) = (state.auth.clone(), actor(Some(&identity)));
    let update = move |conn: &mut _| auth.update_profile(conn, identity.user, &change, &actor);
    Ok(answer(state.database.run(update).await?))
}

fn answer(profile: Profile) -> HttpResponse {
    let version = ETag(EntityTag::new_strong(profile.version()));
    HttpResponse::Ok().insert_header(version).json(ProfileView::from(profile))
}
