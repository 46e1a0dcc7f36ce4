//! The profile as EGO's clients know it, spelt as they spell it. What Hostolink does not know is `null`, `[]`, `false` or 0,
//! never invented; of the older social profile there are the counts: its lists have no end, and the social network's own calls have pages.

use chrono::{DateTime, NaiveDate, Utc};
use hostolink_auth::{Activity, DocumentKind, IdentityLevel, Profile, Role, State};
use hostolink_kernel::{Page, UserId, UserPublicId};
use hostolink_social::Counts;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Somebody, as they and administrators see them. Never a password hash.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EgoProfileView)]
pub(super) struct ProfileView {
    /// The id.
    #[schema(value_type = String, format = Uuid)]
    id: UserPublicId,
    /// The given name.
    firstname: Option<String>,
    /// The family name.
    lastname: Option<String>,
    /// Both.
    fullname: Option<String>,
    /// Their first letters.
    initials: Option<String>,
    /// The e-mail address.
    #[schema(example = "testemail@gmail.com")]
    email: Option<String>,
    /// The proven phone number, else the one that was given to be reached at.
    #[schema(example = "0022892152900")]
    phone_number: Option<String>,
    /// The postal address.
    address: Option<String>,
    /// What the person does for a living.
    profession: Option<String>,
    /// The day of birth.
    birth: Option<NaiveDate>,
    /// The picture's address.
    profile_photo: Option<String>,
    /// Hostolink keeps no addresses of people: always empty.
    ip_adress: [String; 0],
    /// What the applications of the live sessions call their devices.
    device_id: Vec<String>,
    /// The role, in upper case.
    #[schema(example = "USER")]
    role: String,
    /// `inactive` until the e-mail address or a phone number is proven, then `active`; `blocked`.
    #[schema(example = "active")]
    status: &'static str,
    /// The e-mail address was proven.
    is_verified: bool,
    /// The identity was verified.
    is_approved: bool,
    /// The account is blocked.
    is_blocked: bool,
    /// There are no referrals here: always `null`.
    #[serde(rename = "referrralCode")]
    referral_code: Option<String>,
    /// When the e-mail address was proven.
    email_verified_at: Option<DateTime<Utc>>,
    /// Names, phone number, postal address and day of birth are all there.
    profile_complete: bool,
    /// The role is superadmin.
    is_superuser: bool,
    /// Of which type the identity document is.
    #[schema(example = "national_id")]
    identification_type: Option<&'static str>,
    /// When it expires.
    identification_expiry: Option<NaiveDate>,
    /// Pictures of identity documents are shown to nobody but their reviewers: always `null`.
    document_identity_image: Option<String>,
    /// How far the verification of the identity is.
    #[schema(example = "none")]
    status_kyc: &'static str,
    /// When it was decided.
    date_of_verification: Option<DateTime<Utc>>,
    /// There is no sponsorship here: always `null`.
    sponsor_ship_code: Option<String>,
    /// When a session was last opened.
    last_login: Option<DateTime<Utc>>,
    /// An authenticator app is asked for.
    two_factor_auth: bool,
    /// Wrong passwords since the last right one.
    failed_login_attempts: i32,
    /// When the last of them was tried.
    last_failed_login: Option<DateTime<Utc>>,
    /// When the account was made.
    created_at: Option<DateTime<Utc>>,
    /// Hostolink does not keep when a profile was changed last: always `null`.
    updated_at: Option<DateTime<Utc>>,
    #[serde(flatten)]
    social: SocialView,
}

/// What an older social profile carried. Its lists are empty: `/api/people/{id}/…` has them in pages.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EgoSocialView)]
struct SocialView {
    viewers: [String; 0],
    followers: [String; 0],
    following: [String; 0],
    comments: [String; 0],
    posts: [String; 0],
    blocked: [String; 0],
    user_award: [String; 0],
    post_counts: i32,
    followers_count: i32,
    viewers_count: i32,
    block_count: i32,
    /// The id of the last publication.
    last_post: Option<Uuid>,
    /// The account is not active.
    is_in_active: bool,
    /// When a session was last seen.
    last_active: Option<DateTime<Utc>>,
}

impl ProfileView {
    pub(super) fn of(profile: Profile, activity: Activity, counts: Counts) -> Self {
        let identity = activity.identity;
        let active = (profile.email_proven_at.is_some() || profile.phone_proven) && !profile.blocked;
        let phone_number = profile.phone.or(profile.contact_phone);
        let complete = [&profile.first_name, &profile.last_name, &phone_number, &profile.address];
        let names = [&profile.first_name, &profile.last_name].into_iter().flatten();
        let fullname = names.clone().map(String::as_str).collect::<Vec<_>>().join(" ");
        let initials: String = names.filter_map(|name| name.chars().next()).collect();
        Self {
            id: profile.public_id,
            profile_complete: complete.iter().all(|field| field.is_some()) && profile.birth_date.is_some(),
            fullname: Some(fullname).filter(|name| !name.is_empty()),
            initials: Some(initials).filter(|letters| !letters.is_empty()),
            firstname: profile.first_name,
            lastname: profile.last_name,
            email: profile.email,
            phone_number,
            address: profile.address,
            profession: profile.profession,
            birth: profile.birth_date,
            profile_photo: profile.photo,
            ip_adress: [],
            device_id: activity.devices,
            role: profile.role.as_str().to_uppercase(),
            status: match (profile.blocked, active) {
                (true, _) => "blocked",
                (false, true) => "active",
                (false, false) => "inactive",
            },
            is_verified: profile.email_proven_at.is_some(),
            is_approved: profile.identity == IdentityLevel::Verified,
            is_blocked: profile.blocked,
            referral_code: None,
            email_verified_at: profile.email_proven_at,
            is_superuser: profile.role == Role::Superadmin,
            identification_type: identity.and_then(|identity| identity.document).map(DocumentKind::as_str),
            identification_expiry: identity.and_then(|identity| identity.expires),
            document_identity_image: None,
            status_kyc: identity.map_or(State::None, |identity| identity.state).as_str(),
            date_of_verification: identity.and_then(|identity| identity.decided_at),
            sponsor_ship_code: None,
            last_login: activity.last_sign_in,
            two_factor_auth: activity.second_factor,
            failed_login_attempts: activity.failed_passwords,
            last_failed_login: activity.last_failed_password,
            created_at: profile.created_at,
            updated_at: None,
            social: SocialView {
                post_counts: counts.publications,
                followers_count: counts.followers,
                viewers_count: counts.viewers,
                block_count: counts.blocked,
                last_post: counts.last_publication,
                is_in_active: !active,
                last_active: activity.last_seen,
                ..SocialView::default()
            },
        }
    }
}

/// A page of people, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EgoPeopleView)]
pub(super) struct PeopleView {
    /// The people.
    items: Vec<ProfileView>,
    /// Where the next page starts; `null` on the last.
    next_cursor: Option<String>,
}

impl PeopleView {
    pub(super) fn of(
        people: Page<Profile>,
        mut activity: HashMap<UserId, Activity>,
        counts: &HashMap<UserId, Counts>,
    ) -> Self {
        let view = |person: Profile| {
            let activity = activity.remove(&person.user).unwrap_or_default();
            let counts = counts.get(&person.user).copied().unwrap_or_default();
            ProfileView::of(person, activity, counts)
        };
        Self {
            items: people.items.into_iter().map(view).collect(),
            next_cursor: people.next.map(|cursor| cursor.as_str().to_owned()),
        }
    }
}
