//! `[database]`: where everything durable is.

use super::parse;
use super::problem::Fault;
use super::reader::Section;
use super::tree::Value;
use crate::domain::pii::Secret;

/// How to reach the database.
#[derive(Clone)]
pub struct Database {
    /// `postgres://…`, `postgresql://…` or `sqlite://PATH`; it may hold a password.
    pub url: Secret<String>,
    /// Whether `serve` migrates at start.
    pub migrate: bool,
    /// How many connections the pool may open.
    pub max_connections: u32,
}

impl Database {
    pub(super) fn read(section: &mut Section<'_>) -> Option<Self> {
        let url = section.required("url", url);
        let migrate = section.or("migrate", true, parse::flag);
        let max_connections = section.or("max_connections", 16, parse::count);
        Some(Self { url: url?, migrate, max_connections })
    }
}

fn url(value: &Value) -> Result<Secret<String>, Fault> {
    let url = parse::text(value)?;
    if ["postgres://", "postgresql://", "sqlite://"].iter().any(|scheme| url.starts_with(scheme)) {
        Ok(Secret::new(url))
    } else {
        Err("must begin with postgres:// or sqlite://".into())
    }
}
