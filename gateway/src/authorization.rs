//! Who may do what: the one matrix of the API. The middleware enforces it, `docs/AUTHORIZATION.md` prints it, the
//! contract tests call every line of it, and a route that is missing here does not answer.

use hostolink_auth::{Permission, Permissions, ProofKind, Role};

/// One route and who may use it.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The HTTP method.
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub who: Who,
    /// Whether the session must have been proven by a one-time code on its device.
    pub otp: bool,
    /// Whose objects its path names.
    pub objects: Objects,
    /// What it changes, and where that is written down.
    pub change: Change,
    /// Which proofs it has judged: each try moves the counters of their kind, whatever else is wrong with it.
    pub judges: &'static [ProofKind],
    /// Whether it exists in development only.
    pub development: bool,
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    Anyone,
    /// Everybody; a bearer token is looked at where there is one.
    AnyoneOrSignedIn,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever has this role or a higher one.
    AtLeast(Role),
    /// Whoever's role holds this permission in `role_permission`: for what no ladder orders.
    May(Permission),
}

/// Whose objects a route's path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objects {
    /// None, or nobody's.
    Open,
    /// Only what is the caller's own; another's answers like one that does not exist.
    Own,
    /// Anybody's: that is what the role is for.
    Any,
}

/// What a route changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing that outlives the request.
    Nothing,
    /// State; one row of the audit log with this action says so.
    Logged(&'static str),
    /// State that is a log of its own, in this table.
    Noted(&'static str),
    /// Money; the ledger's transaction and chain say so.
    Posted,
}

impl Route {
    const fn new(method: &'static str, path: &'static str) -> Self {
        Self {
            method,
            path,
            who: Who::Anyone,
            otp: false,
            objects: Objects::Open,
            change: Change::Nothing,
            judges: &[],
            development: false,
        }
    }

    const fn optionally_signed_in(mut self) -> Self {
        self.who = Who::AnyoneOrSignedIn;
        self
    }

    const fn signed_in(mut self) -> Self {
        self.who = Who::SignedIn;
        self.objects = Objects::Own;
        self
    }

    const fn at_least(mut self, role: Role) -> Self {
        self.who = Who::AtLeast(role);
        self.objects = Objects::Any;
        self
    }

    /// Of a role, and yet only the caller's own.
    const fn own(mut self) -> Self {
        self.objects = Objects::Own;
        self
    }

    const fn may(mut self, permission: Permission) -> Self {
        self.who = Who::May(permission);
        self.objects = Objects::Any;
        self
    }

    const fn otp_proven(mut self) -> Self {
        self.otp = true;
        self
    }

    const fn logs(mut self, action: &'static str) -> Self {
        self.change = Change::Logged(action);
        self
    }

    const fn notes(mut self, table: &'static str) -> Self {
        self.change = Change::Noted(table);
        self
    }

    const fn judges(mut self, kinds: &'static [ProofKind]) -> Self {
        self.judges = kinds;
        self
    }

    const fn posts(mut self) -> Self {
        self.change = Change::Posted;
        self
    }

    const fn development_only(mut self) -> Self {
        self.development = true;
        self
    }

    /// Whether the session is read fresh from the database before the body is: for administration. What moves money
    /// reads it fresh after the body, in the step that moves it.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        matches!(self.who, Who::AtLeast(_) | Who::May(_)) && self.change != Change::Posted
    }
}

const fn get(path: &'static str) -> Route {
    Route::new("GET", path)
}

const fn post(path: &'static str) -> Route {
    Route::new("POST", path)
}

const fn put(path: &'static str) -> Route {
    Route::new("PUT", path)
}

const fn delete(path: &'static str) -> Route {
    Route::new("DELETE", path)
}

const fn patch(path: &'static str) -> Route {
    Route::new("PATCH", path)
}

/// Either of the two that a second factor may be.
const SECOND_FACTOR: &[ProofKind] = &[ProofKind::Totp, ProofKind::RecoveryCode];

/// The whole API, a domain at a time.
pub const ROUTES: &[Route] = &[
    // The program
    get("/health/live"),
    get("/health/ready"),
    get("/metrics"),
    get("/api/openapi.json"),
    get("/api/openapi-3.0.json"),
    get("/docs/{_:.*}"),
    get("/docs"),
    get("/"),
    get("/.well-known/jwks.json"),
    get("/api/dev/outbox").development_only(),
    get("/media/{name}").development_only(),
    // Identity
    post("/api/check-user"),
    post("/api/register-user").logs("auth.registered"),
    post("/api/define-password").optionally_signed_in().logs("auth.password_defined"),
    post("/api/generate-otp").logs("auth.code_generated"),
    post("/api/verify-otp").logs("auth.signed_in").judges(&[ProofKind::Code]),
    post("/api/verify-pin").logs("auth.signed_in").judges(&[ProofKind::Password]),
    post("/api/verify-code").logs("auth.signed_in").judges(&[ProofKind::Code]),
    post("/api/verify-totp").logs("auth.signed_in").judges(SECOND_FACTOR),
    post("/api/forgot-password").logs("auth.reset_requested"),
    post("/api/reset-password").logs("auth.password_reset").judges(&[ProofKind::ResetToken, ProofKind::Code]),
    get("/reset-password"),
    get("/revert-change"),
    post("/api/refresh-token").logs("auth.session_refreshed"),
    post("/api/sign-out").signed_in().logs("auth.signed_out"),
    get("/api/sessions").signed_in(),
    delete("/api/sessions").signed_in().logs("auth.sessions_closed"),
    delete("/api/sessions/{id}").signed_in().logs("auth.sessions_closed"),
    get("/api/pin").signed_in(),
    put("/api/pin").signed_in().otp_proven().logs("auth.pin_defined"),
    post("/api/pin/verify").signed_in().logs("auth.pin_verified").judges(&[ProofKind::Pin]),
    delete("/api/pin").signed_in().logs("auth.pin_removed"),
    get("/api/totp").signed_in(),
    post("/api/totp").signed_in().otp_proven().logs("auth.totp_enrolled"),
    post("/api/totp/confirm").signed_in().otp_proven().logs("auth.totp_on").judges(&[ProofKind::Totp]),
    post("/api/totp/recovery-codes")
        .signed_in()
        .otp_proven()
        .logs("auth.recovery_codes_renewed")
        .judges(SECOND_FACTOR),
    delete("/api/totp").signed_in().otp_proven().logs("auth.totp_off").judges(SECOND_FACTOR),
    get("/api/me").signed_in(),
    patch("/api/me").signed_in().logs("auth.profile_updated"),
    get("/api/me/export").signed_in().otp_proven().logs("auth.exported"),
    post("/api/me/identifiers").signed_in().otp_proven().logs("auth.identifier_change_requested"),
    post("/api/me/identifiers/confirm").signed_in().otp_proven().logs("auth.identifier_changed"),
    delete("/api/me/identifiers/{kind}").signed_in().otp_proven().logs("auth.identifier_removed"),
    post("/api/identifier-changes/revert").logs("auth.identifier_reverted"),
    post("/api/me/deletion").signed_in().otp_proven().logs("auth.deletion_requested"),
    post("/api/me/deletion/cancel").signed_in().otp_proven().logs("auth.deletion_cancelled"),
    get("/api/users").at_least(Role::Admin),
    put("/api/users/{id}/role").at_least(Role::Admin).otp_proven().logs("auth.role_set"),
    // Text messages
    post("/api/hooks/orange-sms/{secret}").notes("envoi_sms"),
    post("/api/hooks/twilio-sms").notes("envoi_sms"),
    get("/api/admin/sms").at_least(Role::Admin),
    // EGO Transfert; each also with a slash at its end
    post("/api/v1/users/register").logs("auth.registered"),
    post("/api/v1/users/verify-otp").logs("auth.code_verified").judges(&[ProofKind::Code]),
    post("/api/v1/users/resend-otp").logs("auth.code_generated"),
    post("/api/v1/users/login").logs("auth.signed_in").judges(&[ProofKind::Password]),
    post("/api/v1/users/refresh-token").logs("auth.session_refreshed"),
    post("/api/v1/users/request-reset-password").logs("auth.reset_requested"),
    post("/api/v1/users/reset-password").logs("auth.password_reset").judges(&[ProofKind::ResetToken]),
    get("/api/v1/users/profile").signed_in(),
    post("/api/v1/users/update").signed_in().logs("auth.profile_updated"),
    post("/api/v1/users/delete").signed_in().logs("auth.deletion_requested"),
    post("/api/v1/admin/login").logs("auth.signed_in").judges(&[ProofKind::Password]),
    post("/api/v1/admin/verify-otp")
        .at_least(Role::Admin)
        .own()
        .logs("auth.signed_in")
        .judges(&[ProofKind::Code]),
    get("/api/v1/admin/profile").at_least(Role::Admin).own(),
    post("/api/v1/admin/update").at_least(Role::Admin).own().logs("auth.profile_updated"),
    get("/api/v1/admin/users").at_least(Role::Admin),
    post("/api/v1/admin/create-admin").at_least(Role::Superadmin).otp_proven().logs("auth.user_created"),
    post("/api/v1/admin/create-client").at_least(Role::Admin).otp_proven().logs("auth.user_created"),
    post("/api/users/{id}/block").may(Permission::ModeratePeople).otp_proven().logs("auth.user_blocked"),
    post("/api/users/{id}/unblock").may(Permission::ModeratePeople).otp_proven().logs("auth.user_unblocked"),
    post("/api/users/{id}/end-sessions")
        .may(Permission::ModeratePeople)
        .otp_proven()
        .logs("auth.user_signed_out"),
    get("/api/admin/roles").at_least(Role::Superadmin),
    put("/api/admin/roles/{id}").at_least(Role::Superadmin).otp_proven().logs("auth.role_permissions_set"),
    post("/api/me/photo").signed_in(),
    put("/api/me/photo").signed_in().logs("auth.photo_set"),
    delete("/api/me/photo").signed_in().logs("auth.photo_removed"),
    get("/api/identity-verification").signed_in(),
    post("/api/identity-verification").signed_in().otp_proven().logs("auth.identity_submitted"),
    put("/api/identity-verification/files/{kind}").signed_in().otp_proven().logs("auth.identity_file_put"),
    get("/api/admin/identity-verifications").may(Permission::ReviewIdentity).otp_proven(),
    get("/api/admin/identity-verifications/{id}")
        .may(Permission::ReviewIdentity)
        .otp_proven()
        .logs("auth.identity_seen"),
    get("/api/admin/identity-verifications/{id}/files/{kind}")
        .may(Permission::ReviewIdentity)
        .otp_proven()
        .logs("auth.identity_file_seen"),
    post("/api/admin/identity-verifications/{id}/accept")
        .may(Permission::ReviewIdentity)
        .otp_proven()
        .logs("auth.identity_favoured"),
    post("/api/admin/identity-verifications/{id}/refuse")
        .may(Permission::ReviewIdentity)
        .otp_proven()
        .logs("auth.identity_refused"),
    // The microservice suite's gateway
    post("/Gateway/create_user").logs("auth.registered"),
    post("/Gateway/resend_confirmation").logs("auth.link_requested"),
    get("/Gateway/confirmation"),
    post("/Gateway/confirmation").logs("auth.identifier_proven").judges(&[ProofKind::ConfirmationLink]),
    post("/Gateway/login").logs("auth.signed_in").judges(&[ProofKind::Password]),
    post("/Gateway/forgot_password").logs("auth.reset_requested"),
    post("/Gateway/reset_password").logs("auth.password_reset").judges(&[ProofKind::ResetToken]),
    // Money
    get("/api/wallet").signed_in(),
    get("/api/wallet/transactions").signed_in(),
    get("/api/wallet/transactions/{id}").signed_in(),
    get("/api/dashboard").signed_in(),
    post("/api/wallet/transfers").signed_in().otp_proven().posts(),
    post("/api/wallet/transfers/quote").signed_in().otp_proven(),
    get("/api/wallet/transfers/by-key/{key}").signed_in(),
    post("/api/wallet/transfers/{id}/refund").signed_in().otp_proven().posts(),
    get("/api/wallet/qr").signed_in(),
    get("/api/wallet/qr.png").signed_in(),
    get("/api/wallet/qr.svg").signed_in(),
    post("/api/wallet/qr").signed_in().logs("wallet.qr_created"),
    get("/api/wallet/qr/{id}").signed_in(),
    post("/api/wallet/qr/scan").signed_in(),
    post("/api/agent/cash-ins").may(Permission::CashIn).otp_proven().posts(),
    post("/api/admin/floats").at_least(Role::Superadmin).otp_proven().posts(),
    // Health directory
    get("/api/health/establishments"),
    get("/api/health/establishments/{id}"),
    get("/api/health/emergency-numbers"),
    get("/api/health/sources"),
];

/// The line for a method and a path pattern.
#[must_use]
pub fn find(method: &str, pattern: &str) -> Option<&'static Route> {
    ROUTES.iter().find(|route| route.method == method && route.path == pattern)
}

/// The methods that a path takes, for the `Allow` header.
#[must_use]
pub fn methods(pattern: &str) -> Vec<&'static str> {
    ROUTES.iter().filter(|route| route.path == pattern).map(|route| route.method).collect()
}

/// `docs/AUTHORIZATION.md`.
#[must_use]
pub fn to_markdown() -> String {
    let mut page = String::from(
        "# Who may do what\n\nGenerated by `hostolink routes --markdown` from `gateway/src/authorization.rs`; a test keeps it equal.\n\n\
         What is for administrators is for superadmins too. `may …` names a permission: which roles have it stands in `role_permission`,\n\
         where a superadmin changes it; the columns show it as a new installation has it. *code*: the session was proven by a one-time\n\
         code on this device. *own*: another's object answers 404, like one that does not exist. *judges*: the\n\
         counters that each try of a proof moves before it is looked at.\n\n\
         | method | path | anonymous |",
    );
    for role in Role::ALL {
        page.push_str(&format!(" {} |", role.as_str()));
    }
    page.push_str(" who | session | objects | change |\n|---|---|---|");
    page.push_str(&"---|".repeat(Role::ALL.len()));
    page.push_str("---|---|---|---|\n");
    for route in ROUTES {
        page.push_str(&format!("| {} | `{}` |", route.method, route.path));
        for role in std::iter::once(None).chain(Role::ALL.map(Some)) {
            page.push_str(match answer(route, role) {
                Answer::Yes => " yes |",
                Answer::SignIn => " 401 |",
                Answer::Forbidden => " 403 |",
            });
        }
        let change = match route.change {
            Change::Nothing => "none".to_owned(),
            Change::Logged(action) => format!("log `{action}`"),
            Change::Noted(table) => format!("table `{table}`"),
            Change::Posted => "ledger".to_owned(),
        };
        let objects = match route.objects {
            Objects::Open => "open",
            Objects::Own => "own",
            Objects::Any => "any",
        };
        let who = match route.who {
            Who::Anyone | Who::AnyoneOrSignedIn => "anyone".to_owned(),
            Who::SignedIn => "signed in".to_owned(),
            Who::AtLeast(role) => format!("{} or above", role.as_str()),
            Who::May(permission) => format!("may `{}`", permission.as_str()),
        };
        let session = match (route.who, route.otp) {
            (Who::Anyone, _) => "none",
            (Who::AnyoneOrSignedIn, _) => "optional",
            (_, true) => "code",
            (_, false) => "any",
        };
        let only = if route.development { " (development)" } else { "" };
        let counters: Vec<_> = route.judges.iter().map(|kind| format!("`{}`", kind.counter())).collect();
        let judges = if counters.is_empty() { "" } else { "; judges " };
        page.push_str(&format!(" {who} | {session} | {objects} | {change}{judges}{}{only} |\n", counters.join(", ")));
    }
    page
}

/// What the matrix says to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Go on.
    Yes,
    /// 401.
    SignIn,
    /// 403.
    Forbidden,
}

/// What the matrix says to somebody with this role as a new installation has it, or to nobody known; the session's
/// proof is judged apart.
#[must_use]
pub fn answer(route: &Route, role: Option<Role>) -> Answer {
    judge(route, role.map(|role| (role, role.first_permissions())))
}

/// The same for somebody as they are now.
#[must_use]
pub fn judge(route: &Route, caller: Option<(Role, Permissions)>) -> Answer {
    let allowed = match (route.who, caller) {
        (Who::Anyone | Who::AnyoneOrSignedIn, _) | (Who::SignedIn, Some(_)) => return Answer::Yes,
        (Who::SignedIn | Who::AtLeast(_) | Who::May(_), None) => return Answer::SignIn,
        (Who::AtLeast(needed), Some((role, _))) => role >= needed,
        (Who::May(needed), Some((_, permissions))) => permissions.has(needed),
    };
    if allowed { Answer::Yes } else { Answer::Forbidden }
}
