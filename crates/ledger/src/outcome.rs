use crate::{Fingerprint, TransactionKind, stored::stored_by_name};
use chrono::{DateTime, Utc};
use diesel::{deserialize::FromSqlRow, expression::AsExpression};
use hostolink_kernel::{AccountId, ErrorCode, Kind, TransactionId, Xof};

/// What became of an order. It is stored with the order's key, and a replay reads the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The money moved.
    Accepted(Receipt),
    /// Nothing moved, and this is why.
    Refused(Refusal),
}

/// The proof that money moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The transaction that was made.
    pub transaction: TransactionId,
    /// What it is.
    pub kind: TransactionKind,
    /// Who gave.
    pub from: AccountId,
    /// Who received.
    pub to: AccountId,
    /// How much was asked for, which the receiver gets, less what the payment costs them; of a hold or its end, how much is set aside or let go.
    pub amount: Xof,
    /// What the giver paid on top.
    pub fee: Xof,
    /// What the giver's account held right after it. It is the giver's to know, not the receiver's.
    pub balance_after: Xof,
    /// When it happened in the world.
    pub event_at: DateTime<Utc>,
    /// When the ledger recorded it.
    pub recorded_at: DateTime<Utc>,
}

/// What the writer or [`Ledger::post`](crate::Ledger::post) answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// The order has this outcome.
    Done {
        /// The outcome.
        outcome: Outcome,
        /// Whether it was decided by an earlier order of the same key and fingerprint.
        replayed: bool,
    },
    /// The key already stands for another wish; see [`KEY_REUSED`](crate::KEY_REUSED).
    KeyReused,
}

/// The outcome of an earlier order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredOutcome {
    /// What the key stands for.
    pub fingerprint: Fingerprint,
    /// What became of it.
    pub outcome: Outcome,
}

impl StoredOutcome {
    /// What to answer to an order of the same key with this fingerprint.
    #[must_use]
    pub fn reply(&self, fingerprint: &Fingerprint) -> Reply {
        if self.fingerprint == *fingerprint {
            Reply::Done { outcome: self.outcome, replayed: true }
        } else {
            Reply::KeyReused
        }
    }
}

/// Declares the refusals with their stored names and what people read.
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $stored:literal, $code:literal, $kind:ident, $fr:literal, $en:literal;)*) => {
        /// Why money did not move. What concerns the receiver says nothing of the receiver's balance.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum Refusal {$(
            $(#[$doc])*
            $name,
        )*}

        impl Refusal {
            /// Every refusal.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its code for callers.
            #[must_use]
            pub const fn code(self) -> &'static ErrorCode {
                match self {$(
                    Self::$name => &const { ErrorCode::new($code, Kind::$kind, $fr, $en) },
                )*}
            }

            /// Its name in the column `motif`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {$(Self::$name => $stored,)*}
            }
        }
    };
}

refusals! {
    /// The giver has less than that, what is set aside not counted.
    InsufficientFunds = "fonds_insuffisants", "wallet.insufficient_funds", Unprocessable,
        "Votre solde ne suffit pas. Rechargez votre compte ou choisissez un montant plus petit.",
        "Your balance is too low. Top up your account or choose a smaller amount.";
    /// Nothing is no amount.
    AmountZero = "montant_nul", "ledger.amount_zero", Invalid,
        "Indiquez un montant d’au moins 1 F CFA.",
        "Enter an amount of at least 1 F CFA.";
    /// No account can hold that much.
    AmountTooLarge = "montant_trop_grand", "ledger.amount_too_large", Unprocessable,
        "Ce montant est trop grand. Choisissez un montant plus petit.",
        "This amount is too large. Choose a smaller one.";
    /// There is no such account.
    UnknownAccount = "compte_inconnu", "ledger.unknown_account", NotFound,
        "Ce compte n’existe pas. Vérifiez le destinataire.",
        "There is no such account. Check who should receive.";
    /// The account is of a kind that this order does not concern.
    WrongAccountKind = "compte_inadapte", "ledger.wrong_account_kind", Unprocessable,
        "Cette opération n’est pas possible avec ce compte. Choisissez-en un autre.",
        "This operation is not possible with this account. Choose another.";
    /// Giver and receiver are one.
    SameAccount = "meme_compte", "ledger.same_account", Unprocessable,
        "Vous ne pouvez pas vous payer vous-même. Choisissez un autre destinataire.",
        "You cannot pay yourself. Choose somebody else.";
    /// The giver's account is frozen or closed.
    SenderBlocked = "emetteur_bloque", "ledger.sender_blocked", Unprocessable,
        "Votre compte ne peut pas envoyer d’argent pour le moment. Contactez l’assistance.",
        "Your account cannot send money at the moment. Contact support.";
    /// The receiver's account is frozen or closed.
    ReceiverBlocked = "beneficiaire_bloque", "ledger.receiver_blocked", Unprocessable,
        "Le bénéficiaire ne peut pas recevoir d’argent pour le moment. Prévenez-le ou choisissez un autre compte.",
        "The receiver cannot receive money at the moment. Tell them, or choose another account.";
    /// The receiver would hold, or have received, more than the law or the contract allows. Which of the two is theirs to know.
    ReceiverCeiling = "plafond_beneficiaire", "ledger.receiver_ceiling", Unprocessable,
        "Le bénéficiaire ne peut pas recevoir ce montant pour le moment. Choisissez un montant plus petit, ou prévenez-le : son application affiche ses limites.",
        "The receiver cannot receive this amount at the moment. Choose a smaller one, or tell them: their application shows their limits.";
    /// More at once than the giver may.
    LimitOperation = "limite_operation", "wallet.limit_operation", Unprocessable,
        "Ce montant dépasse ce que vous pouvez envoyer en une fois. Choisissez un montant plus petit.",
        "This amount is more than you may send at once. Choose a smaller one.";
    /// The giver would have moved more in a day than they may.
    LimitDay = "limite_jour", "wallet.limit_day_reached", Unprocessable,
        "Votre limite du jour serait dépassée. Choisissez un montant plus petit, ou réessayez demain.",
        "Your limit of the day would be exceeded. Choose a smaller amount, or try again tomorrow.";
    /// As many operations in a day as the giver may.
    LimitDayCount = "limite_jour_nombre", "wallet.limit_day_count_reached", Unprocessable,
        "Vous avez atteint le nombre d’opérations permis par jour. Réessayez demain.",
        "You have reached the number of operations allowed in a day. Try again tomorrow.";
    /// The giver would have moved more in a month than they may.
    LimitMonth = "limite_mois", "wallet.limit_month_reached", Unprocessable,
        "Votre limite du mois serait dépassée. Choisissez un montant plus petit, ou réessayez le mois prochain.",
        "Your limit of the month would be exceeded. Choose a smaller amount, or try again next month.";
    /// As many operations in a month as the giver may.
    LimitMonthCount = "limite_mois_nombre", "wallet.limit_month_count_reached", Unprocessable,
        "Vous avez atteint le nombre d’opérations permis par mois. Réessayez le mois prochain.",
        "You have reached the number of operations allowed in a month. Try again next month.";
    /// The device is new, and more would have left from it than may.
    NewDevice = "appareil_recent", "wallet.new_device_limit", Unprocessable,
        "Cet appareil est nouveau sur votre compte : pendant quelques heures, vous pouvez envoyer moins. Choisissez un montant plus petit, ou réessayez plus tard.",
        "This device is new on your account: for some hours you may send less. Choose a smaller amount, or try again later.";
    /// What may happen once has happened.
    AlreadyDone = "deja_fait", "ledger.already_done", Conflict,
        "Ce paiement a déjà été effectué. Demandez un nouveau code pour payer encore.",
        "This payment was already made. Ask for a new code to pay again.";
    /// What may happen once is not to happen any more.
    Closed = "ferme", "ledger.closed", Conflict,
        "Ce paiement n’est plus attendu. Demandez-en un nouveau si nécessaire.",
        "This payment is no longer expected. Ask for a new one if needed.";
    /// There is no such transaction, or it is not theirs.
    UnknownTransaction = "transaction_inconnue", "ledger.unknown_transaction", NotFound,
        "Cette transaction n’existe pas. Choisissez-la dans votre relevé.",
        "There is no such transaction. Choose it from your statement.";
    /// It is nothing that can be given back, or undone.
    NotRefundable = "non_remboursable", "ledger.not_refundable", Unprocessable,
        "Cette transaction ne peut pas être remboursée. Faites un virement à la place.",
        "This transaction cannot be refunded. Make a transfer instead.";
    /// More than what is left of the transfer to give back.
    RefundExceeds = "remboursement_excessif", "ledger.refund_exceeds", Unprocessable,
        "Le remboursement dépasse ce qui reste à rembourser. Choisissez un montant plus petit.",
        "The refund is more than what is left to give back. Choose a smaller amount.";
    /// The hold was captured, released or expired.
    HoldEnded = "retenue_terminee", "ledger.hold_ended", Conflict,
        "Cette réservation est terminée. Refaites l’opération si nécessaire.",
        "This hold has ended. Start the operation again if needed.";
    /// The hold can no longer be captured.
    HoldExpired = "retenue_expiree", "ledger.hold_expired", Conflict,
        "Cette réservation a expiré. Refaites l’opération.",
        "This hold has expired. Start the operation again.";
    /// The hold's time is not over.
    HoldRunning = "retenue_en_cours", "ledger.hold_running", Conflict,
        "Cette réservation est encore valable. Attendez sa fin.",
        "This hold is still valid. Wait until it ends.";
    /// It was to be done together with others, and one of them was refused.
    OtherRefused = "autre_refus", "ledger.other_refused", Unprocessable,
        "Un autre paiement du même envoi a été refusé : rien n’a été payé. Corrigez-le, puis recommencez.",
        "Another payment of the same batch was refused: nothing was paid. Correct it, then start again.";
    /// What it costs the receiver would leave nothing of it.
    ChargeExceeds = "frais_excessifs", "ledger.charge_exceeds", Unprocessable,
        "Ce montant est trop petit : les frais du bénéficiaire n’en laisseraient rien. Choisissez un montant plus grand.",
        "This amount is too small: what it costs the receiver would leave nothing of it. Choose a larger one.";
    /// More than what was set aside, charges included.
    CaptureExceeds = "capture_excessive", "ledger.capture_exceeds", Unprocessable,
        "Le montant dépasse ce qui a été réservé. Choisissez un montant plus petit.",
        "The amount is more than what was set aside. Choose a smaller one.";
}

stored_by_name!(Refusal);
