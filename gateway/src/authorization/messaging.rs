//! What people say to one another, and how they hear of it.

use super::{Route, delete, get, patch, post, put};
use hostolink_auth::Role;

pub(super) const ROUTES: &[Route] = &[
    get("/api/themes").signed_in(),
    post("/api/themes").at_least(Role::Admin).otp_proven().logs("messaging.theme_opened"),
    get("/api/themes/{id}").signed_in(),
    patch("/api/themes/{id}").signed_in().otp_proven().logs("messaging.theme_changed"),
    post("/api/themes/{id}/join").signed_in().otp_proven().logs("messaging.joined"),
    get("/api/conversations").signed_in(),
    post("/api/conversations").signed_in().otp_proven().logs("messaging.begun"),
    get("/api/conversations/{id}").signed_in(),
    put("/api/conversations/{id}").signed_in().otp_proven().logs("messaging.renamed"),
    put("/api/conversations/{id}/settings").signed_in().logs("messaging.own_settings"),
    post("/api/conversations/{id}/leave").signed_in().logs("messaging.left"),
    get("/api/conversations/{id}/members").signed_in(),
    post("/api/conversations/{id}/members").signed_in().otp_proven().logs("messaging.members_added"),
    post("/api/conversations/{id}/members/removal").signed_in().otp_proven().logs("messaging.member_removed"),
    put("/api/conversations/{id}/members/role").signed_in().otp_proven().logs("messaging.role_set"),
    get("/api/conversations/{id}/messages").signed_in(),
    // A message is a row that is never deleted, by its author, in an order without gaps.
    post("/api/conversations/{id}/messages").signed_in().otp_proven().notes("message"),
    get("/api/conversations/{id}/pins").signed_in(),
    get("/api/conversations/{id}/markers").signed_in(),
    put("/api/conversations/{id}/markers").signed_in().notes("discussion_membre"),
    post("/api/conversations/{id}/typing").signed_in().otp_proven(),
    get("/api/conversations/{id}/presence").signed_in(),
    get("/api/messages").signed_in(),
    get("/api/messages/{id}").signed_in(),
    put("/api/messages/{id}").signed_in().otp_proven().logs("messaging.edited"),
    delete("/api/messages/{id}").signed_in().otp_proven().logs("messaging.deleted"),
    put("/api/messages/{id}/pin").signed_in().otp_proven().logs("messaging.pinned"),
    delete("/api/messages/{id}/pin").signed_in().otp_proven().logs("messaging.pinned"),
    get("/api/messages/{id}/reactions").signed_in(),
    put("/api/messages/{id}/reactions").signed_in().otp_proven().notes("reaction_message"),
    delete("/api/messages/{id}/reactions").signed_in().otp_proven().notes("reaction_message"),
    get("/api/messaging/preferences").signed_in(),
    put("/api/messaging/preferences").signed_in().logs("messaging.preferences_set"),
    // A comparison leaves nothing but its count.
    post("/api/contacts/match").signed_in().otp_proven(),
    post("/api/realtime/tickets").signed_in(),
    get("/api/realtime/events").signed_in(),
    // A ticket, or a token in the first frame, says whose it is.
    get("/ws"),
];
