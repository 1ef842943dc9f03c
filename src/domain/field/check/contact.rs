//! Where somebody can be reached: phone, e-mail, website, network address.

use std::net::IpAddr;

use email_address::{EmailAddress, Options};
use time::Date;
use url::Url;

use super::{Verdict, ensure, is_digits};
use crate::domain::language::Text;

/// The longest address that SMTP can carry ([RFC 5321 §4.5.3.1.3](https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.3)).
const MAX_EMAIL: usize = 254;

/// A number in E.164 whose country code exists. Numbering plans grow faster than tables of them, so a range that is
/// not known to be in use is no reason to refuse.
pub(in super::super) fn phone(text: &str, _today: Date) -> Verdict {
    let good = text.strip_prefix('+').is_some_and(|digits| (7..=15).contains(&digits.len()) && is_digits(digits))
        && phonenumber::parse(None, text).is_ok();
    ensure(
        good,
        &Text {
            en: "must be a phone number with country code, without spaces, like +442071838750",
            es: "debe ser un número de teléfono con prefijo internacional y sin espacios, por ejemplo +442071838750",
            de: "muss eine Telefonnummer mit Ländervorwahl und ohne Leerzeichen sein, zum Beispiel +442071838750",
        },
    )
}

/// A phone number's hash, as hexadecimal digits of 16 to 64 bytes.
pub(in super::super) fn hash(text: &str, _today: Date) -> Verdict {
    let good = (32..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    ensure(
        good,
        &Text {
            en: "must be a hash of 32 to 128 hexadecimal digits, as 'mobile_number_format' says",
            es: "debe ser un hash de 32 a 128 dígitos hexadecimales, como indica 'mobile_number_format'",
            de: "muss ein Hash aus 32 bis 128 hexadezimalen Ziffern sein, wie in 'mobile_number_format' angegeben",
        },
    )
}

/// A bare address `local@domain.tld`: no display name, no quoted local part, no address literal.
pub(in super::super) fn email(text: &str, _today: Date) -> Verdict {
    let bare = Options::default().without_display_text().without_domain_literal().with_required_tld();
    let good = text.len() <= MAX_EMAIL
        && text.matches('@').count() == 1
        && !text.contains(|c: char| c.is_whitespace() || c == '"')
        && EmailAddress::parse_with_options(text, bare).is_ok();
    ensure(
        good,
        &Text {
            en: "must be an e-mail address like name@example.com, at most 254 characters long",
            es: "debe ser una dirección de correo electrónico como name@example.com, de 254 caracteres como máximo",
            de: "muss eine E-Mail-Adresse wie name@example.com mit höchstens 254 Zeichen sein",
        },
    )
}

/// An `http` or `https` URL of a host, without a user name or password.
pub(in super::super) fn website(text: &str, _today: Date) -> Verdict {
    // The parser of browsers mends much; what it would mend is refused here.
    let as_written = !text.contains(|c: char| c.is_whitespace() || c == '\\')
        && text
            .split_once("://")
            .is_some_and(|(scheme, rest)| ["http", "https"].contains(&scheme) && !rest.starts_with('/'));
    let good = as_written
        && Url::parse(text).is_ok_and(|url| url.has_host() && url.username().is_empty() && url.password().is_none());
    ensure(
        good,
        &Text {
            en: "must be a web address that begins with https:// or http://",
            es: "debe ser una dirección web que empiece por https:// o http://",
            de: "muss eine Internetadresse sein, die mit https:// oder http:// beginnt",
        },
    )
}

/// An IPv4 or IPv6 address.
pub(in super::super) fn ip_address(text: &str, _today: Date) -> Verdict {
    ensure(
        text.parse::<IpAddr>().is_ok(),
        &Text {
            en: "must be an IP address like 192.0.2.1 or 2001:db8::1",
            es: "debe ser una dirección IP, por ejemplo 192.0.2.1 o 2001:db8::1",
            de: "muss eine IP-Adresse sein, zum Beispiel 192.0.2.1 oder 2001:db8::1",
        },
    )
}
