//! Who may do what: the one matrix of the API. The middleware enforces it, `docs/AUTHORIZATION.md` prints it, the
//! contract tests call every line of it, and a route that is missing here does not answer.

mod directory;
mod messaging;
mod notifications;
mod page;
mod paths;
mod people;
mod routes;
mod social;

use hostolink_auth::{Permission, Permissions, ProofKind, Role};
pub use page::to_markdown;
pub use paths::lines_at;

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

/// The lines of each domain, joined here.
const PARTS: [&[Route]; 6] = [
    routes::ROUTES,
    people::ROUTES,
    directory::ROUTES,
    notifications::ROUTES,
    social::ROUTES,
    messaging::ROUTES,
];

const COUNT: usize = {
    let (mut count, mut part) = (0, 0);
    while part < PARTS.len() {
        count += PARTS[part].len();
        part += 1;
    }
    count
};

/// The whole API.
pub const ROUTES: &[Route] = &{
    let mut all = [routes::ROUTES[0]; COUNT];
    let (mut place, mut part) = (0, 0);
    while part < PARTS.len() {
        let mut line = 0;
        while line < PARTS[part].len() {
            all[place] = PARTS[part][line];
            place += 1;
            line += 1;
        }
        part += 1;
    }
    all
};

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
