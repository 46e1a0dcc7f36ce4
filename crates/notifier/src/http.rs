//! One exchange with a provider over HTTP: bounded in time and size, and honest about what may have left.

use reqwest::{Client, RequestBuilder, Url, redirect};
use std::{net::IpAddr, time::Duration};

/// The most of an answer that is read. Theirs are a few hundred bytes.
const MAX_BODY: usize = 64 * 1024;

/// What is wrong with a provider's settings. Never shows them: they hold secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSmsSettings {
    /// Passwords and codes would cross the network in the clear.
    #[error("the provider's address is not https:// (http:// is only for this machine)")]
    Address,
    /// Not what the provider calls a sender.
    #[error(
        "the sender is neither a number with its country code, nor a name of at most 11 letters and digits"
    )]
    Sender,
    /// An identifier or a secret with characters that it can't have.
    #[error("a provider's identifier or secret is empty or has characters that it can't have")]
    Credentials,
    /// TLS can't be set up on this machine.
    #[error("the HTTP client can't be made: are there root certificates on this machine?")]
    Client,
}

/// What came of a request.
pub(crate) enum Reply {
    /// The provider answered. The body is empty where it broke off or was too long.
    Answer { status: u16, retry_after: Option<Duration>, body: Vec<u8> },
    /// There was no connection: nothing left.
    NotSent,
    /// It left, and what became of it is not known.
    Lost,
}

/// Follows nobody elsewhere, asks no proxy of the environment, and never takes longer than `timeout`.
pub(crate) fn client(timeout: Duration) -> Result<Client, InvalidSmsSettings> {
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .timeout(timeout)
        // Shorter than the whole, so that a connection that never comes is known for one.
        .connect_timeout(timeout / 2)
        .pool_idle_timeout(Duration::from_secs(20))
        .user_agent("hostolink")
        .build()
        .map_err(|_| InvalidSmsSettings::Client)
}

/// Where a provider is: over TLS, or on this machine.
pub(crate) fn base(text: &str) -> Result<Url, InvalidSmsSettings> {
    let url = Url::parse(text).map_err(|_| InvalidSmsSettings::Address)?;
    let host = url.host_str().ok_or(InvalidSmsSettings::Address)?.trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let is_plain = url.query().is_none() && url.fragment().is_none() && url.path() == "/";
    match url.scheme() {
        "https" if is_plain => Ok(url),
        "http" if is_plain && is_here => Ok(url),
        _ => Err(InvalidSmsSettings::Address),
    }
}

/// Sends one request and reads its answer.
pub(crate) async fn exchange(request: RequestBuilder) -> Reply {
    let mut response = match request.send().await {
        Ok(response) => response,
        Err(error) if error.is_connect() || error.is_builder() => return Reply::NotSent,
        Err(_) => return Reply::Lost,
    };
    let status = response.status().as_u16();
    let retry_after = response
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= MAX_BODY => body.extend_from_slice(&chunk),
            Ok(None) => break,
            // The status says what counts; half a body says nothing.
            Ok(Some(_)) | Err(_) => {
                body.clear();
                break;
            }
        }
    }
    Reply::Answer { status, retry_after, body }
}

/// An id of a provider's, where it is one that can be kept and compared.
pub(crate) fn id(text: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    ((1..=100).contains(&text.len()) && text.bytes().all(plain)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_are_reached_over_tls_or_on_this_machine() {
        for url in
            ["https://api.orange.com", "https://api.orange.com/", "http://127.0.0.1:8080", "http://[::1]:1"]
        {
            assert!(base(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "api.orange.com",
            "http://api.orange.com",
            "http://127.0.0.1.evil.example",
            "https://api.orange.com/v1",
            "https://api.orange.com/?a=b",
            "ftp://127.0.0.1",
        ] {
            assert_eq!(base(url), Err(InvalidSmsSettings::Address), "{url}");
        }
    }

    #[test]
    fn an_id_is_short_and_plain() {
        assert_eq!(id("SM0123456789abcdef").as_deref(), Some("SM0123456789abcdef"));
        for text in ["", "a b", "a'b", "é", &"x".repeat(101)] {
            assert_eq!(id(text), None, "{text}");
        }
    }
}
