//! What people are told, and what they upload.

use super::{Route, delete, get, patch, post, put};
use hostolink_auth::Role;

pub(super) const ROUTES: &[Route] = &[
    get("/api/notifications").signed_in(),
    get("/api/notifications/unread-count").signed_in(),
    // When each was read stands in the notification itself.
    post("/api/notifications/read").signed_in().notes("notification"),
    delete("/api/notifications/{id}").signed_in().logs("notifications.deleted"),
    get("/api/notifications/preferences").signed_in(),
    patch("/api/notifications/preferences").signed_in().logs("notifications.preferences_set"),
    get("/api/push-devices").signed_in(),
    post("/api/push-devices").signed_in().logs("notifications.device_registered"),
    // Who knows a password alone could silence the telephone that tells of it.
    put("/api/push-devices/{id}").signed_in().otp_proven().logs("notifications.device_set"),
    delete("/api/push-devices/{id}").signed_in().otp_proven().logs("notifications.device_forgotten"),
    get("/api/admin/notifications/deliveries").at_least(Role::Admin),
    post("/api/media").signed_in().logs("media.ticket_given"),
    put("/api/media/{id}/content").signed_in().logs("media.uploaded"),
    get("/api/media/{id}").signed_in(),
    delete("/api/media/{id}").signed_in().logs("media.removed"),
];
