use crate::throttle::Limit;

/// What somebody shows to say who they are, or that something is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The password of an account.
    Password,
    /// The PIN of a device.
    Pin,
    /// A one-time code that was sent.
    Code,
    /// A code of an authenticator app.
    Totp,
    /// A code that replaces a lost authenticator.
    RecoveryCode,
    /// What a forgotten password is set anew with.
    ResetToken,
    /// What a mailbox is confirmed with.
    ConfirmationLink,
    /// The number and code of a payment card, whoever shows them: what is known of one card is not guessed on.
    Card,
    /// The same, by one merchant, whatever the card: nobody looks for one that exists.
    CardReader,
}

/// How often one kind may be tried.
pub(super) struct Policy {
    /// By one account, identifier, session or device: [`Attempt::subject`](super::Attempt).
    pub(super) subject: Rule,
    /// By one network address, failures only. Generous: carriers put thousands of phones behind one. It bounds who tries one
    /// password on ten thousand accounts, where no account's own counter is ever full.
    pub(super) address: [Limit; 2],
}

/// How one counter slows tries down.
pub(super) enum Rule {
    /// Failures in a row wait longer and longer, nobody is ever locked out: at most 100 in any day (NIST SP 800-63B-4 §3.2.2).
    /// Its counter's name.
    Delay(&'static str),
    /// So many in an hour, and in a day.
    Windows([Limit; 2]),
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Password,
        Self::Pin,
        Self::Code,
        Self::Totp,
        Self::RecoveryCode,
        Self::ResetToken,
        Self::ConfirmationLink,
        Self::Card,
        Self::CardReader,
    ];

    /// The name of the counter (`essai.objet`) that every try of this kind moves.
    #[must_use]
    pub const fn counter(self) -> &'static str {
        match self.policy().subject {
            Rule::Delay(name) => name,
            Rule::Windows([hour, _]) => hour.name,
        }
    }

    /// The table: tries an hour and a day. A six-digit code has less than one chance in ten thousand a day for a stranger; a PIN is
    /// guessed on a device that is known already; tokens have 256 bits, and theirs only keep the load down.
    pub(super) const fn policy(self) -> Policy {
        match self {
            Self::Password => Policy {
                subject: Rule::Delay("mots_de_passe"),
                address: windows(["ip_mots_de_passe", "ip_mots_de_passe_jour"], 300, 1_500),
            },
            Self::Pin => Policy {
                subject: Rule::Windows(windows(["pins", "pins_jour"], 5, 5)),
                address: windows(["ip_pins", "ip_pins_jour"], 300, 1_500),
            },
            Self::Code => Policy {
                subject: Rule::Windows(windows(["devinettes", "devinettes_jour"], 20, 60)),
                address: windows(["ip_devinettes", "ip_devinettes_jour"], 300, 1_500),
            },
            Self::Totp => Policy {
                subject: Rule::Windows(windows(["totp", "totp_jour"], 10, 30)),
                address: windows(["ip_totp", "ip_totp_jour"], 300, 1_500),
            },
            Self::RecoveryCode => Policy {
                subject: Rule::Windows(windows(["codes_secours", "codes_secours_jour"], 5, 15)),
                address: windows(["ip_codes_secours", "ip_codes_secours_jour"], 100, 500),
            },
            Self::ResetToken => Policy {
                subject: Rule::Windows(windows(["reinitialisations", "reinitialisations_jour"], 20, 60)),
                address: windows(["ip_reinitialisations", "ip_reinitialisations_jour"], 100, 500),
            },
            Self::ConfirmationLink => Policy {
                subject: Rule::Windows(windows(["confirmations", "confirmations_jour"], 20, 60)),
                address: windows(["ip_confirmations", "ip_confirmations_jour"], 300, 1_500),
            },
            // Two codes of a million count at a time: less than one chance in ten thousand a day.
            Self::Card => Policy {
                subject: Rule::Windows(windows(["cartes", "cartes_jour"], 10, 30)),
                address: windows(["ip_cartes", "ip_cartes_jour"], 300, 1_500),
            },
            Self::CardReader => Policy {
                subject: Rule::Windows(windows(["lecteurs_cartes", "lecteurs_cartes_jour"], 100, 500)),
                address: windows(["ip_lecteurs_cartes", "ip_lecteurs_cartes_jour"], 300, 1_500),
            },
        }
    }
}

const fn windows(names: [&'static str; 2], hour: i32, day: i32) -> [Limit; 2] {
    [
        Limit { name: names[0], tries: hour, seconds: 3_600 },
        Limit { name: names[1], tries: day, seconds: 86_400 },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_counters_of_its_own() {
        let mut names = BTreeSet::new();
        let mut count = 0;
        for kind in Kind::ALL {
            let Policy { subject, address } = kind.policy();
            let subject = match subject {
                Rule::Delay(name) => vec![name],
                Rule::Windows(limits) => limits.map(|limit| limit.name).to_vec(),
            };
            assert_eq!(subject[0], kind.counter());
            for name in subject.into_iter().chain(address.map(|limit| limit.name)) {
                assert!(name.len() <= 40, "{name} does not fit essai.objet");
                names.insert(name);
                count += 1;
            }
        }
        assert_eq!(names.len(), count, "two purposes share a counter");
    }
}
