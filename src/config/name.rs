//! Names: those that the operator gives to customer types and providers, and those of SEP-9 fields.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::parse;
use super::problem::Fault;
use super::reader::Section;
use super::tree::Value;
use crate::domain::field::{self, CustomField, Field, FieldRef};
use crate::domain::verification::Channel;

/// The names that other tables give.
pub(super) struct Known<'a> {
    /// Of `[providers.NAME]`.
    pub(super) providers: &'a BTreeSet<String>,
    /// Of `[custom_fields.NAME]`.
    pub(super) custom_fields: &'a BTreeSet<String>,
    /// Those of them that are right.
    pub(super) read_custom_fields: &'a BTreeMap<String, Arc<CustomField>>,
    /// Of `[verification.CHANNEL]`.
    pub(super) senders: &'a BTreeSet<String>,
}

impl Known<'_> {
    /// Checks that a code can be sent to what a field holds.
    pub(super) fn check_verifiable(&self, name: &str) -> Result<(), Fault> {
        let custom = self.read_custom_fields.get(name).cloned().map(FieldRef::Custom);
        let Some(field) = custom.or_else(|| field::find(name).map(FieldRef::from)) else {
            // What is wrong with it was said where it stands.
            return Ok(());
        };
        let (table, fault) = match field.channel() {
            Some(Channel::Email) => ("email", "needs a sender: give verification.email"),
            Some(Channel::Phone) => ("phone", "needs a sender: give verification.phone"),
            None => return Err("holds nothing that a code can be sent to, no e-mail address or phone number".into()),
        };
        if self.senders.contains(table) { Ok(()) } else { Err(fault.into()) }
    }
}

/// Notes a name that a URL path, a log line or an environment variable could not carry.
pub(super) fn check(name: &str, section: &mut Section<'_>) {
    let outer = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let inner = |byte: u8| outer(byte) || matches!(byte, b'-' | b'_');
    let bytes = name.as_bytes();
    let right = (1..=64).contains(&bytes.len())
        && bytes.iter().copied().all(inner)
        && bytes.first().copied().is_some_and(outer)
        && bytes.last().copied().is_some_and(outer)
        // Two underscores separate the levels of a variable's name.
        && !name.contains("__");
    if !right {
        section.note_here("a name is 1 to 64 of a-z 0-9 - _, begins and ends with a letter or digit, and has no __");
    }
}

/// Reads the name of a provider, or `""` for none.
pub(super) fn provider(value: &Value, providers: &BTreeSet<String>) -> Result<Option<String>, Fault> {
    match value {
        Value::Text(name) if name.is_empty() => Ok(None),
        Value::Text(name) if providers.contains(name) => Ok(Some(name.clone())),
        Value::Text(_) => Err("names no provider".into()),
        _ => Err("must be text".into()),
    }
}

/// Reads the name of a SEP-9 field that was not seen before, by this name or its other one.
pub(super) fn field(value: &Value, seen: &mut BTreeSet<String>) -> Result<(String, &'static Field), Fault> {
    let name = parse::text(value)?;
    let field = field::find(&name).ok_or("is not a SEP-9 field")?;
    if !field.is_stored {
        return Err("is never stored, so it cannot be asked for".into());
    }
    see(field.name, seen)?;
    Ok((name, field))
}

/// Reads the name of a field that was not seen before, of SEP-9 or a custom one.
pub(super) fn any_field(value: &Value, known: &Known<'_>, seen: &mut BTreeSet<String>) -> Result<String, Fault> {
    let name = parse::text(value)?;
    if known.custom_fields.contains(&name) {
        see(&name, seen)?;
        Ok(name)
    } else if field::find(&name).is_some() {
        field(value, seen).map(|(name, _)| name)
    } else {
        Err("is neither a SEP-9 field nor one of custom_fields".into())
    }
}

fn see(name: &str, seen: &mut BTreeSet<String>) -> Result<(), Fault> {
    if seen.insert(name.to_owned()) {
        Ok(())
    } else {
        Err("this field is named already, perhaps by its other spelling".into())
    }
}
