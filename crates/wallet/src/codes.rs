//! The codes of the wallet, one constant each: the gateway names those of single fields.

use hostolink_kernel::{ErrorCode, Kind};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $kind:ident, $fr:literal, $en:literal;)*) => {
        $($(#[$doc])* pub const $name: ErrorCode = ErrorCode::new($code, Kind::$kind, $fr, $en);)*
        /// The codes of this crate. What the ledger refuses has the ledger's.
        pub const ERRORS: &[ErrorCode] = &[$($name),*];
    };
}

codes! {
    /// The amount of a field is not one.
    AMOUNT_INVALID = "wallet.amount_invalid", Invalid, "Indiquez un montant en francs entiers, d’au moins 1 F CFA.", "Enter an amount in whole francs, at least 1 F CFA.";
    /// Neither the request nor the code says how much.
    AMOUNT_REQUIRED = "wallet.amount_required", Unprocessable, "Ce code ne fixe pas de montant. Indiquez combien vous payez.", "This code sets no amount. Say how much you pay.";
    /// The note or label is not one.
    NOTE_INVALID = "wallet.note_invalid", Invalid, "Ce texte compte au plus 140 caractères, sans caractère de contrôle.", "This text has at most 140 characters and no control character.";
    /// The time a code may be paid is out of bounds.
    EXPIRY_INVALID = "wallet.expiry_invalid", Invalid, "Un code à montant fixe vaut de 1 minute à 30 jours : choisissez une durée entre les deux.", "A code with a fixed amount is valid from 1 minute to 30 days: choose a time in between.";
    /// Both or neither of `to` and `qr` say who receives.
    TARGET_INVALID = "wallet.target_invalid", Invalid, "Indiquez qui doit recevoir d’une seule façon : « to », « qr » ou « contact ».", "Say who is to receive in one way only: \"to\", \"qr\" or \"contact\".";
    /// There is nobody proven behind that identifier.
    RECEIVER_UNKNOWN = "wallet.receiver_unknown", Unprocessable, "Aucun compte ne peut recevoir d’argent à ce numéro ou cette adresse. Vérifiez-le, ou invitez la personne à s’inscrire.", "No account can receive money at this number or address. Check it, or invite the person to sign up.";
    /// Too many identifiers asked for, in vain or for the first time.
    TOO_MANY_LOOKUPS = "wallet.too_many_lookups", TooMany, "Trop de destinataires inconnus ou nouveaux. Vérifiez le prochain, et réessayez plus tard.", "Too many unknown or new receivers. Check the next one, and try again later.";
    /// The agent has no float.
    NO_FLOAT = "wallet.no_float", Unprocessable, "Vous n’avez pas de réserve pour donner de l’argent. Demandez à votre responsable de l’approvisionner.", "You have no float to give money from. Ask your manager to fund it.";
    /// The person is no agent.
    AGENT_UNKNOWN = "wallet.agent_unknown", Unprocessable, "Cette personne n’est pas un agent. Donnez-lui d’abord ce rôle.", "This person is no agent. Give them that role first.";
    /// The operation no longer costs what the payer was shown.
    FEE_CHANGED = "wallet.fee_changed", Conflict, "Les frais ont changé. Demandez à nouveau ce que coûte l’opération, puis confirmez.", "The fee has changed. Ask again what the operation costs, then confirm.";
    /// The parts of a limit don't go together.
    LIMIT_INVALID = "wallet.limit_invalid", Invalid, "Cette limite se contredit : un solde concerne tout ce qui est reçu, et seuls le jour et le mois comptent des opérations.", "This limit contradicts itself: a balance is about all that is received, and only a day and a month count operations.";
    /// The parts of a scale of fees don't go together.
    SCALE_INVALID = "wallet.scale_invalid", Invalid, "Ce barème se contredit : la première tranche part de 0, les suivantes montent, et seuls dépôts, retraits et commissions de commerçants ont une part d’agent. Un commerçant ne paie que les paiements par code.", "This scale contradicts itself: the first band begins at 0, the next ones climb, and only cash-in, cash-out and merchants' commissions have an agent's share. A merchant pays for payments by code only.";
    /// A limit or a scale begins today or earlier.
    RULE_NOT_FUTURE = "wallet.rule_not_future", Unprocessable, "Une limite ou un barème commence demain au plus tôt : ce qui est en vigueur ne change pas. Choisissez une autre date.", "A limit or a scale begins tomorrow at the earliest: what is in force does not change. Choose another date.";
    /// Another limit or scale of the same subject begins that day.
    RULE_DATE_TAKEN = "wallet.rule_date_taken", Conflict, "Une autre règle sur le même sujet commence ce jour-là. Choisissez une autre date.", "Another rule on the same subject begins that day. Choose another date.";
    /// Somebody wants to leave and has money.
    BALANCE_NOT_ZERO = "wallet.balance_not_zero", Conflict, "Votre compte contient encore de l’argent. Envoyez-le ou retirez-le d’abord.", "Your account still holds money. Send or withdraw it first.";
    /// An account is frozen: only support may go on.
    ACCOUNT_FROZEN = "wallet.account_frozen", Conflict, "Votre compte d’argent est gelé. Contactez l’assistance.", "Your money account is frozen. Contact support.";
    /// An administrator's freeze stands.
    ALREADY_FROZEN = "wallet.already_frozen", Conflict, "Un administrateur a déjà gelé ce compte. Levez d’abord ce gel pour en changer le motif.", "An administrator froze this account already. Lift that freeze first to change its reason.";
    /// No administrator's freeze stands.
    NOT_FROZEN = "wallet.not_frozen", Conflict, "Aucun administrateur n’a gelé ce compte.", "No administrator froze this account.";
    /// Nobody handles money of their own for the house.
    OWN_MONEY = "wallet.own_money", Forbidden, "Il s’agit de votre propre argent. Demandez à un collègue.", "This is money of your own. Ask a colleague.";
    /// There is no such account to correct.
    ACCOUNT_UNKNOWN = "wallet.account_unknown", Unprocessable, "Ce compte n’existe pas. Indiquez « fees », « issuance » ou l’identifiant d’un compte.", "There is no such account. Give \"fees\", \"issuance\" or an account’s id.";
    /// A correction between two people.
    ADJUSTMENT_OWN_SIDE = "wallet.adjustment_own_side", Unprocessable, "Une régularisation concerne un compte de Hostolink. Pour deux clients, remboursez leur transaction.", "A correction concerns one of Hostolink’s own accounts. Between two customers, refund their transaction.";
    /// No such correction.
    ADJUSTMENT_UNKNOWN = "wallet.adjustment_unknown", NotFound, "Cette régularisation n’existe pas. Choisissez-la dans la liste.", "There is no such correction. Choose it from the list.";
    /// Who asked wants to decide.
    ADJUSTMENT_SECOND_PERSON = "wallet.adjustment_second_person", Conflict, "Une autre personne que celle qui l’a demandée doit décider.", "Another person than who asked for it has to decide.";
    /// Somebody decided.
    ADJUSTMENT_DECIDED = "wallet.adjustment_decided", Conflict, "Cette régularisation a déjà été décidée.", "This correction was decided already.";
    /// Nobody decided in time.
    ADJUSTMENT_EXPIRED = "wallet.adjustment_expired", Conflict, "Cette régularisation a expiré. Demandez-la à nouveau.", "This correction has expired. Ask for it again.";
    /// Compliance has to look first. Why, the person is not told.
    OPERATION_UNDER_REVIEW = "wallet.operation_under_review", Unprocessable, "Cette opération doit d’abord être vérifiée. Réessayez plus tard, ou contactez l’assistance.", "This operation has to be checked first. Try again later, or contact support.";
    /// No such alert for who asks.
    ALERT_UNKNOWN = "wallet.alert_unknown", NotFound, "Cette alerte n’existe pas. Choisissez-la dans la liste.", "There is no such alert. Choose it from the list.";
    /// Somebody decided it.
    ALERT_DECIDED = "wallet.alert_decided", Conflict, "Cette alerte a déjà été décidée. Rechargez-la.", "This alert was decided already. Reload it.";
    /// Nobody decided it yet.
    ALERT_UNDECIDED = "wallet.alert_undecided", Conflict, "Décidez d’abord cette alerte.", "Decide this alert first.";
    /// It holds no money back.
    ALERT_HOLDS_NOTHING = "wallet.alert_holds_nothing", Conflict, "Cette alerte ne retient pas, ou plus, d’argent.", "This alert holds no money back, or no longer does.";
    /// Who asked for the release wants to give it.
    ALERT_SECOND_PERSON = "wallet.alert_second_person", Conflict, "Une autre personne que celle qui a demandé la levée doit la confirmer.", "Another person than who asked for the release has to confirm it.";
    /// Who is to look after it can't.
    ALERT_ASSIGNEE_INVALID = "wallet.alert_assignee_invalid", Unprocessable, "Cette personne ne peut pas traiter cette alerte. Choisissez-en une autre.", "This person cannot look after this alert. Choose another.";
    /// Too much was written to it.
    ALERT_FULL = "wallet.alert_full", Conflict, "Cette alerte a déjà 200 commentaires.", "This alert has 200 remarks already.";
    /// The remark is not one.
    REMARK_INVALID = "wallet.remark_invalid", Invalid, "Un commentaire compte de 1 à 1 000 caractères, sans caractère de contrôle.", "A remark has 1 to 1,000 characters and no control character.";
    /// The parts of a rule don't go together.
    WATCH_RULE_INVALID = "wallet.watch_rule_invalid", Invalid, "Cette règle se contredit : chaque genre a ses propres seuils et ses propres suites.", "This rule contradicts itself: each kind has thresholds and consequences of its own.";
    /// Too many alerts in a period.
    EXPORT_TOO_LONG = "wallet.export_too_long", Unprocessable, "Cette période compte plus de 10 000 alertes. Choisissez-en une plus courte.", "This period has more than 10,000 alerts. Choose a shorter one.";
    /// See [`crate::Error::List`].
    LIST_UNREADABLE = "wallet.list_unreadable", Invalid, "Cette liste ne peut pas être lue. Vérifiez le fichier et son format.", "This list can’t be read. Check the file and its format.";
    /// No such transaction of theirs.
    TRANSACTION_UNKNOWN = "wallet.transaction_unknown", NotFound, "Cette transaction n’existe pas. Choisissez-la dans votre relevé.", "There is no such transaction. Choose it from your statement.";
    /// The time a request may be paid is out of bounds.
    REQUEST_EXPIRY_INVALID = "wallet.request_expiry_invalid", Invalid, "Une demande vaut de 1 minute à 30 jours : choisissez une durée entre les deux.", "A request is valid from 1 minute to 30 days: choose a time in between.";
    /// No such request of theirs.
    REQUEST_UNKNOWN = "wallet.request_unknown", NotFound, "Cette demande n’existe pas. Choisissez-la dans votre liste.", "There is no such request. Choose it from your list.";
    /// It was paid.
    REQUEST_PAID = "wallet.request_paid", Conflict, "Cette demande a déjà été payée.", "This request was already paid.";
    /// It was refused or taken back, or has expired.
    REQUEST_CLOSED = "wallet.request_closed", Conflict, "Cette demande est terminée. Demandez qu’on vous en envoie une nouvelle.", "This request has ended. Ask for a new one.";
    /// Its time is over.
    REQUEST_EXPIRED = "wallet.request_expired", Unprocessable, "Cette demande a expiré. Demandez qu’on vous en envoie une nouvelle.", "This request has expired. Ask for a new one.";
    /// Too many open, or made today.
    TOO_MANY_REQUESTS = "wallet.too_many_requests", Unprocessable, "Vous avez trop de demandes en attente. Attendez les réponses, ou annulez-en une.", "You have too many requests waiting. Wait for answers, or take one back.";
    /// They refused several already.
    REQUEST_UNWELCOME = "wallet.request_unwelcome", Unprocessable, "Cette personne a refusé plusieurs de vos demandes. Parlez-lui avant de redemander.", "This person has refused several of your requests. Talk to them before you ask again.";
    /// No such recall of theirs.
    RECALL_UNKNOWN = "wallet.recall_unknown", NotFound, "Ce rappel de paiement n’existe pas. Choisissez-le dans votre liste.", "There is no such recall of a payment. Choose it from your list.";
    /// The transaction is no payment that they made to others.
    RECALL_IMPOSSIBLE = "wallet.recall_impossible", Unprocessable, "Seul un paiement que vous avez fait à quelqu’un peut être rappelé. Choisissez-en un dans votre relevé.", "Only a payment that you made to somebody can be asked back. Choose one from your statement.";
    /// The payment is too long ago.
    RECALL_TOO_LATE = "wallet.recall_too_late", Unprocessable, "Un paiement peut être rappelé pendant 7 jours. Contactez la personne, ou l’assistance.", "A payment can be asked back for 7 days. Contact the person, or support.";
    /// It was asked back before.
    RECALL_EXISTS = "wallet.recall_exists", Conflict, "Ce paiement a déjà été rappelé. Suivez la réponse dans votre liste.", "This payment was asked back already. Follow the answer in your list.";
    /// It was answered, taken back or closed, or has expired.
    RECALL_ENDED = "wallet.recall_ended", Conflict, "Ce rappel de paiement est terminé. Pour rendre l’argent, faites un remboursement.", "This recall has ended. To give the money back, make a refund.";
    /// Too many wait for an answer.
    TOO_MANY_RECALLS = "wallet.too_many_recalls", Unprocessable, "Vous avez trop de rappels sans réponse. Attendez les réponses, ou contactez l’assistance.", "You have too many recalls without an answer. Wait for answers, or contact support.";
    /// No such receipt, or a forged address.
    RECEIPT_UNKNOWN = "wallet.receipt_unknown", NotFound, "Ce reçu n’existe pas. Vérifiez l’adresse, ou demandez au payeur de l’ouvrir dans son application.", "There is no such receipt. Check the address, or ask the payer to open it in their app.";
    /// The days of a statement are not two days in their order.
    PERIOD_INVALID = "wallet.period_invalid", Invalid, "Indiquez deux jours « from » et « to » dans l’ordre, comme 2026-03-01 et 2026-03-31, le premier pas dans le futur.", "Give two days \"from\" and \"to\" in order, like 2026-03-01 and 2026-03-31, the first not in the future.";
    /// See [`crate::Dates::MOST_MONTHS`].
    PERIOD_TOO_LONG = "wallet.period_too_long", Unprocessable, "Un relevé couvre au plus 12 mois. Choisissez une période plus courte.", "A statement covers at most 12 months. Choose a shorter period.";
    /// See [`crate::Statement::MOST`].
    STATEMENT_TOO_LONG = "wallet.statement_too_long", Unprocessable, "Ce relevé compte plus de 10 000 opérations. Choisissez une période plus courte.", "This statement has more than 10,000 operations. Choose a shorter period.";
    /// The form of a statement is neither `csv` nor `pdf`.
    FORMAT_INVALID = "wallet.format_invalid", Invalid, "Choisissez « csv » ou « pdf ».", "Choose \"csv\" or \"pdf\".";
    /// An instant is not one.
    INSTANT_INVALID = "wallet.instant_invalid", Invalid, "Indiquez un instant comme 2026-03-01T12:00:00Z.", "Give an instant like 2026-03-01T12:00:00Z.";
    /// See [`crate::SpendingMonths`].
    MONTHS_INVALID = "wallet.months_invalid", Invalid, "Indiquez de 1 à 24 mois.", "Give 1 to 24 months.";
    /// Nothing was ever asked with that key.
    KEY_UNKNOWN = "wallet.key_unknown", NotFound, "Aucune opération n’a été faite avec cette clé : vous pouvez la renvoyer sans risque.", "Nothing was done with this key: you can safely send it again.";
    /// No such scheduled transfer, or not theirs.
    SCHEDULE_UNKNOWN = "wallet.schedule_unknown", NotFound, "Ce virement programmé n’existe pas. Choisissez-le dans votre liste.", "There is no such scheduled transfer. Choose it from your list.";
    /// The first time is past or too far away.
    SCHEDULE_FIRST_INVALID = "wallet.schedule_first_invalid", Invalid, "Choisissez une première date à venir, dans l’année.", "Choose a first date in the future, within a year.";
    /// Not a number of times.
    SCHEDULE_TIMES_INVALID = "wallet.schedule_times_invalid", Invalid, "Choisissez de 1 à 520 fois, ou rien pour continuer jusqu’à ce que vous l’arrêtiez.", "Choose 1 to 520 times, or none to go on until you stop it.";
    /// A person has too many.
    TOO_MANY_SCHEDULES = "wallet.too_many_schedules", Unprocessable, "Vous avez déjà 50 virements programmés. Annulez-en un d’abord.", "You already have 50 scheduled transfers. Cancel one first.";
    /// It has ended, or is in that state already.
    SCHEDULE_OVER = "wallet.schedule_over", Conflict, "Ce virement programmé est déjà dans cet état, ou terminé. Rechargez la liste.", "This scheduled transfer is already in that state, or over. Reload the list.";
    /// A transfer of it is being made.
    SCHEDULE_IN_PROGRESS = "wallet.schedule_in_progress", Conflict, "Un virement est en cours d’envoi. Réessayez dans un instant.", "A transfer is being sent. Try again in a moment.";
    /// No such contact of theirs.
    CONTACT_UNKNOWN = "wallet.contact_unknown", NotFound, "Ce contact n’existe pas. Choisissez-le dans votre liste.", "There is no such contact. Choose it from your list.";
    /// They saved this person already.
    CONTACT_EXISTS = "wallet.contact_exists", Conflict, "Cette personne est déjà dans vos contacts. Cherchez-la dans votre liste.", "This person is among your contacts already. Look for them in your list.";
    /// What they call a contact is no name.
    CONTACT_NAME_INVALID = "wallet.contact_name_invalid", Invalid, "Le nom d’un contact compte de 1 à 60 caractères, sans caractère de contrôle.", "A contact’s name has 1 to 60 characters and no control character.";
    /// See [`crate::Wallets::MAX_CONTACTS`].
    TOO_MANY_CONTACTS = "wallet.too_many_contacts", Unprocessable, "Vous avez déjà 500 contacts. Supprimez-en un d’abord.", "You already have 500 contacts. Delete one first.";
    /// No such file of payments of theirs.
    BULK_UNKNOWN = "wallet.bulk_unknown", NotFound, "Ce lot de paiements n’existe pas. Choisissez-le dans votre liste.", "There is no such bulk payment. Choose it from your list.";
    /// The bytes are no CSV in UTF-8.
    BULK_UNREADABLE = "wallet.bulk_unreadable", Invalid, "Ce fichier n’est pas un CSV en UTF-8. Enregistrez-le dans ce format, puis renvoyez-le.", "This file is no CSV in UTF-8. Save it in that form, then send it again.";
    /// The first line does not say which column is which.
    BULK_HEADER_INVALID = "wallet.bulk_header_invalid", Invalid, "La première ligne doit nommer une colonne « destinataire » et une colonne « montant », chacune une fois ; « nom » et « motif » sont facultatives.", "The first line has to name one column \"recipient\" and one column \"amount\"; \"name\" and \"note\" are optional.";
    /// No line under the header.
    BULK_EMPTY = "wallet.bulk_empty", Invalid, "Ce fichier ne contient aucun paiement. Ajoutez une ligne par paiement.", "There is no payment in this file. Add a line for each.";
    /// See [`crate::MAX_BULK_LINES`].
    BULK_TOO_MANY_LINES = "wallet.bulk_too_many_lines", Invalid, "Un fichier compte au plus 10 000 paiements. Partagez-le en plusieurs.", "A file has at most 10,000 payments. Divide it.";
    /// More cells in a line than in the header.
    BULK_COLUMNS = "wallet.bulk_columns", Invalid, "Cette ligne a plus de cellules que l’en-tête. Mettez entre guillemets un texte qui contient le séparateur.", "This line has more cells than the header. Put a text that contains the separator in quotation marks.";
    /// The receiver of a line is no identifier.
    BULK_RECIPIENT_INVALID = "wallet.bulk_recipient_invalid", Invalid, "Indiquez un numéro de téléphone ou une adresse e-mail.", "Give a phone number or an e-mail address.";
    /// The name in a line is none.
    BULK_NAME_INVALID = "wallet.bulk_name_invalid", Invalid, "Un nom compte au plus 100 caractères, sans caractère de contrôle.", "A name has at most 100 characters and no control character.";
    /// The name in a line would be a formula to a spreadsheet.
    BULK_NAME_FORMULA = "wallet.bulk_name_formula", Invalid, "Un nom ne commence pas par « = », « + », « - » ou « @ ». Corrigez cette cellule.", "A name does not begin with \"=\", \"+\", \"-\" or \"@\". Correct this cell.";
    /// They have as many drafts as one may have.
    TOO_MANY_BULK_DRAFTS = "wallet.too_many_bulk_drafts", Unprocessable, "Cinq fichiers attendent déjà votre confirmation. Confirmez-en un, ou abandonnez-le.", "Five files wait for your confirmation already. Confirm one, or drop it.";
    /// It is no draft any more.
    BULK_OVER = "wallet.bulk_over", Conflict, "Ce lot de paiements n’en est pas là : cela ne peut plus, ou pas encore, se faire. Rechargez-le pour voir où il en est.", "This bulk payment is at another stage: that can no longer, or not yet, be done. Reload it to see where it is.";
    /// None of its lines can be paid.
    BULK_NOTHING_TO_PAY = "wallet.bulk_nothing_to_pay", Unprocessable, "Aucune ligne de ce fichier ne peut être payée. Corrigez-le, puis renvoyez-le.", "No line of this file can be paid. Correct it, then send it again.";
    /// Some lines have something wrong, and the payer did not say that they may be left out.
    BULK_LINES_INVALID = "wallet.bulk_lines_invalid", Unprocessable, "Des lignes sont fausses. Corrigez le fichier, ou confirmez avec « skipInvalid » pour les laisser de côté.", "Some lines are wrong. Correct the file, or confirm with \"skipInvalid\" to leave them out.";
    /// Some receivers have another name than the payer believes, who did not say that they are to be paid all the same.
    BULK_NAMES_DIFFER = "wallet.bulk_names_differ", Unprocessable, "Des bénéficiaires portent un autre nom que celui du fichier. Vérifiez-les, ou confirmez avec « acceptNames ».", "Some receivers have another name than the file says. Check them, or confirm with \"acceptNames\".";
    /// See [`crate::BulkMode::MOST_TOGETHER`].
    BULK_TOO_MANY_TOGETHER = "wallet.bulk_too_many_together", Unprocessable, "Au plus 500 paiements peuvent être faits tous ensemble ou pas du tout. Choisissez « each », ou partagez le fichier.", "At most 500 payments can be made all together or not at all. Choose \"each\", or divide the file.";
    /// No such code, or not theirs.
    QR_UNKNOWN = "wallet.qr_unknown", NotFound, "Ce code QR n’existe pas ou n’existe plus. Demandez-en un autre.", "This QR code does not exist or no longer does. Ask for another.";
    /// The code's time is over.
    QR_EXPIRED = "wallet.qr_expired", Unprocessable, "Ce code QR a expiré. Demandez-en un nouveau.", "This QR code has expired. Ask for a new one.";
    /// The amount is not the one that the code fixes.
    QR_AMOUNT_MISMATCH = "wallet.qr_amount_mismatch", Unprocessable, "Ce code QR fixe un autre montant. Scannez-le à nouveau et payez le montant affiché.", "This QR code sets another amount. Scan it again and pay the amount shown.";
    /// A code of another network.
    QR_OTHER_NETWORK = "wallet.qr_other_network", Unprocessable, "Ce code QR est d’un autre réseau, que Hostolink ne paie pas encore. Demandez un code Hostolink.", "This QR code is of another network, which Hostolink does not pay yet. Ask for a Hostolink code.";
    /// A code of the BCEAO's instant payments, of somebody at another institution.
    QR_OTHER_INSTITUTION = "wallet.qr_other_institution", Unprocessable, "Ce code QR PI-SPI est d’un autre établissement. Hostolink le paiera une fois raccordé à PI-SPI ; en attendant, demandez un code Hostolink, ou payez depuis cet établissement.", "This PI-SPI QR code is of another institution. Hostolink will pay it once connected to PI-SPI; until then, ask for a Hostolink code, or pay from that institution.";
    /// See [`crate::emv::EmvError::TooLong`].
    QR_TOO_LONG = "wallet.qr_too_long", Invalid, "Ce texte est trop long pour un code de paiement. Scannez le code à nouveau.", "This text is too long for a payment code. Scan the code again.";
    /// See [`crate::emv::EmvError::Truncated`].
    QR_TRUNCATED = "wallet.qr_truncated", Invalid, "Il manque la fin du code QR. Scannez-le à nouveau, en entier.", "The end of the QR code is missing. Scan all of it again.";
    /// See [`crate::emv::EmvError::Malformed`].
    QR_MALFORMED = "wallet.qr_malformed", Invalid, "Ce n’est pas un code QR de paiement. Scannez celui de la personne à payer.", "This is no payment QR code. Scan that of the person to pay.";
    /// See [`crate::emv::EmvError::Checksum`].
    QR_CHECKSUM = "wallet.qr_checksum", Invalid, "Le code QR a été mal lu ou modifié. Scannez-le à nouveau.", "The QR code was misread or changed. Scan it again.";
    /// See [`crate::emv::EmvError::Duplicate`].
    QR_DUPLICATE_FIELD = "wallet.qr_duplicate_field", Invalid, "Ce code QR se contredit. Demandez-en un autre.", "This QR code contradicts itself. Ask for another.";
    /// See [`crate::emv::EmvError::Currency`].
    QR_CURRENCY = "wallet.qr_currency", Unprocessable, "Ce code QR n’est pas en francs CFA. Demandez un code en francs CFA.", "This QR code is not in francs CFA. Ask for one that is.";
    /// See [`crate::emv::EmvError::Country`].
    QR_COUNTRY = "wallet.qr_country", Unprocessable, "Ce code QR est d’un autre pays. Demandez un code ivoirien.", "This QR code is of another country. Ask for an Ivorian one.";
    /// See [`crate::emv::EmvError::Amount`].
    QR_AMOUNT = "wallet.qr_amount", Invalid, "Le montant de ce code QR n’est pas valable. Demandez-en un autre.", "The amount of this QR code is not valid. Ask for another.";
    /// No such card of theirs.
    CARD_UNKNOWN = "wallet.card_unknown", NotFound, "Cette carte n’existe pas. Choisissez-la parmi vos cartes.", "There is no such card. Choose it from your cards.";
    /// The card is closed for good.
    CARD_CLOSED = "wallet.card_closed", Conflict, "Cette carte est fermée. Créez-en une autre.", "This card is closed. Make another.";
    /// They have as many cards as one may have.
    CARD_TOO_MANY = "wallet.card_too_many", Conflict, "Vous avez déjà cinq cartes. Fermez-en une avant d’en créer une autre.", "You already have five cards. Close one before you make another.";
    /// The label is not one.
    CARD_LABEL_INVALID = "wallet.card_label_invalid", Invalid, "Le nom d’une carte compte au plus 30 caractères, sans caractère de contrôle.", "A card’s name has at most 30 characters and no control character.";
    /// The number is none of ours.
    CARD_NUMBER_INVALID = "wallet.card_number_invalid", Invalid, "Ce n’est pas un numéro de carte Hostolink. Vérifiez les seize chiffres.", "This is no Hostolink card number. Check the sixteen digits.";
    /// The code is none.
    CARD_CODE_INVALID = "wallet.card_code_invalid", Invalid, "Le code d’une carte compte six chiffres. Demandez celui que l’application affiche.", "A card’s code has six digits. Ask for the one that the app shows.";
    /// There is no such card, or the code is not its own now. The two answer alike.
    CARD_NOT_RECOGNISED = "wallet.card_not_recognised", Unprocessable, "Le numéro ou le code n’est pas le bon, ou le code a déjà servi. Demandez le code affiché maintenant.", "The number or the code is wrong, or the code was used. Ask for the code shown now.";
    /// The card's time is over.
    CARD_EXPIRED = "wallet.card_expired", Unprocessable, "Cette carte a expiré. Son titulaire peut la renouveler dans l’application.", "This card has expired. Its owner can renew it in the app.";
    /// Why is the owner's to know.
    CARD_DECLINED = "wallet.card_declined", Unprocessable, "La carte est refusée. Demandez un autre moyen de paiement ; son titulaire voit la raison dans l’application.", "The card is declined. Ask for another means of payment; its owner sees the reason in the app.";
    /// See [`crate::Error::Unreadable`].
    CARD_UNREADABLE = "wallet.card_unreadable", Internal, "Cette carte ne peut pas être lue. Prévenez l’assistance.", "This card can’t be read. Tell support.";
    /// No such authorisation, or another merchant's.
    AUTHORIZATION_UNKNOWN = "wallet.authorization_unknown", NotFound, "Cette autorisation n’existe pas. Choisissez-la parmi les vôtres.", "There is no such authorisation. Choose it from yours.";
    /// No such pot of theirs.
    POT_UNKNOWN = "wallet.pot_unknown", NotFound, "Cette cagnotte n’existe pas. Choisissez-la parmi les vôtres.", "There is no such pot. Choose it from yours.";
    /// The pot is closed for good.
    POT_CLOSED = "wallet.pot_closed", Conflict, "Cette cagnotte est fermée. Ouvrez-en une autre.", "This pot is closed. Open another.";
    /// Somebody wants to close a pot that holds money.
    POT_NOT_EMPTY = "wallet.pot_not_empty", Conflict, "Cette cagnotte contient encore de l’argent. Reprenez-le d’abord.", "This pot still holds money. Take it back first.";
    /// They have as many pots as one may have.
    POT_TOO_MANY = "wallet.pot_too_many", Conflict, "Vous avez déjà dix cagnottes. Fermez-en une avant d’en ouvrir une autre.", "You already have ten pots. Close one before you open another.";
    /// The name is not one.
    POT_NAME_INVALID = "wallet.pot_name_invalid", Invalid, "Le nom d’une cagnotte compte de 1 à 40 caractères, sans caractère de contrôle.", "A pot’s name has 1 to 40 characters and no control character.";
    /// Who is not identified wants to be a merchant.
    IDENTITY_REQUIRED = "wallet.identity_required", Forbidden, "Faites d’abord vérifier votre identité.", "Have your identity verified first.";
    /// They described no trade, or there is no such merchant.
    MERCHANT_UNKNOWN = "wallet.merchant_unknown", NotFound, "Ce commerce n’existe pas. Décrivez d’abord le vôtre.", "There is no such merchant. Describe your trade first.";
    /// The merchant is not as far as that, or further.
    MERCHANT_STATE = "wallet.merchant_state", Conflict, "L’état de ce commerce ne le permet pas. Rechargez-le pour voir où il en est.", "This merchant’s state does not allow it. Reload it to see how far it is.";
    /// The trade name is not one.
    TRADE_NAME_INVALID = "wallet.trade_name_invalid", Invalid, "L’enseigne compte de 1 à 60 caractères, sans caractère de contrôle.", "A trade name has 1 to 60 characters and no control character.";
    /// The city is not one.
    CITY_INVALID = "wallet.city_invalid", Invalid, "La ville compte de 1 à 40 caractères, sans caractère de contrôle.", "A city has 1 to 40 characters and no control character.";
    /// The category is not one.
    CATEGORY_INVALID = "wallet.category_invalid", Invalid, "La catégorie est un code de quatre chiffres (ISO 18245), par exemple 5812 pour un restaurant.", "The category is a code of four digits (ISO 18245), for example 5812 for a restaurant.";
    /// The registration number is not one.
    REGISTRATION_INVALID = "wallet.registration_invalid", Invalid, "Le numéro RCCM ou NCC compte de 5 à 32 lettres, chiffres, tirets ou barres. Recopiez-le depuis votre document.", "The RCCM or NCC number has 5 to 32 letters, digits, dashes or slashes. Copy it from your document.";
    /// The code is of a merchant or till that may not be paid now.
    QR_NOT_ACCEPTING = "wallet.qr_not_accepting", Unprocessable, "Ce commerçant ne reçoit pas de paiement à cette caisse pour le moment. Demandez un autre code.", "This merchant takes no payment at this till for now. Ask for another code.";
    /// No such till of theirs.
    TILL_UNKNOWN = "wallet.till_unknown", NotFound, "Cette caisse n’existe pas. Choisissez-la parmi les vôtres.", "There is no such till. Choose it from yours.";
    /// The till is not open, or its invitation can't be answered.
    TILL_CLOSED = "wallet.till_closed", Conflict, "Cette caisse n’est pas ouverte. Demandez au commerçant.", "This till is not open. Ask the merchant.";
    /// The merchant has as many tills as one may have.
    TILL_TOO_MANY = "wallet.till_too_many", Conflict, "Vous avez déjà cinquante caisses. Fermez-en une d’abord.", "You already have fifty tills. Close one first.";
    /// The name is not one.
    TILL_NAME_INVALID = "wallet.till_name_invalid", Invalid, "Le nom d’une caisse compte de 1 à 40 caractères, sans caractère de contrôle.", "A till’s name has 1 to 40 characters and no control character.";
    /// Another of the merchant's tills is called so.
    TILL_NAME_TAKEN = "wallet.till_name_taken", Conflict, "Une autre de vos caisses porte ce nom. Choisissez-en un autre.", "Another of your tills has this name. Choose another.";
    /// The person works at another till of the merchant's, or is invited to one.
    CASHIER_TAKEN = "wallet.cashier_taken", Conflict, "Cette personne tient déjà une de vos caisses, ou y est invitée.", "This person already works at one of your tills, or is invited to.";
    /// There is nobody proven behind that identifier.
    CASHIER_UNKNOWN = "wallet.cashier_unknown", Unprocessable, "Personne n’utilise Hostolink avec ce numéro ou cette adresse. Vérifiez-le, ou invitez la personne à s’inscrire.", "Nobody uses Hostolink with this number or address. Check it, or invite the person to sign up.";
    /// The merchant's cashiers give nothing back.
    TILL_REFUNDS_OFF = "wallet.till_refunds_off", Forbidden, "Le commerçant n’autorise pas les remboursements en caisse. Demandez-lui de rembourser.", "The merchant does not allow refunds at the till. Ask them to refund.";
    /// The alias is none that the network gives for codes.
    PI_ALIAS_INVALID = "wallet.pi_alias_invalid", Invalid, "Un alias PI-SPI est un UUID de version 4. Recopiez celui que le réseau a donné.", "A PI-SPI alias is a UUID of version 4. Copy the one that the network gave.";
    /// No code is paid to such an account.
    PI_ALIAS_ACCOUNT = "wallet.pi_alias_account", Unprocessable, "Aucun code n’est payé sur ce compte. Indiquez un compte principal, de commerçant ou de caisse.", "No code is paid to this account. Give a main account, a merchant’s or a till’s.";
    /// The account has an alias, or the alias an account.
    PI_ALIAS_TAKEN = "wallet.pi_alias_taken", Conflict, "Ce compte a déjà un alias, ou cet alias un compte. Retirez d’abord l’autre.", "This account has an alias already, or this alias an account. Withdraw the other first.";
    /// No such alias.
    PI_ALIAS_UNKNOWN = "wallet.pi_alias_unknown", NotFound, "Cet alias n’existe pas. Choisissez-le dans la liste.", "There is no such alias. Choose it from the list.";
}
