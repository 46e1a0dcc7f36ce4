use super::TOO_MANY;
use hostolink_kernel::{ErrorCode, Kind};
use std::time::Duration;

errors! {
    InvalidIdentifier = "auth.identifier_invalid", Invalid, Some("identifier"), "neither a phone number nor an e-mail address", "Saisissez un numéro de téléphone à dix chiffres ou une adresse e-mail.", "Type a ten-digit phone number or an e-mail address.";
    OldPhonePlan = "auth.phone_old_plan", Invalid, Some("identifier"), "a number of the plan that ended in 2021", "Ce numéro à huit chiffres n'existe plus depuis 2021 : ajoutez devant lui 01 (Moov), 05 (MTN) ou 07 (Orange).", "This eight-digit number ended in 2021: put 01 (Moov), 05 (MTN) or 07 (Orange) before it.";
    PhoneCountry = "auth.phone_country", Invalid, Some("identifier"), "numbers of this country do not sign in", "Les numéros de ce pays ne sont pas encore acceptés. Utilisez une adresse e-mail.", "Numbers of this country are not taken yet. Use an e-mail address.";
    PasswordTooShort = "auth.password_too_short", Invalid, Some("password"), "the password is too short", "Le mot de passe compte au moins 8 caractères.", "The password has at least 8 characters.";
    PasswordTooLong = "auth.password_too_long", Invalid, Some("password"), "the password is too long", "Le mot de passe compte au plus 128 caractères.", "The password has at most 128 characters.";
    PasswordCharacters = "auth.password_characters", Invalid, Some("password"), "the password holds control characters", "Le mot de passe contient un caractère de contrôle. Retirez-le.", "The password holds a control character. Remove it.";
    PasswordCommon = "auth.password_common", Invalid, Some("password"), "the password is a common one", "Ce mot de passe est trop répandu : choisissez-en un que personne ne devinera.", "This password is too common: choose one that nobody will guess.";
    PasswordMismatch = "auth.password_mismatch", Invalid, Some("confirmPassword"), "the two passwords differ", "Les deux mots de passe diffèrent. Saisissez-les à nouveau.", "The two passwords differ. Type them again.";
    AlreadyRegistered = "auth.already_registered", Conflict, None, "the account exists", "Ce compte existe déjà. Connectez-vous.", "This account exists already. Sign in.";
    NotRegistered = "auth.not_registered", NotFound, None, "nobody registered this identifier", "Personne n'est inscrit sous cet identifiant. Inscrivez-vous d'abord.", "Nobody has registered with this identifier. Register first.";
    PasswordAlreadyDefined = "auth.password_already_defined", Conflict, None, "this registration has a password already", "Un mot de passe est déjà défini pour cette inscription. Validez le code reçu, ou recommencez l'inscription.", "This registration has a password already. Confirm the code you received, or register again.";
    SignInRequired = "auth.sign_in_required", Unauthenticated, None, "only its owner may change this account", "Connectez-vous avec un code reçu pour changer ce mot de passe.", "Sign in with a received code to change this password.";
    StepUpRequired = "auth.step_up_required", Forbidden, None, "the session was not proven by a code", "Confirmez d'abord avec le code reçu par SMS ou e-mail sur cet appareil.", "First confirm with the code sent by SMS or e-mail on this device.";
    CodeInvalid = "auth.code_invalid", Unauthenticated, None, "the code is wrong, used, replaced or expired", "Code incorrect ou expiré. Vérifiez-le, ou demandez-en un nouveau.", "Wrong or expired code. Check it, or ask for a new one.";
    CredentialsInvalid = "auth.credentials_invalid", Unauthenticated, None, "the identifier or the password is wrong", "Identifiant ou mot de passe incorrect.", "Wrong identifier or password.";
    Blocked = "auth.blocked", Forbidden, None, "the account is blocked", "Ce compte est bloqué. Contactez l'assistance.", "This account is blocked. Contact support.";
    ConfirmSignedIn = "auth.confirm_signed_in", Conflict, None, "the account is proven by its other identifier", "Connectez-vous d'abord, puis confirmez cet identifiant depuis votre compte.", "Sign in first, then confirm this identifier from your account.";
    RefreshInvalid = "auth.refresh_invalid", Unauthenticated, None, "the refresh token is unknown or expired", "Votre session a expiré. Reconnectez-vous.", "Your session has expired. Sign in again.";
    RefreshReused = "auth.refresh_reused", Unauthenticated, None, "the refresh token was used before", "Ce jeton a déjà servi. Reconnectez-vous.", "This token was used before. Sign in again.";
    SessionEnded = "auth.session_ended", Unauthenticated, None, "the session has ended", "Votre session est terminée. Reconnectez-vous.", "Your session has ended. Sign in again.";
    TokenInvalid = "auth.token_invalid", Unauthenticated, None, "not an access token of ours", "Jeton d'accès refusé. Reconnectez-vous.", "Access token refused. Sign in again.";
    TokenExpired = "auth.token_expired", Unauthenticated, None, "the access token has expired", "Jeton d'accès expiré. Rafraîchissez-le.", "The access token has expired. Refresh it.";
    RoleForbidden = "auth.role_forbidden", Forbidden, None, "a role at or above one's own", "Vous ne pouvez agir que sous votre propre niveau.", "You can only act below your own level.";
    LastSuperadmin = "auth.last_superadmin", Conflict, None, "the last superadmin stays one", "Nommez d'abord un autre super-administrateur.", "Appoint another superadmin first.";
    UserNotFound = "auth.user_not_found", NotFound, None, "there is no such user", "Cet utilisateur n'existe pas.", "There is no such user.";
    UserNotProven = "auth.user_not_proven", Conflict, None, "the account is not proven", "Ce compte n'a encore confirmé ni téléphone ni e-mail.", "This account has confirmed neither phone nor e-mail yet.";
    InvalidCursor = "request.invalid_cursor", Invalid, Some("cursor"), "the cursor was not made by this list", "Ce curseur ne vient pas de cette liste. Reprenez depuis le début.", "This cursor is not of this list. Start again.";
    Busy = "auth.busy", Unavailable, None, "every password worker is busy", "Beaucoup de connexions en ce moment. Réessayez dans quelques secondes.", "Many people are signing in. Try again in a few seconds.";
}
