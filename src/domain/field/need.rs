//! What a value needs, in every language: words that finish the sentence "'field' …".

use std::borrow::Cow;

use crate::domain::language::{Language, Text};

/// A file came as text.
pub(in crate::domain) const A_FILE: Text = Text {
    en: "is binary: send it as multipart/form-data",
    es: "es un archivo binario: envíelo como multipart/form-data",
    de: "ist eine Binärdatei: Bitte senden Sie sie als multipart/form-data",
};

/// What a refused value needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::domain) enum Need {
    /// Something that has nothing to fill in.
    Fixed(&'static Text),
    /// One of these values, which are not translated.
    OneOf(Vec<String>),
    /// A number that is no less.
    AtLeast(u64),
    /// A number that is no more.
    AtMost(u64),
    /// No fewer characters.
    Longer(u64),
    /// No more characters.
    Shorter(u64),
}

impl Need {
    pub(super) fn say(&self, language: Language) -> Cow<'static, str> {
        use Language::{De, En, Es};
        let said = match (self, language) {
            (Self::Fixed(text), _) => return text.say(language).into(),
            (Self::OneOf(choices), En) => format!("must be one of: {}", choices.join(", ")),
            (Self::OneOf(choices), Es) => format!("debe ser uno de estos valores: {}", choices.join(", ")),
            (Self::OneOf(choices), De) => format!("muss einer dieser Werte sein: {}", choices.join(", ")),
            (Self::AtLeast(min), En) => format!("must be at least {min}"),
            (Self::AtLeast(min), Es) => format!("debe ser {min} como mínimo"),
            (Self::AtLeast(min), De) => format!("muss mindestens {min} sein"),
            (Self::AtMost(max), En) => format!("must be at most {max}"),
            (Self::AtMost(max), Es) => format!("debe ser {max} como máximo"),
            (Self::AtMost(max), De) => format!("darf höchstens {max} sein"),
            (Self::Longer(min), En) => format!("must be at least {min} characters long"),
            (Self::Longer(min), Es) => format!("debe tener como mínimo {min} caracteres"),
            (Self::Longer(min), De) => format!("muss mindestens {min} Zeichen lang sein"),
            (Self::Shorter(max), En) => format!("must be at most {max} characters long"),
            (Self::Shorter(max), Es) => format!("debe tener como máximo {max} caracteres"),
            (Self::Shorter(max), De) => format!("darf höchstens {max} Zeichen lang sein"),
        };
        said.into()
    }

    /// Says which values there are.
    pub(in crate::domain) fn one_of(choices: &[impl AsRef<str>]) -> Self {
        Self::OneOf(choices.iter().map(|choice| choice.as_ref().to_owned()).collect())
    }
}

impl From<&'static Text> for Need {
    fn from(text: &'static Text) -> Self {
        Self::Fixed(text)
    }
}
