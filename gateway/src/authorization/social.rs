//! What people do among each other, and what the house decides of it.

use super::{Route, delete, get, post, put};
use hostolink_auth::{Permission, Role};

const MODERATE: Permission = Permission::ModeratePeople;

pub(super) const ROUTES: &[Route] = &[
    // Publications. Whose they are says the path; who sees them, one condition of the domain's.
    post("/api/publications").signed_in().otp_proven().logs("social.published"),
    get("/api/publications/{id}").signed_in(),
    put("/api/publications/{id}").signed_in().otp_proven().logs("social.publication_edited"),
    delete("/api/publications/{id}").signed_in().logs("social.publication_deleted"),
    post("/api/publications/{id}/restore").signed_in().otp_proven().logs("social.publication_restored"),
    get("/api/publications/{id}/history").signed_in(),
    get("/api/publications/{id}/likes").signed_in(),
    put("/api/publications/{id}/likes").signed_in().notes("liker"),
    delete("/api/publications/{id}/likes").signed_in().notes("liker"),
    put("/api/publications/{id}/saves").signed_in().notes("enregistrement"),
    delete("/api/publications/{id}/saves").signed_in().notes("enregistrement"),
    get("/api/social/saved").signed_in(),
    get("/api/social/removed").signed_in(),
    get("/api/publications/{id}/shares").signed_in(),
    post("/api/publications/{id}/shares").signed_in().otp_proven().logs("social.shared"),
    delete("/api/publications/{id}/shares").signed_in().logs("social.unshared"),
    post("/api/publications/{id}/poll-votes").signed_in().notes("vote_sondage"),
    get("/api/publications/{id}/comments").signed_in(),
    post("/api/publications/{id}/comments").signed_in().otp_proven().logs("social.commented"),
    get("/api/comments/{id}").signed_in(),
    get("/api/comments/{id}/replies").signed_in(),
    put("/api/comments/{id}").signed_in().otp_proven().logs("social.comment_edited"),
    delete("/api/comments/{id}").signed_in().logs("social.comment_deleted"),
    post("/api/comments/{id}/restore").signed_in().otp_proven().logs("social.comment_restored"),
    put("/api/comments/{id}/likes").signed_in().notes("liker_commentaire"),
    delete("/api/comments/{id}/likes").signed_in().notes("liker_commentaire"),
    // Feeds and search
    get("/api/feeds/recent").signed_in(),
    get("/api/feeds/following").signed_in(),
    get("/api/feeds/trending").signed_in(),
    get("/api/hashtags/{tag}").signed_in(),
    get("/api/social/search").signed_in(),
    get("/api/social/search/people").signed_in(),
    get("/api/social/search/hashtags").signed_in(),
    get("/api/people/{id}/publications").signed_in(),
    get("/api/people/{id}/shares").signed_in(),
    // People
    get("/api/social/profile").signed_in(),
    put("/api/social/profile").signed_in().otp_proven().logs("social.profile_set"),
    get("/api/social/blocks").signed_in(),
    get("/api/social/mutes").signed_in(),
    get("/api/people/{id}").signed_in().notes("visite_profil"),
    get("/api/people/{id}/followers").signed_in(),
    get("/api/people/{id}/following").signed_in(),
    put("/api/people/{id}/follow").signed_in().notes("abonnement"),
    delete("/api/people/{id}/follow").signed_in().notes("abonnement"),
    put("/api/people/{id}/block").signed_in().logs("social.blocked"),
    delete("/api/people/{id}/block").signed_in().logs("social.unblocked"),
    put("/api/people/{id}/mute").signed_in().notes("sourdine"),
    delete("/api/people/{id}/mute").signed_in().notes("sourdine"),
    // Moderation
    post("/api/reports").signed_in().logs("social.reported"),
    get("/api/social/sanctions").signed_in(),
    post("/api/social/sanctions/{id}/appeal").signed_in().logs("social.appealed"),
    get("/api/moderation/cases").may(MODERATE),
    get("/api/moderation/cases/{id}").may(MODERATE),
    post("/api/moderation/cases/{id}/decision").may(MODERATE).otp_proven().logs("social.case_decided"),
    get("/api/moderation/log").may(MODERATE),
    post("/api/moderation/sanctions/{id}/lift").may(MODERATE).otp_proven().logs("social.sanction_lifted"),
    get("/api/moderation/appeals").may(MODERATE),
    post("/api/moderation/appeals/{id}/decision").may(MODERATE).otp_proven().logs("social.appeal_decided"),
    // The house's words
    get("/api/announcements").signed_in(),
    get("/api/admin/announcements").at_least(Role::Admin),
    post("/api/admin/announcements").at_least(Role::Admin).otp_proven().logs("social.announced"),
    delete("/api/admin/announcements/{id}")
        .at_least(Role::Admin)
        .otp_proven()
        .logs("social.announcement_withdrawn"),
    // Advertisements
    get("/api/advertisements/shown").signed_in(),
    put("/api/advertisements/{id}/views").signed_in().otp_proven().notes("diffusion_publicite"),
    put("/api/advertisements/{id}/clicks").signed_in().otp_proven().notes("diffusion_publicite"),
    get("/api/advertisements").signed_in(),
    post("/api/advertisements").signed_in().otp_proven().logs("social.advertisement_drafted"),
    get("/api/advertisements/{id}").signed_in(),
    post("/api/advertisements/{id}/funding").signed_in().otp_proven().posts(),
    post("/api/advertisements/{id}/end").signed_in().logs("social.advertisement_ended"),
    get("/api/admin/advertisements").may(MODERATE),
    post("/api/admin/advertisements/{id}/decision")
        .may(MODERATE)
        .otp_proven()
        .logs("social.advertisement_reviewed"),
];
