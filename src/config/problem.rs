//! What is wrong with a configuration: which key, where it stands, and why — never what it says.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::Arc;

use crate::domain::field::CustomFieldError;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// The defaults of `dev`.
    Defaults,
    /// A file, with line and column counted from 1.
    File { path: Arc<str>, line: usize, column: usize },
    /// An environment variable.
    Variable(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Defaults => f.write_str("defaults of dev"),
            Self::File { path, line, column } => write!(f, "{path}:{line}:{column}"),
            Self::Variable(name) => write!(f, "{}", name.escape_debug()),
        }
    }
}

/// Why a value is refused. It is made of fixed text alone, so no part of a value can slip into a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fault(Cow<'static, str>);

impl Fault {
    /// Lists the words that would have been right.
    pub(super) fn one_of(words: impl IntoIterator<Item = &'static str>) -> Self {
        let words = words.into_iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>();
        Self(format!("must be {}", words.join(" or ")).into())
    }

    /// Says that a key means nothing, and which ones would.
    pub(super) fn unknown(known: &[&'static str]) -> Self {
        Self(format!("unknown key; known here: {}", known.join(", ")).into())
    }

    /// Says why a file cannot be read, without its name.
    pub(super) fn unreadable(error: &io::Error) -> Self {
        Self(format!("the file cannot be read: {}", error.kind()).into())
    }

    /// Repeats what the TOML parser found: the kind of the mistake, not the text around it.
    pub(super) fn syntax(error: &toml::de::Error) -> Self {
        Self(format!("not TOML: {}", error.message()).into())
    }
}

impl From<CustomFieldError> for Fault {
    fn from(error: CustomFieldError) -> Self {
        Self(error.to_string().into())
    }
}

impl From<&'static str> for Fault {
    fn from(text: &'static str) -> Self {
        Self(text.into())
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Problem {
    /// Where it stands; a key that is missing together with its table stands nowhere.
    pub(super) origin: Option<Origin>,
    /// The dotted key; empty for a file or a variable as a whole.
    pub(super) key: String,
    pub(super) fault: Fault,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.origin {
            write!(f, "{origin}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.fault.0)
    }
}

/// Everything that is wrong with a configuration, one line each, in the order of the file.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn new(mut found: Vec<Problem>) -> Self {
        found.sort();
        Self(found)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// Writes a key as TOML would: bare if it can be, quoted otherwise.
pub(super) fn join(parent: &str, key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let key = if bare { Cow::Borrowed(key) } else { Cow::Owned(format!("\"{}\"", key.escape_debug())) };
    if parent.is_empty() { key.into_owned() } else { format!("{parent}.{key}") }
}
