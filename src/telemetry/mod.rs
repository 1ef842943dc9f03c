//! Logs: one line an event, to standard error.
//!
//! What is logged while a request is answered carries the request's id. It is the one thing that an event says of what
//! surrounds it, so it lies beside the task instead of in a span, which would be written out for every request.

mod output;

use std::fmt::{self, Debug, Display};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::VisitOutput as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::{DefaultVisitor, Writer};
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use self::output::Output;
pub use self::output::finish;

tokio::task_local! {
    static REQUEST_ID: String;
}

/// Does what answers a request: every event on the way carries its id.
pub fn within_request<F: Future>(id: String, answering: F) -> impl Future<Output = F::Output> {
    REQUEST_ID.scope(id, answering)
}

/// How an event is written.
#[derive(Clone, Copy, Debug)]
pub enum Line {
    /// An object, for machines.
    Json,
    /// For people.
    Text,
}

/// Starts logging our own events from `level` up, and warnings of libraries; `json` for machines, text for people.
///
/// Call it once, and [`finish`] at the end.
pub fn init(level: tracing::Level, json: bool) {
    let ours = Targets::new().with_target("kycd", level).with_default(LevelFilter::WARN.min(level.into()));
    let line = if json { Line::Json } else { Line::Text };
    let lines = tracing_subscriber::fmt::layer().event_format(line).with_ansi(false).with_writer(Output::start());
    // An error here says that logging was started already.
    let _ = tracing_subscriber::registry().with(ours).with(lines).try_init();
    // The words of a panic can quote anything; where it happened is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut line: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        match self {
            Self::Json => write_json(&mut line, event),
            Self::Text => write_text(&mut line, event),
        }
    }
}

fn write_json(line: &mut Writer<'_>, event: &Event<'_>) -> fmt::Result {
    line.write_str("{\"timestamp\":\"")?;
    SystemTime.format_time(line)?;
    let about = event.metadata();
    write!(line, "\",\"level\":\"{}\",\"target\":\"{}\"", about.level(), about.target())?;
    with_request_id(|id| write!(line, ",\"request_id\":\"{id}\""))?;
    let mut fields = JsonFields { line, outcome: Ok(()) };
    event.record(&mut fields);
    fields.outcome?;
    line.write_str("}\n")
}

fn write_text(line: &mut Writer<'_>, event: &Event<'_>) -> fmt::Result {
    SystemTime.format_time(line)?;
    let about = event.metadata();
    write!(line, " {:>5} {}: ", about.level(), about.target())?;
    with_request_id(|id| write!(line, "request_id={id:?} "))?;
    let mut fields = DefaultVisitor::new(line.by_ref(), true);
    event.record(&mut fields);
    fields.finish()?;
    line.write_char('\n')
}

/// Writes the id of the request that is being answered, if one is.
fn with_request_id(write: impl FnOnce(&str) -> fmt::Result) -> fmt::Result {
    REQUEST_ID.try_with(|id| write(id)).unwrap_or(Ok(()))
}

/// Writes the fields of an event as members of an object that has some already.
struct JsonFields<'a, 'w> {
    line: &'a mut Writer<'w>,
    outcome: fmt::Result,
}

impl JsonFields<'_, '_> {
    fn write(&mut self, field: &Field, json: impl Display) {
        if self.outcome.is_ok() {
            self.outcome = write!(self.line, ",\"{}\":{json}", field.name());
        }
    }
}

impl Visit for JsonFields<'_, '_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // What JSON has no number for is null.
        self.write(field, serde_json::Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.write(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.write(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.write(field, serde_json::Value::from(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.write(field, serde_json::Value::from(format!("{value:?}")));
    }
}
