use crate::{Email, EmailSender, SendError, Sending};
use hostolink_kernel::{Clock, ExposeSecret, Random, Secret};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::{Mailbox, MultiPart, header},
    transport::smtp::{AsyncSmtpTransportBuilder, PoolConfig},
};
use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How to reach the mail server.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// `smtps://user:password@host:465` (TLS from the start) or `smtp://user:password@host:587?tls=required` (STARTTLS, never without).
    /// Plain `smtp://127.0.0.1:1025` only to this machine.
    pub url: Secret,
    /// The sender, for example `Hostolink <ne-pas-repondre@hostolink.ci>`.
    pub from: String,
    /// How long one e-mail may take, the connection included.
    pub timeout: Duration,
}

/// What is wrong with the settings. Never shows the URL: it holds a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSmtpSettings {
    /// Not a URL that we know.
    #[error(
        "the SMTP URL is not smtps://user:password@host:port or smtp://user:password@host:port?tls=required"
    )]
    Url,
    /// Passwords and codes would cross the network in the clear, or could be made to.
    #[error("SMTP without TLS is only for this machine: use smtps://… or ?tls=required")]
    Plain,
    /// The sender is no mailbox.
    #[error("the sender is not written as Name <address>")]
    From,
}

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Sends e-mails through an SMTP server, over connections that it keeps. Made, used and dropped inside a tokio runtime.
pub struct SmtpSender {
    builder: AsyncSmtpTransportBuilder,
    transport: Mutex<Transport>,
    from: Mailbox,
    timeout: Duration,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl std::fmt::Debug for SmtpSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpSender").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl SmtpSender {
    /// Reads the settings; connects at the first e-mail.
    ///
    /// # Errors
    /// [`InvalidSmtpSettings`].
    pub fn try_new(
        settings: &SmtpSettings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, InvalidSmtpSettings> {
        let url = settings.url.expose_secret();
        if !is_confidential(url)? {
            return Err(InvalidSmtpSettings::Plain);
        }
        let builder = Transport::from_url(url)
            .map_err(|_| InvalidSmtpSettings::Url)?
            .timeout(Some(settings.timeout))
            .pool_config(PoolConfig::new().max_size(4));
        Ok(Self {
            transport: Mutex::new(builder.clone().build()),
            builder,
            from: settings.from.parse().map_err(|_| InvalidSmtpSettings::From)?,
            timeout: settings.timeout,
            clock,
            random,
        })
    }

    fn transport(&self) -> Transport {
        self.transport.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn compose(&self, email: &Email) -> Result<lettre::Message, SendError> {
        let refused = |_| SendError::Refused(None);
        let to = email.to().as_str().parse().map_err(|_| SendError::Refused(None))?;
        let now = self.clock.now();
        let id = format!("<{}@{}>", self.random.uuid(now), self.from.email.domain());
        let message = lettre::Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(email.subject())
            .message_id(Some(id))
            .date(now.into())
            .header(AutoSubmitted);
        match email.html() {
            Some(html) => message
                .multipart(MultiPart::alternative_plain_html(email.text().to_owned(), html.to_owned()))
                .map_err(refused),
            None => {
                message.header(header::ContentType::TEXT_PLAIN).body(email.text().to_owned()).map_err(refused)
            }
        }
    }

    async fn deliver(&self, email: &Email) -> Result<(), SendError> {
        let message = self.compose(email)?;
        let transport = self.transport();
        let Ok(sent) = tokio::time::timeout(self.timeout, transport.send(message)).await else {
            // lettre's own timeout ends with the connection, and its pool takes an abandoned conversation back: the next
            // e-mail would read this one's late answers as its own. So the whole pool goes.
            *self.transport.lock().unwrap_or_else(PoisonError::into_inner) = self.builder.clone().build();
            return Err(SendError::Timeout);
        };
        sent.map(|_| ()).map_err(|error| {
            let code = error.status().map(u16::from);
            if error.is_permanent() || error.is_client() {
                SendError::Refused(code)
            } else if error.is_transient() {
                SendError::Later(code)
            } else if error.is_timeout() {
                SendError::Timeout
            } else {
                SendError::Unreachable
            }
        })
    }
}

impl EmailSender for SmtpSender {
    fn send<'a>(&'a self, email: &'a Email) -> Sending<'a> {
        Box::pin(self.deliver(email))
    }
}

/// Whether nobody between us and the server can read along.
fn is_confidential(url: &str) -> Result<bool, InvalidSmtpSettings> {
    let url = url::Url::parse(url).map_err(|_| InvalidSmtpSettings::Url)?;
    let host = url.host_str().ok_or(InvalidSmtpSettings::Url)?.trim_matches(['[', ']']);
    let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
    match (url.scheme(), tls.as_deref()) {
        ("smtps", _) | ("smtp", Some("required")) => Ok(true),
        // Not "opportunistic": whoever sits between can take the offer of TLS out of the server's answer.
        ("smtp", None) => Ok(host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())),
        ("smtp", Some(_)) => Ok(false),
        _ => Err(InvalidSmtpSettings::Url),
    }
}

/// `Auto-Submitted: auto-generated` (RFC 3834): no out-of-office notes, please.
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::{SystemClock, SystemRandom};

    fn sender(url: &str, from: &str) -> Result<SmtpSender, InvalidSmtpSettings> {
        let settings =
            SmtpSettings { url: url.into(), from: from.to_owned(), timeout: Duration::from_secs(1) };
        SmtpSender::try_new(&settings, Arc::new(SystemClock), Arc::new(SystemRandom))
    }

    #[tokio::test]
    async fn only_confidential_ways_are_taken() {
        let check = |url| sender(url, "Hostolink <a@hostolink.ci>").map(|_| ());
        for url in [
            "smtps://u:p@mail.example.ci",
            "smtps://u:p@mail.example.ci:465",
            "smtp://u:p%40@mail.example.ci:587?tls=required",
            "smtp://127.0.0.1:1025",
            "smtp://localhost:1025",
            "smtp://[::1]:1025",
        ] {
            assert_eq!(check(url), Ok(()), "{url}");
        }
        for url in [
            "smtp://u:p@mail.example.ci:25",
            "smtp://localhost.example.ci",
            "smtp://127.0.0.1.example.ci",
            "smtp://u:p@mail.example.ci:587?tls=opportunistic",
        ] {
            assert_eq!(check(url), Err(InvalidSmtpSettings::Plain), "{url}");
        }
        for url in ["", "mail.example.ci", "http://mail.example.ci", "smtp:"] {
            assert_eq!(check(url), Err(InvalidSmtpSettings::Url), "{url}");
        }
        for from in ["", "Hostolink", "a@b\r\nBcc: x@y.z", "Hosto\r\nBcc: x@y.z <a@b.ci>"] {
            let refused = sender("smtp://localhost:1025", from).map(|_| ());
            assert_eq!(refused, Err(InvalidSmtpSettings::From), "{from:?}");
        }
    }
}
