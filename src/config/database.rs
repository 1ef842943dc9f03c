//! `[database]`: where everything durable is.

use std::time::Duration;

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
    /// How long a request waits for a connection, or for its turn to write.
    pub acquire_timeout: Duration,
}

impl Database {
    pub(super) fn read(section: &mut Section<'_>) -> Option<Self> {
        let url = section.required("url", url);
        let migrate = section.or("migrate", true, parse::flag);
        let max_connections = section.or("max_connections", 16, parse::count);
        let acquire_timeout = section.or("acquire_timeout", Duration::from_secs(2), acquire_timeout);
        Some(Self { url: url?, migrate, max_connections, acquire_timeout })
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

fn acquire_timeout(value: &Value) -> Result<Duration, Fault> {
    parse::duration(value)
        .ok()
        .filter(|time| *time <= Duration::from_secs(10))
        .ok_or_else(|| "must be a duration from \"1s\" to \"10s\"".into())
}
