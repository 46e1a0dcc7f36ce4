//! The picture of a card for its owner's screen: its label, the last four digits, its end and the code to be paid with. Nothing
//! that pays is on it.

use super::{Card, CardLabel, CardState, printed_end};
use crate::picture::{PictureError, modules};

/// The colours of cards, from corner to corner: somebody's cards look different.
const COLOURS: [[&str; 2]; 4] =
    [["#0b6e4f", "#073b3a"], ["#c2410c", "#6b1d06"], ["#1e4fa3", "#0f2557"], ["#6d28a8", "#34104f"]];
/// Those of a card that does not pay.
const GREY: [&str; 2] = ["#6b7280", "#374151"];
/// The side of the code, its quiet zone included, in the picture's units.
const CODE: f64 = 236.0;

impl Card {
    /// The card as SVG, in the proportions of a card one can touch (ISO/IEC 7810, ID-1). `payload` is the code of the owner's
    /// account.
    ///
    /// # Errors
    /// [`PictureError::TooLong`] for a payload that no symbol holds.
    pub fn picture(&self, payload: &str) -> Result<String, PictureError> {
        let (width, path) = modules(payload)?;
        let module = CODE / f64::from(u32::try_from(width + 8).map_err(|_| PictureError::TooLong)?);
        let place = usize::from(self.id.uuid().as_bytes()[15]) % COLOURS.len();
        let [from, to] = if self.state == CardState::Active { COLOURS[place] } else { GREY };
        let label = self.settings.label.as_ref().map_or("Carte Hostolink", CardLabel::as_str);
        let size = if label.chars().count() > 16 { 26 } else { 36 };
        let badge = match self.state {
            CardState::Active if self.single_use => Some("USAGE UNIQUE"),
            CardState::Active => None,
            CardState::Frozen => Some("GELÉE"),
            CardState::Expired => Some("EXPIRÉE"),
            CardState::Closed => Some("FERMÉE"),
        };
        let badge = badge.map_or_else(String::new, |text| {
            format!(
                r##"<text x="812" y="84" text-anchor="end" font-size="24" font-weight="700" letter-spacing="3" fill="#ffffff">{text}</text>"##
            )
        });
        let (label, end, last) = (escaped(label), printed_end(self.expires_at), escaped(&self.last_four));
        let quiet = module * 4.0;
        Ok(format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 856 540" width="856" height="540" role="img" font-family="Inter, Helvetica, Arial, sans-serif">
<title>{label} •••• {last}</title>
<defs>
<linearGradient id="fond" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="{from}"/><stop offset="1" stop-color="{to}"/></linearGradient>
<clipPath id="carte"><rect width="856" height="540" rx="32"/></clipPath>
<clipPath id="nom"><rect x="44" y="150" width="500" height="64"/></clipPath>
</defs>
<g clip-path="url(#carte)">
<rect width="856" height="540" fill="url(#fond)"/>
<circle cx="760" cy="40" r="300" fill="#ffffff" fill-opacity="0.06"/>
<circle cx="90" cy="560" r="260" fill="#ffffff" fill-opacity="0.05"/>
</g>
<text x="44" y="88" font-size="40" font-weight="700" fill="#ffffff">Hostolink</text>
{badge}
<text x="44" y="194" font-size="{size}" fill="#ffffff" clip-path="url(#nom)">{label}</text>
<g fill="none" stroke="#f4d58d" stroke-width="3"><rect x="45" y="252" width="84" height="62" rx="10" fill="#f4d58d" fill-opacity="0.25"/><path d="M45 273h28M45 293h28M101 273h28M101 293h28M73 252v62M101 252v62"/></g>
<text x="44" y="400" font-size="38" letter-spacing="3" fill="#ffffff">•••• •••• •••• {last}</text>
<text x="44" y="454" font-size="18" letter-spacing="2" fill="#ffffff" fill-opacity="0.75">EXPIRE FIN</text>
<text x="44" y="490" font-size="30" letter-spacing="2" fill="#ffffff">{end}</text>
<rect x="576" y="220" width="{CODE}" height="{CODE}" rx="14" fill="#ffffff"/>
<path transform="translate({x:.3} {y:.3}) scale({module:.4})" d="{path}" fill="#000000" shape-rendering="crispEdges"/>
<text x="694" y="490" text-anchor="middle" font-size="20" fill="#ffffff" fill-opacity="0.85">Scannez pour me payer</text>
</svg>
"##,
            x = 576.0 + quiet,
            y = 220.0 + quiet,
        ))
    }
}

/// A text that says nothing to an XML reader. What XML can't hold at all is left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        card::CardSettings,
        emv::{Payload, Token},
    };
    use hostolink_kernel::{CardId, SystemRandom};
    use uuid::Uuid;

    fn card(label: &str, state: CardState) -> Card {
        Card {
            id: CardId::new(Uuid::from_u128(1)),
            last_four: "4242".to_owned(),
            state,
            single_use: false,
            settings: CardSettings {
                label: CardLabel::parse(Some(label)).unwrap(),
                ..CardSettings::default()
            },
            merchant: None,
            created_at: "2026-11-20T08:00:00Z".parse().unwrap(),
            expires_at: "2029-12-01T00:00:00Z".parse().unwrap(),
        }
    }

    fn drawn(label: &str, state: CardState) -> String {
        let payload = Payload::of_account(Token::draw(&SystemRandom)).write().unwrap();
        card(label, state).picture(&payload).unwrap()
    }

    #[test]
    fn it_shows_what_may_be_shown() {
        let picture = drawn("Courses", CardState::Active);
        for text in ["Courses", "•••• •••• •••• 4242", "11/29", "#c2410c"] {
            assert!(picture.contains(text), "{text}");
        }
        let digits = picture.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        assert!(digits < Some(16), "no number");
        assert!(drawn("Courses", CardState::Frozen).contains("GELÉE"));
        assert!(drawn("", CardState::Closed).contains("Carte Hostolink"));
    }

    #[test]
    fn a_label_is_text_and_nothing_else() {
        let picture = drawn("</text><script>x&\"'", CardState::Active);
        assert!(!picture.contains("<script") && picture.contains("&lt;script&gt;x&amp;&quot;&#39;"));
        assert_eq!(picture.matches("<text").count(), picture.matches("</text>").count());
    }
}
