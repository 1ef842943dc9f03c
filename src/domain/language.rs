//! The languages that people are spoken to in, and texts that are known in all of them.
//!
//! A text with nothing to fill in is a [`Text`], which does not compile while a language is missing; one with a name or
//! a number in it is a function with an exhaustive `match`.
//!
//! Adding a text: write all languages where it is said, formally (*usted*, *Sie*); `tests/tidy` finds it and compares
//! the languages. Adding a language: add it to [`Language`] and let the compiler show every place that lacks it.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest language tag that is looked at ([RFC 5646 §4.4.1](https://www.rfc-editor.org/rfc/rfc5646#section-4.4.1)).
const LONGEST_TAG: usize = 35;

/// A language that this server speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English, which is spoken to whoever asks for nothing that is known.
    #[default]
    En,
    /// Spanish.
    Es,
    /// German.
    De,
}

impl Language {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::En, Self::Es, Self::De];

    /// Its code of ISO 639-1.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
            Self::De => "de",
        }
    }

    /// What its speakers call it.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Es => "Español",
            Self::De => "Deutsch",
        }
    }

    /// Reads a language tag like `es` or `es-MX`, by its first part; `None` if that is no language spoken here.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let is_tag = tag.len() <= LONGEST_TAG && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let first = tag.split('-').next().filter(|_| is_tag)?;
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(first))
    }

    /// Finds what an `Accept-Language` header likes best
    /// ([RFC 9110 §12.5.4](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4)); of two that are equal, the first.
    /// `None` if it likes nothing that is spoken here.
    #[must_use]
    pub fn preferred(header: &str) -> Option<Self> {
        let liked = header.split(',').filter_map(|range| {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            Some((Self::parse(tag.trim())?, parse_weight(weight.trim())?))
        });
        let best = |best: Option<(Self, f32)>, next: (Self, f32)| match best {
            Some(best) if best.1 >= next.1 => Some(best),
            Some(_) | None => Some(next),
        };
        liked.filter(|(_, weight)| *weight > 0.0).fold(None, best).map(|(language, _)| language)
    }
}

/// Reads `q=0.8`.
fn parse_weight(text: &str) -> Option<f32> {
    let (name, value) = text.split_once('=')?;
    let is_plain = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let weight = value.parse().ok().filter(|weight| is_plain && (0.0..=1.0).contains(weight));
    weight.filter(|_| name.eq_ignore_ascii_case("q"))
}

/// One text in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Text<S = &'static str> {
    /// In English.
    pub en: S,
    /// In Spanish.
    pub es: S,
    /// In German.
    pub de: S,
}

impl<S> Text<S> {
    /// Says the same in every language.
    pub fn of(say: impl Fn(Language) -> S) -> Self {
        Self { en: say(Language::En), es: say(Language::Es), de: say(Language::De) }
    }

    /// Gives the text in one language.
    #[must_use]
    pub const fn get(&self, language: Language) -> &S {
        match language {
            Language::En => &self.en,
            Language::Es => &self.es,
            Language::De => &self.de,
        }
    }
}

impl Text {
    /// Gives the text in one language, for as long as the program runs.
    #[must_use]
    pub const fn say(&self, language: Language) -> &'static str {
        self.get(language)
    }
}

/// What a refusal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// What only the wallet's own makers can put right, in English.
    Technical(Cow<'static, str>),
    /// What the customer can put right, in the language of the request.
    Spoken(Text<Cow<'static, str>>),
}

impl Message {
    /// Says something to the customer, with names and numbers filled in.
    pub fn spoken(say: impl Fn(Language) -> String) -> Self {
        Self::Spoken(Text::of(|language| say(language).into()))
    }
}

impl fmt::Display for Message {
    /// Says it in English, to logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Technical(text) | Self::Spoken(Text { en: text, .. }) => f.write_str(text),
        }
    }
}

impl From<&'static str> for Message {
    fn from(text: &'static str) -> Self {
        Self::Technical(text.into())
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::Technical(text.into())
    }
}

impl From<&'static Text> for Message {
    fn from(text: &'static Text) -> Self {
        Self::Spoken(Text::of(|language| text.say(language).into()))
    }
}
