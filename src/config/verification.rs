//! `[verification.email]` and `[verification.phone]`: who brings codes to customers.

use url::{Host, Url};

use super::problem::Fault;
use super::reader::Section;
use super::tree::Value;
use super::{Mode, parse, secret};
use crate::domain::pii::Secret;
use crate::domain::verification::Channel;

/// The senders of codes.
pub struct Verification {
    /// To e-mail addresses.
    pub email: Option<Sender>,
    /// To phones.
    pub phone: Option<Sender>,
}

/// Who brings codes.
pub enum Sender {
    /// A mail server.
    Smtp(Smtp),
    /// A gateway over HTTP.
    Gateway {
        /// Where messages are posted.
        url: Url,
        /// Its bearer token.
        token: Option<Secret<String>>,
    },
    /// Standard output.
    Print,
}

/// A mail server.
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is kept secret.
    pub tls: SmtpTls,
    /// User and password.
    pub login: Option<(String, Secret<String>)>,
    /// The sender of the mails.
    pub from: String,
}

/// How the way to a mail server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// TLS from the first byte.
    Implicit,
    /// `STARTTLS`, always.
    StartTls,
    /// In clear, to this very machine.
    None,
}

#[derive(Clone, Copy)]
enum Kind {
    Smtp,
    Gateway,
    Print,
}

impl Verification {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let email = Sender::read(section, "email", &[("smtp", Kind::Smtp), GATEWAY, PRINT]);
        let phone = Sender::read(section, "phone", &[GATEWAY, PRINT]);
        Self { email, phone }
    }

    /// The table of a channel's sender.
    #[must_use]
    pub fn key(channel: Channel) -> &'static str {
        match channel {
            Channel::Email => "verification.email",
            Channel::Phone => "verification.phone",
        }
    }
}

const GATEWAY: (&str, Kind) = ("gateway", Kind::Gateway);
const PRINT: (&str, Kind) = ("print", Kind::Print);

impl Sender {
    fn read(section: &mut Section<'_>, key: &'static str, kinds: &[(&'static str, Kind)]) -> Option<Self> {
        let given = section.has(key);
        section.section(key, |sender| if given { Self::read_given(sender, kinds) } else { None })
    }

    fn read_given(section: &mut Section<'_>, kinds: &[(&'static str, Kind)]) -> Option<Self> {
        let mode = section.mode();
        let Some(kind) = section.required("kind", parse::choice(kinds)) else {
            // Whatever it was to be, its keys are no mistake.
            for key in ["url", "token_file", "host", "port", "tls", "from", "user", "password_file"] {
                section.optional(key, |_| Ok(()));
            }
            return None;
        };
        match kind {
            Kind::Smtp => Smtp::read(section).map(Self::Smtp),
            Kind::Gateway => {
                let url = section.required("url", parse::secure_url(mode));
                let token = section.optional("token_file", |value| header_text(&secret::file(mode)(value)?));
                Some(Self::Gateway { url: url?, token })
            }
            Kind::Print if mode == Mode::Dev => Some(Self::Print),
            Kind::Print => {
                section.note("kind", "\"print\" shows codes to whoever reads the screen: it is for `kycd dev` alone");
                None
            }
        }
    }
}

impl Smtp {
    fn read(section: &mut Section<'_>) -> Option<Self> {
        let host = section.required("host", host);
        let tls = [("implicit", SmtpTls::Implicit), ("starttls", SmtpTls::StartTls), ("none", SmtpTls::None)];
        let tls = section.or("tls", SmtpTls::Implicit, parse::choice(&tls));
        let port = section.or("port", usual_port(tls), port);
        let from = section.required("from", parse::text);
        let user = section.optional("user", parse::text);
        let password = section.optional("password_file", secret::text_file(section.mode()));
        if section.has("user") != section.has("password_file") {
            section.note("user", "user and password_file go together");
        }
        let host = host?;
        if tls == SmtpTls::None && !is_loopback(&host) {
            section.note("tls", "\"none\" is for localhost, 127.0.0.1 and ::1 alone");
        }
        Some(Self { host, port, tls, login: user.zip(password), from: from? })
    }
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}

fn usual_port(tls: SmtpTls) -> u16 {
    match tls {
        SmtpTls::Implicit => 465,
        SmtpTls::StartTls => 587,
        SmtpTls::None => 25,
    }
}

fn host(value: &Value) -> Result<String, Fault> {
    let text = parse::text(value)?;
    let is_address = text.parse::<std::net::IpAddr>().is_ok();
    let is_name = || Host::parse(&text).is_ok_and(|host| host.to_string() == text);
    if is_address || is_name() { Ok(text) } else { Err("must be a host name, like \"smtp.example.com\"".into()) }
}

fn port(value: &Value) -> Result<u16, Fault> {
    let port = parse::whole_number(value).ok().and_then(|number| u16::try_from(number).ok());
    port.filter(|port| *port > 0).ok_or_else(|| "must be a port, 1 to 65535".into())
}

/// Takes a secret as what can stand in a header.
fn header_text(token: &Secret<Vec<u8>>) -> Result<Secret<String>, Fault> {
    if token.expose().iter().all(u8::is_ascii_graphic) {
        secret::text(token)
    } else {
        Err("the secret must be ASCII without blanks".into())
    }
}
