//! By mail, through the operator's own server.

use std::time::Duration;

use async_trait::async_trait;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use tokio::time::timeout;

use super::{CodeMessage, Sender};
use crate::domain::delivery::{Outcome, Trouble};
use crate::domain::pii::Secret;

/// How long one step of the conversation may take, and all of it: less than a lease lasts.
const STEP: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(20);

/// A mail server and how to speak to it.
pub struct SmtpSettings {
    /// Its name, which its certificate has to have.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the conversation is kept secret.
    pub tls: SmtpTls,
    /// Who we are there, if it wants to know.
    pub login: Option<(String, Secret<String>)>,
    /// The sender of the mails: an address, with or without a name.
    pub from: String,
    /// The host by which we greet.
    pub hello: String,
}

/// How a conversation is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// From the first byte.
    Implicit,
    /// By `STARTTLS`, without which nothing is sent.
    StartTls,
    /// Not at all, on this very machine.
    None,
}

/// Why there can be no such sender.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// The sender of the mails.
    #[error("from: must be an e-mail address, or a name and an address like \"KYC <kyc@example.com>\"")]
    From,
    /// The host, or what this machine trusts.
    #[error("TLS cannot be set up for this host")]
    Tls(#[source] smtp::Error),
}

/// Sends mails.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    domain: String,
}

impl Smtp {
    /// Prepares a sender; nothing is connected yet.
    ///
    /// # Errors
    /// See [`SmtpError`].
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpError> {
        let from: Mailbox = settings.from.parse().map_err(|_| SmtpError::From)?;
        let parameters = || TlsParameters::new(settings.host.clone()).map_err(SmtpError::Tls);
        let tls = match settings.tls {
            SmtpTls::Implicit => Tls::Wrapper(parameters()?),
            SmtpTls::StartTls => Tls::Required(parameters()?),
            SmtpTls::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(STEP))
            .hello_name(ClientId::Domain(settings.hello.clone()));
        if let Some((user, password)) = &settings.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose().clone()));
        }
        Ok(Self { transport: builder.build(), from, domain: settings.hello })
    }

    fn mail(&self, message: &CodeMessage) -> Option<lettre::Message> {
        let address: Address = message.destination.expose().parse().ok()?;
        MessageBuilder::new()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(message.subject())
            .message_id(Some(format!("<{}@{}>", message.id, self.domain)))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(message.text("\r\n").expose().clone())
            .ok()
    }
}

#[async_trait]
impl Sender for Smtp {
    async fn send(&self, message: &CodeMessage) -> Outcome {
        let failed = |trouble| Outcome::Failed { trouble, retry_after: None };
        let Some(mail) = self.mail(message) else { return failed(Trouble::Unready) };
        // What a mail server says may name whom it was to be for, so its status alone goes on.
        match timeout(WHOLE, self.transport.send(mail)).await {
            Ok(Ok(_)) => Outcome::Arrived { last: false },
            Ok(Err(error)) => failed(match error.status() {
                Some(code) => Trouble::Status(code.into()),
                None if error.is_timeout() => Trouble::TimedOut,
                None => Trouble::Unreachable,
            }),
            Err(_) => failed(Trouble::TimedOut),
        }
    }
}

/// Asks machines not to answer ([RFC 3834 §5](https://www.rfc-editor.org/rfc/rfc3834#section-5)).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
