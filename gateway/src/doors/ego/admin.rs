//! What EGO's superadmins do: sign in, read and change their own profile, list people, make accounts for others.

use super::{
    account,
    answers::{DataAnswer, LoginAnswer},
    bodies::{AdminOtpBody, CreateBody, LoginBody, UpdateBody},
    problems::{Administering, Inviting, SigningInAsAdmin},
    profile::{PeopleView, ProfileView},
    sessions::sign_in,
    wishes,
};
use crate::{
    auth::{actor, reset::send_invitation},
    error::{ApiError, ApiResult, FORBIDDEN},
    extract::{DeviceBody, Identity, Json as Body, PageQuery, Query},
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_auth::{Activity, Door, Role, Search, SignedInAs, VerifyOtp};
use hostolink_kernel::ExposeSecret;
use hostolink_notifier::Channel;
use hostolink_social::Counts;

/// Signs an administrator in. Anybody else is refused, right password or not, and gets no session.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoAdminLogin",
    request_body = LoginBody,
    responses((status = 200, description = "Signed in; or a challenge, where a second factor is on", body = LoginAnswer), SigningInAsAdmin)
)]
#[post("/api/v1/admin/login")]
pub(super) async fn login(
    state: Data<State>,
    request: HttpRequest,
    body: Body<LoginBody>,
) -> ApiResult<Json<LoginAnswer>> {
    let entered = sign_in(&state, &request, body.0).await?;
    if let Ok(signed_in) = &entered
        && signed_in.profile.role < Role::Admin
    {
        let (auth, actor) = (state.auth.clone(), actor(None));
        let who = SignedInAs { user: signed_in.profile.user, session: signed_in.session };
        state.database.run(move |conn| auth.sign_out(conn, who, &actor)).await?;
        return Err(ApiError::new(&FORBIDDEN));
    }
    Ok(Json(LoginAnswer::of(&state, entered)?))
}

/// Proves the administrator's session by the code that `users/resend-otp` mailed when asked with this bearer token: the
/// new pair takes the place of the old one, and may make accounts.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoAdminVerifyOtp",
    security(("bearer" = [])),
    request_body = AdminOtpBody,
    responses((status = 200, description = "Signed in, proven by a code; or a challenge, where a second factor is on", body = LoginAnswer), Administering)
)]
#[post("/api/v1/admin/verify-otp")]
pub(super) async fn verify_otp(
    state: Data<State>,
    request: HttpRequest,
    identity: Identity,
    body: Body<AdminOtpBody>,
) -> ApiResult<Json<LoginAnswer>> {
    let device = DeviceBody::read(None, &request)?;
    let (auth, actor) = (state.auth.clone(), actor(Some(&identity)));
    let verify = move |conn: &mut _| {
        let own = auth.me(conn, identity.user)?;
        let shown = VerifyOtp {
            identifier: own.email.as_deref().unwrap_or_default(),
            code: body.0.otp.expose_secret(),
            attempt_token: None,
            signed_in: Some(identity.session),
            door: Door::Ego,
            device: device.as_ref(),
        };
        auth.verify_otp(conn, shown, &actor)
    };
    let entered = state.database.run(verify).await;
    state.ended(identity.session);
    Ok(Json(LoginAnswer::of(&state, entered)?))
}

/// The administrator's own profile.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoAdminProfile",
    security(("bearer" = [])),
    responses((status = 200, description = "Who is asking", body = DataAnswer<ProfileView>), Administering)
)]
#[get("/api/v1/admin/profile")]
pub(super) async fn profile(
    state: Data<State>,
    identity: Identity,
) -> ApiResult<Json<DataAnswer<ProfileView>>> {
    Ok(Json(DataAnswer::of(account::read(&state, identity.user).await?)))
}

/// Changes the administrator's own profile.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoAdminUpdate",
    security(("bearer" = [])),
    request_body = UpdateBody,
    responses((status = 200, description = "As it is now", body = DataAnswer<ProfileView>), Administering)
)]
#[post("/api/v1/admin/update")]
pub(super) async fn update(
    state: Data<State>,
    identity: Identity,
    body: Body<UpdateBody>,
) -> ApiResult<Json<DataAnswer<ProfileView>>> {
    Ok(Json(DataAnswer::of(account::change(&state, &identity, body.0).await?)))
}

/// Everybody, the newest first, a page at a time.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoAdminUsers",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of people", body = DataAnswer<PeopleView>), Administering)
)]
#[get("/api/v1/admin/users")]
pub(super) async fn users(
    state: Data<State>,
    page: Query<PageQuery>,
) -> ApiResult<Json<DataAnswer<PeopleView>>> {
    let search = Search { text: None, after: page.0.cursor()?, limit: page.0.limit()? };
    let (auth, social) = (state.auth.clone(), state.social.clone());
    let list = move |conn: &mut PgConnection| {
        let people = auth.users(conn, &search)?;
        let keys: Vec<_> = people.items.iter().map(|person| person.user).collect();
        let activity = auth.activity(conn, &keys)?;
        let counts = social.counts(conn, &keys)?;
        Ok::<_, ApiError>(PeopleView::of(people, activity, &counts))
    };
    Ok(Json(DataAnswer::of(state.database.run(list).await?)))
}

/// Makes an account for an administrator. They choose their password themselves, from the mail that invites them.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoCreateAdmin",
    security(("bearer" = [])),
    request_body = CreateBody,
    responses((status = 201, description = "Invited", body = DataAnswer<ProfileView>), Inviting)
)]
#[post("/api/v1/admin/create-admin")]
pub(super) async fn create_admin(
    state: Data<State>,
    identity: Identity,
    body: Body<CreateBody>,
) -> ApiResult<HttpResponse> {
    invite(&state, &identity, body.0, Role::Admin).await
}

/// Makes an account for a client. They choose their password themselves, from the mail that invites them.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoCreateClient",
    security(("bearer" = [])),
    request_body = CreateBody,
    responses((status = 201, description = "Invited", body = DataAnswer<ProfileView>), Inviting)
)]
#[post("/api/v1/admin/create-client")]
pub(super) async fn create_client(
    state: Data<State>,
    identity: Identity,
    body: Body<CreateBody>,
) -> ApiResult<HttpResponse> {
    invite(&state, &identity, body.0, Role::User).await
}

async fn invite(state: &State, identity: &Identity, body: CreateBody, role: Role) -> ApiResult<HttpResponse> {
    let CreateBody { firstname, lastname, email, phone_number } = body;
    let (email, person) = wishes::person(&email, &firstname, &lastname, phone_number.as_deref())?;
    state.notifier.check(Channel::Email)?;
    let (auth, actor) = (state.auth.clone(), actor(Some(identity)));
    let invite = move |conn: &mut _| {
        let invited = auth.invite(conn, &actor, &email, &person, role)?;
        let requested = auth.request_reset(conn, email.as_str(), &actor)?;
        Ok::<_, hostolink_auth::Error>((invited, requested.delivery))
    };
    let (invited, delivery) = state.database.run(invite).await?;
    if let Some(delivery) = &delivery {
        send_invitation(state, delivery);
    }
    let view = ProfileView::of(invited, Activity::default(), Counts::default());
    Ok(HttpResponse::Created().json(DataAnswer::of(view)))
}
