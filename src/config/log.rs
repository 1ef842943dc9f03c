//! `[log]`: what is told, and in which form.

use super::parse::choice;
use super::reader::Section;

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// The log on standard error.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    /// The form of its lines.
    pub format: LogFormat,
    /// The least severe level that is written.
    pub level: tracing::Level,
}

impl Log {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let formats = [("json", LogFormat::Json), ("text", LogFormat::Text)];
        let levels = [
            ("error", tracing::Level::ERROR),
            ("warn", tracing::Level::WARN),
            ("info", tracing::Level::INFO),
            ("debug", tracing::Level::DEBUG),
            ("trace", tracing::Level::TRACE),
        ];
        Self {
            format: section.or("format", LogFormat::Json, choice(&formats)),
            level: section.or("level", tracing::Level::INFO, choice(&levels)),
        }
    }
}
