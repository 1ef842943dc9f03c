//! The cookies of browsers, written and read; what is in them is sealed and checked elsewhere.
//!
//! Over https their names carry the `__Host-` prefix: Secure, `Path=/`, no Domain, so no neighbour can set them. Those of
//! the customer's browser go without prefix and Secure over plain http, which is for `dev`; those of an operator's never
//! do, since browsers take `http://localhost` for as good as https.

use std::time::Duration;

use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};

use crate::domain::language::Language;
use crate::domain::process;

/// How many processes one browser is remembered for: two tabs, and some room.
const MAX_ENTRIES: usize = 4;

/// How long one entry may be; four of them, the name and the attributes stay far below 4 KiB.
const MAX_ENTRY: usize = 512;

/// What stands between entries; allowed in a cookie, and in no entry.
const SEPARATOR: char = '~';

const PROCESS_NAME: &str = "__Host-kycd-process";
const LANGUAGE_NAME: &str = "__Host-kycd-lang";

/// The processes that this browser started, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessCookie {
    entries: Vec<String>,
}

impl ProcessCookie {
    /// Reads the `Cookie` headers of a request; whatever is not an entry is left out.
    #[must_use]
    pub fn read(headers: &HeaderMap, secure: bool) -> Self {
        let entries = value_of(headers, PROCESS_NAME, secure)
            .map(|value| {
                value.split(SEPARATOR).filter(|entry| is_entry(entry)).take(MAX_ENTRIES).map(str::to_owned).collect()
            })
            .unwrap_or_default();
        Self { entries }
    }

    /// The entries, newest first, at most four.
    pub fn entries(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(String::as_str)
    }

    /// Puts an entry in front, and forgets the oldest beyond four. An entry is 1 to 512 letters, digits and `._-`;
    /// another one is left out, as it is in [`ProcessCookie::read`].
    #[must_use]
    pub fn with(self, entry: &str) -> Self {
        let others = self.entries.into_iter().filter(|other| other != entry);
        let entries = is_entry(entry).then(|| entry.to_owned()).into_iter().chain(others).take(MAX_ENTRIES);
        Self { entries: entries.collect() }
    }

    /// Writes the `Set-Cookie` header. `Lax`, because the browser comes back from the provider by a link.
    #[must_use]
    pub fn to_set_cookie(&self, secure: bool) -> String {
        let value = self.entries.join(&SEPARATOR.to_string());
        write(PROCESS_NAME, value, SameSite::Lax, Some(process::LIFETIME), secure)
    }
}

/// A cookie that holds one random value: letters, digits and `._-`, gone with the browser's session.
#[derive(Clone, Copy, Debug)]
pub struct SecretCookie {
    name: &'static str,
    same_site: SameSite,
    secure: bool,
}

impl SecretCookie {
    /// What the forms of the customer's pages are bound to. `Lax`, because a page with a form is also what a browser may
    /// find when it comes back from the provider; a form that another site posts still arrives without it.
    #[must_use]
    pub const fn of_forms(secure: bool) -> Self {
        Self { name: "__Host-kycd-form", same_site: SameSite::Lax, secure }
    }

    /// Who is signed in at the review console. `Strict`: nothing that another site links to or posts is done in it.
    pub const SESSION: Self = Self::of_operator("__Host-kycd-session");

    /// What the form is bound to by which an operator signs in. A link of another site makes a new one, since the browser
    /// keeps the old one back; so it is not the session's.
    pub const SIGN_IN: Self = Self::of_operator("__Host-kycd-sign-in");

    const fn of_operator(name: &'static str) -> Self {
        Self { name, same_site: SameSite::Strict, secure: true }
    }

    /// Reads the value.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<String> {
        value_of(headers, self.name, self.secure).filter(|value| is_entry(value))
    }

    /// Writes the `Set-Cookie` header.
    #[must_use]
    pub fn to_set_cookie(self, value: &str) -> String {
        write(self.name, value.to_owned(), self.same_site, None, self.secure)
    }

    /// Writes the `Set-Cookie` header that makes the browser forget it.
    #[must_use]
    pub fn to_removal(self) -> String {
        write(self.name, String::new(), self.same_site, Some(Duration::ZERO), self.secure)
    }
}

/// Reads the language that the person chose on a page.
#[must_use]
pub fn read_language(headers: &HeaderMap, secure: bool) -> Option<Language> {
    value_of(headers, LANGUAGE_NAME, secure).and_then(|value| Language::parse(&value))
}

/// Writes the `Set-Cookie` header of the language, gone with the browser's session. `Lax`, because the browser comes
/// back from the provider by a link.
#[must_use]
pub fn language_set_cookie(language: Language, secure: bool) -> String {
    write(LANGUAGE_NAME, language.code().to_owned(), SameSite::Lax, None, secure)
}

/// Adds a `Set-Cookie` header beside those that are there.
pub(super) fn append(page: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::try_from(cookie) {
        page.headers_mut().append(SET_COOKIE, value);
    }
}

fn is_entry(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=MAX_ENTRY).contains(&text.len()) && text.bytes().all(plain)
}

/// The name as it is on the wire.
fn wire_name(name: &'static str, secure: bool) -> &'static str {
    if secure { name } else { name.trim_start_matches("__Host-") }
}

fn value_of(headers: &HeaderMap, name: &'static str, secure: bool) -> Option<String> {
    CookieJar::from_headers(headers).get(wire_name(name, secure)).map(|cookie| cookie.value().to_owned())
}

fn write(name: &'static str, value: String, same_site: SameSite, age: Option<Duration>, secure: bool) -> String {
    let mut cookie = Cookie::build((wire_name(name, secure), value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(same_site)
        .build();
    cookie.set_max_age(age.and_then(|age| time::Duration::try_from(age).ok()));
    cookie.to_string()
}
