//! `[transactions]`: who knows to whom a `transaction_id` belongs.

use url::Url;

use super::problem::Fault;
use super::reader::Section;
use super::tree::Value;
use super::{Mode, parse, secret};
use crate::domain::pii::Secret;

/// A service of the operator's that knows transactions.
pub struct Transactions {
    /// `{url}/transactions/{id}` is asked.
    pub url: Url,
    /// The bearer key: printable ASCII without spaces.
    pub key: Secret<String>,
}

impl Transactions {
    /// Reads the section; `None` while there is no such service.
    pub(super) fn read(section: &mut Section<'_>) -> Option<Self> {
        let mode = section.mode();
        let url = section.optional("url", url(mode));
        let key = section.optional("key_file", key(mode));
        match (section.has("url"), section.has("key_file")) {
            (true, false) => section.note("key_file", "is required with url"),
            (false, true) => section.note("url", "is required with key_file"),
            (true, true) | (false, false) => {}
        }
        Some(Self { url: url?, key: key? })
    }
}

fn url(mode: Mode) -> impl Fn(&Value) -> Result<Url, Fault> {
    move |value| {
        let url = parse::secure_url(mode)(value)?;
        if url.query().is_none() { Ok(url) } else { Err("must be a URL without query".into()) }
    }
}

fn key(mode: Mode) -> impl Fn(&Value) -> Result<Secret<String>, Fault> {
    move |value| {
        let key = secret::text_file(mode)(value)?;
        let printable = key.expose().bytes().all(|byte| byte.is_ascii_graphic());
        if printable { Ok(key) } else { Err("the key must be printable ASCII without spaces".into()) }
    }
}
