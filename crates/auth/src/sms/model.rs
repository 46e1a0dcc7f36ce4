use crate::throttle::Limit;
use chrono::TimeDelta;
use hostolink_kernel::PhoneNumber;
use uuid::Uuid;

/// How much may be sent. Each counter is in Postgres and holds on all processes; each is taken before anybody looks who
/// is known, so that a refusal tells nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmsLimits {
    /// The most that the messages of a day may cost, in thousandths of a franc CFA.
    pub daily_millimes: i64,
    /// Codes to one number in a day.
    pub number_a_day: i32,
    /// Codes to the ten thousand numbers that differ in their last four digits only, in an hour.
    pub prefix_an_hour: i32,
    /// The same in a day.
    pub prefix_a_day: i32,
    /// Codes to phones that one address asks for in an hour. Carriers put many phones behind one.
    pub address_an_hour: i32,
    /// The fewest codes of a day after which a prefix is judged by how many of them were shown.
    pub judged_after: i64,
    /// The least part of them that must have been shown, in percent. Who pumps messages for a share of their price shows none.
    pub least_shown_percent: i64,
}

impl SmsLimits {
    /// The usual limits, with what a day may cost in francs CFA.
    #[must_use]
    pub const fn for_budget(xof_a_day: u32) -> Self {
        Self {
            daily_millimes: xof_a_day as i64 * 1_000,
            number_a_day: 20,
            prefix_an_hour: 60,
            prefix_a_day: 300,
            address_an_hour: 200,
            judged_after: 30,
            least_shown_percent: 20,
        }
    }

    /// Up to which cost of a day a message still leaves: news only as long as half of it is left for codes and for what protects an account.
    pub(super) const fn budget_for(&self, is_news: bool) -> i64 {
        if is_news { self.daily_millimes / 2 } else { self.daily_millimes }
    }

    pub(super) const fn of_number(&self) -> Limit {
        Limit { name: "sms_numero_jour", tries: self.number_a_day, seconds: 86_400 }
    }

    pub(super) const fn of_prefix(&self) -> [Limit; 2] {
        [
            Limit { name: "sms_prefixe", tries: self.prefix_an_hour, seconds: 3_600 },
            Limit { name: "sms_prefixe_jour", tries: self.prefix_a_day, seconds: 86_400 },
        ]
    }

    pub(super) const fn of_address(&self) -> Limit {
        Limit { name: "ip_sms", tries: self.address_an_hour, seconds: 3_600 }
    }
}

/// The counter of the growing wait between two codes to one number.
pub(super) const BACK_OFF: &str = "sms_attente";
/// The longest of these waits, in minutes: 1, 2, 4, 8, 16, 32, 32…
pub(super) const LONGEST_BACK_OFF: i32 = 32;
/// How far back a prefix is judged.
pub(super) const JUDGED_OVER: TimeDelta = TimeDelta::hours(24);
/// Codes younger than this may still be shown: they are not judged.
pub(super) const UNDECIDED: TimeDelta = TimeDelta::minutes(10);
/// A shown code speaks for the messages of this long: who asked three times shows the last.
pub(super) const SHOWN_FOR: TimeDelta = TimeDelta::hours(1);
/// How long rows are kept: for the provider's bill and its questions.
pub(crate) const KEPT: TimeDelta = TimeDelta::days(90);

/// A number without its last four digits.
pub(super) fn prefix(number: &PhoneNumber) -> &str {
    let text = number.as_str();
    &text[..text.len().saturating_sub(4)]
}

/// A message that was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmsId(pub(super) Uuid);

/// A message about to be handed to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmsOrder {
    /// How many segments it takes.
    pub segments: u16,
    /// The most that it may cost, in thousandths of a franc.
    pub cost_millimes: i64,
    /// Whether its reader is expected to show a code.
    pub carries_code: bool,
    /// Whether its reader can do without it.
    pub is_news: bool,
}

/// What became of a message, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmsState {
    /// Being handed over. A process that died meanwhile leaves it so.
    Sending,
    /// The provider took it.
    Accepted,
    /// The phone's network has it.
    Network,
    /// The provider does not know whether it arrived.
    Uncertain,
    /// It arrived.
    Delivered,
    /// It will not arrive.
    Failed,
    /// No provider took it.
    Refused,
    /// No provider could be reached.
    Unavailable,
    /// It may have left.
    Unknown,
}

impl SmsState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Sending,
        Self::Accepted,
        Self::Network,
        Self::Uncertain,
        Self::Delivered,
        Self::Failed,
        Self::Refused,
        Self::Unavailable,
        Self::Unknown,
    ];

    /// Its name in `envoi_sms.etat`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "en_cours",
            Self::Accepted => "accepte",
            Self::Network => "reseau",
            Self::Uncertain => "incertain",
            Self::Delivered => "livre",
            Self::Failed => "echoue",
            Self::Refused => "refuse",
            Self::Unavailable => "indisponible",
            Self::Unknown => "inconnu",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether it surely did not leave, and costs nothing.
    pub(super) const fn is_unsent(self) -> bool {
        matches!(self, Self::Refused | Self::Unavailable)
    }
}

/// What a provider says later of a message that it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmsReceipt {
    /// The phone's network has it.
    Network,
    /// Nobody knows whether it arrived.
    Uncertain,
    /// It arrived.
    Delivered,
    /// It will not arrive.
    Failed,
}

impl SmsReceipt {
    pub(super) const fn state(self) -> SmsState {
        match self {
            Self::Network => SmsState::Network,
            Self::Uncertain => SmsState::Uncertain,
            Self::Delivered => SmsState::Delivered,
            Self::Failed => SmsState::Failed,
        }
    }

    /// The states that it may follow: receipts come late, twice and out of order, and none takes a message back.
    pub(super) const fn follows(self) -> &'static [SmsState] {
        const EARLIER: [SmsState; 4] =
            [SmsState::Sending, SmsState::Accepted, SmsState::Network, SmsState::Uncertain];
        match self {
            Self::Network => EARLIER.split_at(2).0,
            Self::Uncertain => EARLIER.split_at(3).0,
            Self::Delivered | Self::Failed => &EARLIER,
        }
    }
}

/// What a provider said when a message was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmsResult<'a> {
    /// Who was asked last.
    pub provider: Option<&'a str>,
    /// Under which id its receipts will name it.
    pub provider_id: Option<&'a str>,
    /// Whether it left.
    pub state: SmsState,
    /// What it costs, in thousandths of a franc.
    pub cost_millimes: i64,
}

/// How many messages of a day came to one state with one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmsCount {
    /// Who carried them.
    pub provider: Option<String>,
    /// What became of them.
    pub state: SmsState,
    /// How many.
    pub messages: i64,
    /// Their segments.
    pub segments: i64,
    /// What they cost, in thousandths of a franc.
    pub cost_millimes: i64,
    /// How many codes of them were shown.
    pub shown: i64,
}

/// The messages of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmsDay {
    /// By provider and state.
    pub counts: Vec<SmsCount>,
    /// What they cost, those on their way included, in thousandths of a franc.
    pub cost_millimes: i64,
    /// What they may cost; `None` where nothing is bounded.
    pub budget_millimes: Option<i64>,
    /// Prefixes that get no codes now, because too few of theirs were shown.
    pub stopped: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::Region;

    #[test]
    fn a_prefix_is_ten_thousand_numbers() {
        let number = PhoneNumber::parse("0708091011", &[Region::COTE_D_IVOIRE]).unwrap();
        assert_eq!(prefix(&number), "+225070809");
    }

    #[test]
    fn case_89_no_receipt_takes_a_message_back() {
        use SmsReceipt::{Delivered, Failed, Network, Uncertain};
        for (receipt, follows) in [(Network, 2), (Uncertain, 3), (Delivered, 4), (Failed, 4)] {
            assert_eq!(receipt.follows().len(), follows);
            assert!(!receipt.follows().contains(&receipt.state()), "the same twice changes nothing");
            assert!(!receipt.follows().contains(&SmsState::Delivered));
            assert!(!receipt.follows().contains(&SmsState::Failed));
            assert!(receipt.follows().iter().all(|state| !state.is_unsent()));
        }
        for state in SmsState::ALL {
            assert_eq!(SmsState::parse(state.as_str()), Some(state));
        }
    }
}
