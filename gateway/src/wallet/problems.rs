//! The refusals that several endpoints share, described once.

use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

const UNAUTHENTICATED: (&str, &str) = ("401", "Nobody is signed in: `auth.required`");

/// Of an endpoint that only reads.
pub(super) struct Reading;

impl IntoResponses for Reading {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("400", "A parameter has not the expected form: `request.*`"),
            UNAUTHENTICATED,
            ("503", "Too much at once; `Retry-After` says when to try again"),
        ])
    }
}

/// Of an endpoint that moves money.
pub(super) struct MovingMoney;

impl IntoResponses for MovingMoney {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (
                "400",
                "The body, an amount or the key has not the expected form: `request.*`, `wallet.*_invalid`, `wallet.qr_*`",
            ),
            UNAUTHENTICATED,
            (
                "403",
                "The session was not proven by a one-time code on this device: `auth.step_up_required`; a larger sum needs the device's PIN: `auth.pin_required`, `auth.pin_undefined`, `auth.pin_locked`; or the role does not allow it",
            ),
            (
                "404",
                "No such code, contact, request or transaction: `wallet.qr_unknown`, `wallet.contact_unknown`, `wallet.request_unknown`, `wallet.transaction_unknown`",
            ),
            (
                "409",
                "It was paid already, or is not to be paid any more: `ledger.already_done`, `ledger.closed`, `wallet.request_*`, `wallet.recall_ended`; it costs something else by now: `wallet.fee_changed`",
            ),
            (
                "422",
                "Refused, nothing moved: `wallet.insufficient_funds`, `wallet.receiver_unknown`, `wallet.limit_*` (of a day or a month with `freesAt`), `wallet.new_device_limit` (with `freesAt`), `wallet.operation_under_review`, `ledger.*`, `request.idempotency_key_reused`",
            ),
            ("429", "Too many identifiers asked for in vain: `wallet.too_many_lookups`"),
            ("503", "Too much at once: repeat with the same key after `Retry-After`"),
        ])
    }
}

/// Of what somebody does with whom they saved.
pub(super) struct OwnContact;

impl IntoResponses for OwnContact {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (
                "400",
                "The body has not the expected form: `request.*`, `wallet.contact_name_invalid`, `wallet.target_invalid`",
            ),
            UNAUTHENTICATED,
            ("403", "The session was not proven by a one-time code on this device: `auth.step_up_required`"),
            (
                "404",
                "No such contact of the caller's, or no such code: `wallet.contact_unknown`, `wallet.qr_unknown`",
            ),
            ("409", "This person is saved already: `wallet.contact_exists`"),
            ("422", "`wallet.receiver_unknown`, `wallet.too_many_contacts`, `ledger.same_account`"),
            ("429", "Too many identifiers asked for in vain: `wallet.too_many_lookups`"),
            ("503", "Too much at once; `Retry-After` says when to try again"),
        ])
    }
}

/// Of what somebody does with a file of payments.
pub(super) struct OwnBulk;

impl IntoResponses for OwnBulk {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (
                "400",
                "The file, the body or the key has not the expected form: `request.*`, `wallet.bulk_unreadable`, `wallet.bulk_header_invalid`, `wallet.bulk_empty`, `wallet.bulk_too_many_lines`",
            ),
            UNAUTHENTICATED,
            (
                "403",
                "The session was not proven by a one-time code on this device: `auth.step_up_required`; a larger total needs the device's PIN: `auth.pin_required`, `auth.pin_undefined`, `auth.pin_locked`",
            ),
            ("404", "No such file of the caller's: `wallet.bulk_unknown`"),
            ("409", "It does not wait for a confirmation any more: `wallet.bulk_over`"),
            ("413", "More than 5 MB: `request.too_large`"),
            (
                "422",
                "`wallet.bulk_lines_invalid`, `wallet.bulk_names_differ`, `wallet.bulk_nothing_to_pay`, `wallet.bulk_too_many_together`, `wallet.too_many_bulk_drafts`, `request.idempotency_key_reused`",
            ),
            ("429", "Too many files, strangers or unknown receivers today: `wallet.too_many_lookups`"),
            ("503", "Too much at once; `Retry-After` says when to try again"),
        ])
    }
}

/// Of an endpoint about limits and fees for who sets them.
pub(super) struct SettingRules;

impl IntoResponses for SettingRules {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (
                "400",
                "A field or parameter has not the expected form, or the parts don't go together: `request.*`, `ledger.invalid_cursor`, `wallet.amount_invalid`, `wallet.limit_invalid`, `wallet.scale_invalid`, `wallet.watch_rule_invalid`",
            ),
            UNAUTHENTICATED,
            (
                "403",
                "The role does not allow it, or the session is not proven by a code: `auth.forbidden`, `auth.step_up_required`",
            ),
            ("409", "Another one of the same subject begins that day: `wallet.rule_date_taken`"),
            ("422", "It would begin today or earlier: `wallet.rule_not_future`"),
            ("503", "Too much at once; `Retry-After` says when to try again"),
        ])
    }
}

/// Of what a compliance officer does.
pub(super) struct ReviewingAlerts;

impl IntoResponses for ReviewingAlerts {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (
                "400",
                "A field or parameter has not the expected form: `request.*`, `wallet.remark_invalid`, `wallet.period_invalid`",
            ),
            UNAUTHENTICATED,
            (
                "403",
                "The role does not allow it, or the session is not proven by a code: `auth.forbidden`, `auth.step_up_required`",
            ),
            ("404", "There is no such alert, or it is about the caller: `wallet.alert_unknown`"),
            (
                "409",
                "`wallet.alert_decided`, `wallet.alert_undecided`, `wallet.alert_holds_nothing`, `wallet.alert_second_person`, `wallet.alert_full`",
            ),
            (
                "422",
                "`wallet.alert_assignee_invalid`, `wallet.period_too_long` (12 months), `wallet.export_too_long` (10,000 alerts)",
            ),
            ("503", "Too much at once; `Retry-After` says when to try again"),
        ])
    }
}

/// Of what a card's owner does with it.
pub(super) struct OwnCard;

impl IntoResponses for OwnCard {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (
                "400",
                "The body has not the expected form: `request.*`, `wallet.card_label_invalid`, `wallet.amount_invalid`",
            ),
            UNAUTHENTICATED,
            (
                "403",
                "The session was not proven by a one-time code on this device: `auth.step_up_required`; where the PIN is asked for: `auth.pin_wrong`, `auth.pin_locked`, `auth.pin_undefined`",
            ),
            ("404", "No such card of the caller's: `wallet.card_unknown`"),
            ("409", "`wallet.card_closed`, `wallet.card_too_many`"),
            (
                "422",
                "`wallet.card_expired`; number and code are not shown on a new device: `wallet.new_device_limit` (with `freesAt`)",
            ),
            ("429", "Too many wrong PINs: `auth.too_many_attempts`"),
            ("503", "Too much at once; `Retry-After` says when to try again"),
        ])
    }
}

/// Of what somebody does with a pot of theirs.
pub(super) struct OwnPot;

impl IntoResponses for OwnPot {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (
                "400",
                "The body, an amount or the key has not the expected form: `request.*`, `wallet.pot_name_invalid`, `wallet.amount_invalid`",
            ),
            UNAUTHENTICATED,
            ("403", "The session was not proven by a one-time code on this device: `auth.step_up_required`"),
            ("404", "No such pot of the caller's: `wallet.pot_unknown`"),
            ("409", "`wallet.pot_closed`, `wallet.pot_not_empty`, `wallet.pot_too_many`"),
            (
                "422",
                "Refused, nothing moved: `wallet.insufficient_funds`, `ledger.*`, `request.idempotency_key_reused`",
            ),
            ("503", "Too much at once: repeat with the same key after `Retry-After`"),
        ])
    }
}

/// Of what a merchant does with their trade and tills.
pub(super) struct OwnTrade;

impl IntoResponses for OwnTrade {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (
                "400",
                "The body, an amount or the key has not the expected form: `request.*`, `wallet.trade_name_invalid`, `wallet.city_invalid`, `wallet.category_invalid`, `wallet.registration_invalid`, `wallet.till_name_invalid`, `wallet.amount_invalid`, `wallet.period_invalid`",
            ),
            UNAUTHENTICATED,
            (
                "403",
                "The identity is not verified: `wallet.identity_required`; the session was not proven by a one-time code on this device: `auth.step_up_required`",
            ),
            (
                "404",
                "The caller is no merchant, or there is no such till: `wallet.merchant_unknown`, `wallet.till_unknown`",
            ),
            (
                "409",
                "`wallet.merchant_state`, `wallet.till_too_many`, `wallet.till_name_taken`, `wallet.cashier_taken`",
            ),
            (
                "422",
                "Refused: `wallet.cashier_unknown`, `wallet.insufficient_funds`, `ledger.*`, `request.idempotency_key_reused`",
            ),
            ("429", "Too many identifiers asked for in vain: `wallet.too_many_lookups`"),
            ("503", "Too much at once: repeat with the same key after `Retry-After`"),
        ])
    }
}

/// Of what is done at a till.
pub(super) struct AtTill;

impl IntoResponses for AtTill {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (
                "400",
                "A parameter, the body, an amount or the key has not the expected form: `request.*`, `wallet.*_invalid`",
            ),
            UNAUTHENTICATED,
            (
                "403",
                "The merchant allows no refunds at tills: `wallet.till_refunds_off`; the session was not proven by a one-time code on this device: `auth.step_up_required`; a larger sum needs the device's PIN: `auth.pin_required`, `auth.pin_undefined`, `auth.pin_locked`",
            ),
            (
                "404",
                "No such till of the caller's, or nothing of the kind there: `wallet.till_unknown`, `wallet.qr_unknown`, `wallet.transaction_unknown`",
            ),
            (
                "409",
                "It is not open: `wallet.till_closed`; the merchant may not be paid: `wallet.merchant_state`",
            ),
            (
                "422",
                "Refused, nothing moved: `wallet.insufficient_funds` of what is in the till, `wallet.limit_day_reached` of what may be given back in a day (with `freesAt`), `wallet.statement_too_long`, `ledger.*`, `request.idempotency_key_reused`",
            ),
            ("503", "Too much at once: repeat with the same key after `Retry-After`"),
        ])
    }
}

/// Of who reviews merchants.
pub(super) struct ReviewingMerchants;

impl IntoResponses for ReviewingMerchants {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("400", "The body or a parameter has not the expected form: `request.*`"),
            UNAUTHENTICATED,
            (
                "403",
                "The role does not allow it: `auth.forbidden`, `auth.step_up_required`, `auth.role_forbidden`; it is the caller's own: `wallet.own_money`",
            ),
            ("404", "There is no such merchant: `wallet.merchant_unknown`"),
            ("409", "It is in another state: `wallet.merchant_state`"),
            ("503", "Too much at once; `Retry-After` says when to try again"),
        ])
    }
}

/// Of who writes aliases down.
pub(super) struct KeepingAliases;

impl IntoResponses for KeepingAliases {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (
                "400",
                "The body or a parameter has not the expected form: `request.*`, `wallet.pi_alias_invalid`",
            ),
            UNAUTHENTICATED,
            (
                "403",
                "The role does not allow it: `auth.forbidden`, `auth.step_up_required`; the account is the caller's own: `wallet.own_money`",
            ),
            ("404", "There is no such alias: `wallet.pi_alias_unknown`"),
            ("409", "The account has an alias, or the alias an account: `wallet.pi_alias_taken`"),
            ("422", "No code is paid to the account: `wallet.pi_alias_account`"),
            ("503", "Too much at once; `Retry-After` says when to try again"),
        ])
    }
}

/// Of what a merchant does with cards.
pub(super) struct Charging;

impl IntoResponses for Charging {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (
                "400",
                "The body, an amount or the key has not the expected form: `request.*`, `wallet.card_number_invalid`, `wallet.card_code_invalid`, `wallet.amount_invalid`",
            ),
            UNAUTHENTICATED,
            (
                "403",
                "The role does not sell: `auth.forbidden`, of asking and the list; the session was not proven by a one-time code: `auth.step_up_required`",
            ),
            ("404", "No such authorisation of the caller's: `wallet.authorization_unknown`"),
            (
                "409",
                "It was taken, let go or refused already: `ledger.hold_ended`, `ledger.hold_expired`; the merchant may not be paid: `wallet.merchant_state`, `wallet.till_closed`",
            ),
            (
                "422",
                "Number or code wrong, or used: `wallet.card_not_recognised`; `wallet.card_expired`; any other reason, which is the owner's to know: `wallet.card_declined`; `ledger.capture_exceeds`, `request.idempotency_key_reused`",
            ),
            ("429", "Too many wrong numbers or codes: `auth.too_many_attempts`"),
            ("503", "Too much at once: repeat with the same key after `Retry-After`"),
        ])
    }
}

/// Of what is done with cards at a till.
pub(super) struct ChargingAtTill;

impl IntoResponses for ChargingAtTill {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all = Charging::responses();
        all.extend(problems(&[
            ("403", "The session was not proven by a one-time code: `auth.step_up_required`"),
            ("404", "No such till of the caller's: `wallet.till_unknown`"),
            (
                "409",
                "It is not open: `wallet.till_closed`; the merchant may not be paid: `wallet.merchant_state`",
            ),
        ]));
        all
    }
}

fn problems(answers: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let schema = || ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    answers
        .iter()
        .map(|(status, description)| {
            let answer = ResponseBuilder::new()
                .description(*description)
                .content("application/problem+json", schema());
            ((*status).to_owned(), RefOr::T(answer.build()))
        })
        .collect()
}
