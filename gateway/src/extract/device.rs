//! What a caller says about the device it signs in on.

use crate::error::ApiResult;
use actix_web::{HttpRequest, http::header::USER_AGENT};
use hostolink_auth::Device;
use serde::Deserialize;
use utoipa::ToSchema;

/// The device somebody signs in on, so that they know their sessions again. All of it may be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct DeviceBody {
    /// What the application calls this installation, drawn at random once and kept.
    #[schema(max_length = 64)]
    id: Option<String>,
    /// What its owner calls it.
    #[schema(max_length = 80, example = "Téléphone d'Awa")]
    name: Option<String>,
    /// `android`, `ios`, `web`…; what the `User-Agent` names where it is left out.
    #[schema(max_length = 40, example = "android")]
    platform: Option<String>,
}

/// What of a `User-Agent` names a program, the more particular first: each browser also calls itself by its ancestors.
const PROGRAMS: [(&str, &str); 12] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("okhttp", "okhttp"),
    ("Dart/", "Dart"),
    ("PostmanRuntime", "Postman"),
    ("curl/", "curl"),
];

/// What of it names a system.
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

impl DeviceBody {
    /// The device as it was described, with the families that the `User-Agent` names where no platform was.
    ///
    /// # Errors
    /// `auth.device_invalid`.
    pub(crate) fn read(body: Option<Self>, request: &HttpRequest) -> ApiResult<Option<Device>> {
        let Self { id, name, platform } = body.unwrap_or_default();
        let platform = platform.filter(|text| !text.trim().is_empty()).or_else(|| family(request));
        Ok(Device::parse(id.as_deref(), name.as_deref(), platform.as_deref())?)
    }
}

/// Families only: versions change with every update, and tell more than a list of sessions needs.
fn family(request: &HttpRequest) -> Option<String> {
    let agent = request.headers().get(USER_AGENT)?.to_str().ok()?;
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, family)| *family)
    };
    match (named(&PROGRAMS), named(&SYSTEMS)) {
        (Some(program), Some(system)) => Some(format!("{program}, {system}")),
        (Some(family), None) | (None, Some(family)) => Some(family.to_owned()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn of_a_user_agent_only_the_families_are_kept() {
        let family = |agent: &str| {
            family(&TestRequest::default().insert_header((USER_AGENT, agent)).to_http_request())
        };
        for (agent, expected) in [
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
                Some("Chrome, Android"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                Some("Safari, iOS"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
                Some("Edge, Windows"),
            ),
            ("Dart/3.4 (dart:io)", Some("Dart")),
            ("PostmanRuntime/7.40.0", Some("Postman")),
            ("curl/8.5.0", Some("curl")),
            ("something of its own", None),
            ("", None),
        ] {
            assert_eq!(family(agent).as_deref(), expected, "{agent}");
        }
    }
}
