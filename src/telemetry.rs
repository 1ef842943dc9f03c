//! Logs: one line an event, to standard error.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts logging our own events from `level` up, and warnings of libraries; `json` for machines, text for people.
///
/// Logs of a second call in one process go where those of the first go.
pub fn init(level: tracing::Level, json: bool) {
    // The words of a panic can quote anything; where it happened is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
    let ours = Targets::new().with_target("kycd", level).with_default(LevelFilter::WARN.min(level.into()));
    let registry = tracing_subscriber::registry().with(ours);
    // An error here says that logging was started already.
    let _ = if json {
        registry
            .with(fmt::layer().json().flatten_event(true).with_span_list(false).with_writer(std::io::stderr))
            .try_init()
    } else {
        registry.with(fmt::layer().with_ansi(false).with_writer(std::io::stderr)).try_init()
    };
}
