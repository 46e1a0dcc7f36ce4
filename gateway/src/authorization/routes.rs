use super::Route;
use hostolink_auth::{Permission, ProofKind, Role};

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
    post("/api/me/identifiers/confirm")
        .signed_in()
        .otp_proven()
        .logs("auth.identifier_changed")
        .judges(&[ProofKind::Code]),
    delete("/api/me/identifiers/{kind}").signed_in().otp_proven().logs("auth.identifier_removed"),
    post("/api/identifier-changes/revert").logs("auth.identifier_reverted").judges(&[ProofKind::ResetToken]),
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
    post("/Gateway/reset_password")
        .logs("auth.password_reset")
        .judges(&[ProofKind::ResetToken, ProofKind::Code]),
    // Money
    get("/api/wallet").signed_in(),
    get("/api/wallet/balance").signed_in(),
    get("/api/wallet/spending").signed_in(),
    get("/api/wallet/statement").signed_in(),
    get("/api/wallet/transactions").signed_in(),
    get("/api/wallet/transactions/{id}").signed_in(),
    get("/api/wallet/events").signed_in(),
    get("/api/dashboard").signed_in(),
    post("/api/wallet/transfers").signed_in().otp_proven().posts(),
    post("/api/wallet/transfers/quote").signed_in().otp_proven(),
    get("/api/wallet/transfers/by-key/{key}").signed_in(),
    get("/api/receipts/{token}"),
    get("/receipts/{token}"),
    post("/api/wallet/transfers/{id}/refund").signed_in().otp_proven().posts(),
    get("/api/wallet/scheduled-transfers").signed_in(),
    post("/api/wallet/scheduled-transfers").signed_in().otp_proven().logs("wallet.transfer_scheduled"),
    get("/api/wallet/scheduled-transfers/{id}").signed_in(),
    delete("/api/wallet/scheduled-transfers/{id}").signed_in().logs("wallet.schedule_cancelled"),
    post("/api/wallet/scheduled-transfers/{id}/pause").signed_in().logs("wallet.schedule_paused"),
    post("/api/wallet/scheduled-transfers/{id}/resume").signed_in().logs("wallet.schedule_resumed"),
    get("/api/wallet/qr").signed_in(),
    get("/api/wallet/qr.png").signed_in(),
    get("/api/wallet/qr.svg").signed_in(),
    get("/api/wallet/qr.pdf").signed_in(),
    post("/api/wallet/qr").signed_in().logs("wallet.qr_created"),
    get("/api/wallet/qr/{id}").signed_in(),
    post("/api/wallet/qr/scan").signed_in(),
    post("/api/wallet/requests").signed_in().otp_proven().logs("wallet.request_created"),
    get("/api/wallet/requests").signed_in(),
    get("/api/wallet/requests/{id}").signed_in(),
    post("/api/wallet/requests/{id}/accept").signed_in().otp_proven().posts(),
    post("/api/wallet/requests/{id}/refuse").signed_in().logs("wallet.request_refused"),
    post("/api/wallet/requests/{id}/cancel").signed_in().logs("wallet.request_cancelled"),
    post("/api/wallet/transfers/{id}/recall").signed_in().otp_proven().logs("wallet.recall_asked"),
    get("/api/wallet/recalls").signed_in(),
    get("/api/wallet/recalls/{id}").signed_in(),
    post("/api/wallet/recalls/{id}/accept").signed_in().otp_proven().posts(),
    post("/api/wallet/recalls/{id}/refuse").signed_in().logs("wallet.recall_refused"),
    post("/api/wallet/recalls/{id}/withdraw").signed_in().logs("wallet.recall_withdrawn"),
    get("/api/admin/recalls").at_least(Role::Admin).otp_proven(),
    post("/api/admin/recalls/{id}/close").at_least(Role::Admin).otp_proven().logs("wallet.recall_closed"),
    post("/api/agent/cash-ins").may(Permission::CashIn).otp_proven().posts(),
    post("/api/admin/floats").at_least(Role::Superadmin).otp_proven().posts(),
    get("/api/wallet/limits").signed_in(),
    get("/api/admin/limits").may(Permission::SetRules),
    post("/api/admin/limits").may(Permission::SetRules).otp_proven().logs("wallet.limit_added"),
    get("/api/admin/fees").may(Permission::SetRules),
    post("/api/admin/fees").may(Permission::SetRules).otp_proven().logs("wallet.scale_added"),
    get("/api/wallet/pots").signed_in(),
    post("/api/wallet/pots").signed_in().logs("wallet.pot_created"),
    get("/api/wallet/pots/{id}").signed_in(),
    put("/api/wallet/pots/{id}").signed_in().logs("wallet.pot_configured"),
    post("/api/wallet/pots/{id}/close").signed_in().logs("wallet.pot_closed"),
    post("/api/wallet/pots/{id}/deposits").signed_in().otp_proven().posts(),
    post("/api/wallet/pots/{id}/withdrawals").signed_in().otp_proven().posts(),
    get("/api/wallet/pots/{id}/transactions").signed_in(),
    // Cards
    get("/api/cards").signed_in(),
    post("/api/cards").signed_in().otp_proven().logs("wallet.card_created"),
    get("/api/cards/authorizations").may(Permission::Sell).own(),
    post("/api/cards/authorizations")
        .may(Permission::Sell)
        .own()
        .otp_proven()
        .judges(&[ProofKind::Card, ProofKind::CardReader])
        .posts(),
    get("/api/cards/authorizations/{id}").may(Permission::Sell).own(),
    post("/api/cards/authorizations/{id}/capture").may(Permission::Sell).own().otp_proven().posts(),
    post("/api/cards/authorizations/{id}/release").may(Permission::Sell).own().otp_proven().posts(),
    get("/api/cards/{id}").signed_in(),
    put("/api/cards/{id}/settings").signed_in().otp_proven().logs("wallet.card_configured"),
    post("/api/cards/{id}/freeze").signed_in().logs("wallet.card_frozen"),
    post("/api/cards/{id}/unfreeze").signed_in().otp_proven().logs("wallet.card_unfrozen"),
    post("/api/cards/{id}/renew").signed_in().otp_proven().logs("wallet.card_renewed"),
    post("/api/cards/{id}/close").signed_in().otp_proven().logs("wallet.card_closed"),
    post("/api/cards/{id}/show").signed_in().otp_proven().logs("wallet.card_shown").judges(&[ProofKind::Pin]),
    get("/api/cards/{id}/authorizations").signed_in(),
    get("/api/cards/{id}/qr").signed_in(),
    get("/api/cards/{id}/picture.svg").signed_in(),
    get("/api/admin/wallets/{id}").may(Permission::LookUpMoney).otp_proven().logs("wallet.looked_up"),
    get("/api/admin/transactions/{id}")
        .may(Permission::LookUpMoney)
        .otp_proven()
        .logs("wallet.transaction_seen"),
    post("/api/admin/wallets/{id}/freeze").may(Permission::FreezeMoney).otp_proven().logs("wallet.frozen"),
    post("/api/admin/wallets/{id}/unfreeze")
        .may(Permission::FreezeMoney)
        .otp_proven()
        .logs("wallet.unfrozen"),
    post("/api/admin/transactions/{id}/refund")
        .may(Permission::RefundMoney)
        .otp_proven()
        .logs("wallet.refund_ordered"),
    get("/api/admin/adjustments").may(Permission::AdjustMoney).otp_proven(),
    post("/api/admin/adjustments").may(Permission::AdjustMoney).otp_proven().logs("wallet.adjustment_asked"),
    post("/api/admin/adjustments/{id}/accept")
        .may(Permission::AdjustMoney)
        .otp_proven()
        .logs("wallet.adjustment_accepted"),
    post("/api/admin/adjustments/{id}/refuse")
        .may(Permission::AdjustMoney)
        .otp_proven()
        .logs("wallet.adjustment_refused"),
    get("/api/admin/books").may(Permission::LookUpMoney).otp_proven(),
    get("/api/admin/proofs").may(Permission::LookUpMoney).otp_proven(),
    // Health directory
    get("/api/health/establishments"),
    get("/api/health/establishments/{id}"),
    get("/api/health/establishments/{id}/vcard"),
    get("/api/health/establishments.csv"),
    get("/api/health/search"),
    get("/api/health/referral"),
    get("/api/health/clusters"),
    get("/api/health/pack"),
    get("/api/health/sync"),
    get("/api/health/emergency"),
    get("/api/health/duty"),
    get("/api/health/emergency-numbers"),
    get("/api/health/holidays"),
    get("/api/health/sources"),
    post("/api/health/number-reports").signed_in().logs("health.number_reported"),
    get("/api/admin/health/number-reports").at_least(Role::Admin),
    post("/api/admin/health/number-reports/{id}/decision")
        .at_least(Role::Admin)
        .otp_proven()
        .logs("health.number_decided"),
    put("/api/admin/health/holidays/{key}").at_least(Role::Admin).otp_proven().logs("health.holiday_set"),
    delete("/api/admin/health/holidays/{key}")
        .at_least(Role::Admin)
        .otp_proven()
        .logs("health.holiday_removed"),
    post("/api/admin/health/duty-rotas").at_least(Role::Admin).otp_proven().logs("health.rota_imported"),
    get("/api/admin/health/duty-rotas/{id}").at_least(Role::Admin),
    post("/api/admin/health/duty-rotas/{id}/publish")
        .at_least(Role::Admin)
        .otp_proven()
        .logs("health.rota_published"),
    delete("/api/admin/health/duty-rotas/{id}")
        .at_least(Role::Admin)
        .otp_proven()
        .logs("health.rota_withdrawn"),
    put("/api/admin/health/duties/{id}").at_least(Role::Admin).otp_proven().logs("health.duty_assigned"),
];
