//! The audit trail, in words.

use crate::domain::audit::Action;
use crate::http::pages::console::{Trail, TrailEntry};
use crate::integration::review::AUDIT_PAGE;
use crate::store::AuditRecord;

/// Tells what was done; a full page has earlier entries behind it, perhaps.
pub(super) fn trail(records: Vec<AuditRecord>) -> Trail {
    let last = records.last().filter(|last| records.len() == AUDIT_PAGE as usize && last.position > 1);
    let earlier = last.map(|last| last.position);
    Trail { entries: records.into_iter().map(entry).collect(), earlier }
}

fn entry(record: AuditRecord) -> TrailEntry {
    TrailEntry {
        position: record.position,
        happened_at: record.happened_at.rfc3339(),
        operator: record.operator,
        what: describe(&record.action),
        reason: record.reason.map(|reason| reason.expose().clone()),
    }
}

fn describe(action: &Action) -> String {
    match action {
        Action::Reveal { field } => format!("Read {field}"),
        Action::Decision { r#type, status, message, fields, .. } => {
            let flaws = fields.iter().map(|(field, flaw)| format!("{field}: {}", words(flaw.key())));
            let details: Vec<_> = message.iter().map(|notice| words(notice.key())).chain(flaws).collect();
            let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join("; ")) };
            format!("Decided {type}: {}{details}", words(status.status().as_str()))
        }
    }
}

/// A key as people read it.
pub(super) fn words(key: &str) -> String {
    key.replace('_', " ").to_lowercase()
}
