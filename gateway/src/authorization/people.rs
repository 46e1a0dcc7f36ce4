//! What people do with the health directory, and whom they show where they are.

use super::{Route, delete, get, post, put};
use hostolink_auth::Permission;

const REVIEW: Permission = Permission::ReviewDirectory;

pub(super) const ROUTES: &[Route] = &[
    get("/api/health/favourites").signed_in(),
    put("/api/health/favourites/{id}").signed_in().logs("health.favourite_kept"),
    delete("/api/health/favourites/{id}").signed_in().logs("health.favourite_dropped"),
    get("/api/health/suggestions").signed_in(),
    post("/api/health/suggestions").signed_in().logs("health.suggested"),
    put("/api/health/suggestions/{id}/photo").signed_in().logs("health.suggestion_shown"),
    get("/api/admin/health/suggestions").may(REVIEW),
    post("/api/admin/health/suggestions/{id}/decision")
        .may(REVIEW)
        .otp_proven()
        .logs("health.suggestion_decided"),
    get("/api/health/ratings").signed_in(),
    get("/api/health/establishments/{id}/ratings"),
    put("/api/health/establishments/{id}/rating").signed_in().logs("health.rated"),
    delete("/api/health/establishments/{id}/rating").signed_in().logs("health.unrated"),
    post("/api/health/ratings/{id}/report").signed_in().logs("health.review_reported"),
    get("/api/admin/health/ratings").may(REVIEW),
    post("/api/admin/health/ratings/{id}/hide").may(REVIEW).otp_proven().logs("health.review_hidden"),
    post("/api/admin/health/ratings/{id}/restore").may(REVIEW).otp_proven().logs("health.review_restored"),
    get("/api/health/claims").signed_in(),
    post("/api/health/claims").signed_in().otp_proven().logs("health.claimed"),
    delete("/api/health/claims/{id}").signed_in().logs("health.claim_given_up"),
    put("/api/health/establishments/{id}/entry").signed_in().otp_proven().logs("health.entry_edited"),
    get("/api/admin/health/claims").may(REVIEW),
    post("/api/admin/health/claims/{id}/approve").may(REVIEW).otp_proven().logs("health.claim_approved"),
    post("/api/admin/health/claims/{id}/refuse").may(REVIEW).otp_proven().logs("health.claim_refused"),
    post("/api/admin/health/claims/{id}/revoke").may(REVIEW).otp_proven().logs("health.claim_revoked"),
    get("/api/position-shares").signed_in(),
    post("/api/position-shares").signed_in().logs("positions.shared"),
    // Where somebody was leaves no trace: the row itself is all that is kept.
    put("/api/position-shares/{id}").signed_in().notes("localisation"),
    delete("/api/position-shares/{id}").signed_in().logs("positions.stopped"),
    get("/api/positions").signed_in(),
    get("/api/positions/{id}").signed_in(),
];
