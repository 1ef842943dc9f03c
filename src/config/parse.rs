//! Reads single values: what is right becomes a type, what is wrong a fault of fixed words.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use super::Mode;
use super::problem::Fault;
use super::tree::Value;

/// Not a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number above 0 with a unit, like \"30s\", \"10m\", \"24h\" or \"365d\"")]
pub struct DurationError;

/// Reads a duration: a whole number above 0 and one unit of `s`, `m`, `h` and `d`; at most 100 years.
///
/// # Errors
/// [`DurationError`].
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    const LONGEST: u64 = 100 * 365 * 86_400;
    let (count, unit) = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)]
        .into_iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))
        .ok_or(DurationError)?;
    // `parse` alone would take a sign.
    if !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DurationError);
    }
    let seconds = count.parse::<u64>().ok().and_then(|count| count.checked_mul(unit)).ok_or(DurationError)?;
    if (1..=LONGEST).contains(&seconds) { Ok(Duration::from_secs(seconds)) } else { Err(DurationError) }
}

/// Reads text that is not empty.
pub(super) fn text(value: &Value) -> Result<String, Fault> {
    match value {
        Value::Text(text) if text.is_empty() => Err("must not be empty".into()),
        Value::Text(text) => Ok(text.clone()),
        _ => Err("must be text".into()),
    }
}

/// Reads `true` or `false`.
pub(super) fn flag(value: &Value) -> Result<bool, Fault> {
    match value {
        Value::Flag(flag) => Ok(*flag),
        _ => Err("must be true or false".into()),
    }
}

/// Reads a small whole number above 0.
pub(super) fn count(value: &Value) -> Result<u32, Fault> {
    match value {
        Value::Integer(count @ 1..=1_000) => u32::try_from(*count).map_err(|_| "must be positive".into()),
        _ => Err("must be a whole number from 1 to 1000".into()),
    }
}

/// Reads how many times something may happen.
pub(super) fn times(value: &Value) -> Result<NonZeroU32, Fault> {
    count(value)?.try_into().map_err(|_| "must be a whole number from 1 to 1000".into())
}

/// Reads a whole number from 0.
pub(super) fn whole_number(value: &Value) -> Result<u64, Fault> {
    match value {
        Value::Integer(number) => u64::try_from(*number).map_err(|_| "must be a whole number from 0".into()),
        _ => Err("must be a whole number from 0".into()),
    }
}

/// Reads one of some words.
pub(super) fn choice<T: Copy>(choices: &[(&'static str, T)]) -> impl Fn(&Value) -> Result<T, Fault> {
    move |value| {
        let word = text(value).unwrap_or_default();
        let found = choices.iter().find(|(name, _)| *name == word);
        found.map(|(_, choice)| *choice).ok_or_else(|| Fault::one_of(choices.iter().map(|(name, _)| *name)))
    }
}

/// Reads a duration; see [`parse_duration`].
pub(super) fn duration(value: &Value) -> Result<Duration, Fault> {
    parse_duration(&text(value)?)
        .map_err(|_| "must be a duration like \"30s\", \"10m\", \"24h\" or \"365d\", above 0".into())
}

/// Reads an IP address with a port.
pub(super) fn socket_address(value: &Value) -> Result<SocketAddr, Fault> {
    text(value)?.parse().map_err(|_| "must be an IP address with a port, like \"127.0.0.1:8000\"".into())
}

/// Reads a range of IP addresses.
pub(super) fn network(value: &Value) -> Result<IpNet, Fault> {
    text(value)?.parse().map_err(|_| "must be a range of IP addresses, like \"10.0.0.0/8\"".into())
}

/// Reads the name of a file, relative to the working directory.
pub(super) fn path(value: &Value) -> Result<PathBuf, Fault> {
    text(value).map(PathBuf::from)
}

/// Opens the file that the value names. Only a regular one: a pipe would keep us waiting for whoever writes to it.
pub(super) fn open(value: &Value) -> Result<File, Fault> {
    let path = path(value)?;
    let metadata = fs::metadata(&path).map_err(|error| Fault::unreadable(&error))?;
    if !metadata.is_file() {
        return Err("is not a regular file".into());
    }
    File::open(path).map_err(|error| Fault::unreadable(&error))
}

/// Reads an absolute http or https URL without user, password and fragment.
pub(super) fn web_url(value: &Value) -> Result<Url, Fault> {
    const FAULT: &str = "must be an http or https URL without user, password and fragment";
    let text = text(value)?;
    // The parser would drop tabs and turn backslashes.
    let clean = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let url = Url::parse(&text).ok().filter(|_| clean).ok_or(FAULT)?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if matches!(url.scheme(), "http" | "https") && plain { Ok(url) } else { Err(FAULT.into()) }
}

/// Reads a URL that this server calls or sends browsers to: https, or in `dev` http on loopback.
pub(super) fn secure_url(mode: Mode) -> impl Fn(&Value) -> Result<Url, Fault> {
    move |value| {
        let url = web_url(value)?;
        let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        match mode {
            _ if url.scheme() == "https" => Ok(url),
            Mode::Dev if loopback => Ok(url),
            Mode::Dev => Err("must be an https URL, or http on localhost, 127.0.0.1 or [::1]".into()),
            Mode::Serve => Err("must be an https URL".into()),
        }
    }
}
