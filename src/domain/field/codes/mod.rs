//! Codes of countries and languages, and what people call what they stand for.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::language::{Language, Text};

/// A list of codes, each of which has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codes {
    /// Countries, with three letters (ISO 3166-1 alpha-3).
    Countries,
    /// Countries, with two (ISO 3166-1 alpha-2).
    CountriesAlpha2,
    /// Languages (ISO 639-1).
    Languages,
}

/// A row of a table: one or more codes of the same thing, and its name.
struct Row {
    codes: Vec<&'static str>,
    name: Text,
}

static COUNTRIES: LazyLock<Vec<Row>> = LazyLock::new(|| read(include_str!("countries.tsv")));
static LANGUAGES: LazyLock<Vec<Row>> = LazyLock::new(|| read(include_str!("languages.tsv")));

impl Codes {
    /// Lists the codes with their names, in the order in which somebody looks for a name.
    #[must_use]
    pub fn named(self, language: Language) -> Vec<(&'static str, &'static str)> {
        let (rows, column) = match self {
            Self::Countries => (&COUNTRIES, 0),
            Self::CountriesAlpha2 => (&COUNTRIES, 1),
            Self::Languages => (&LANGUAGES, 0),
        };
        let mut named: Vec<_> = rows.iter().map(|row| (row.codes[column], row.name.say(language))).collect();
        named.sort_by_cached_key(|(_, name)| without_marks(name));
        named
    }
}

/// Reads lines of cells: the codes, then the name in English, Spanish and German.
fn read(table: &'static str) -> Vec<Row> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| match line.split('\t').collect::<Vec<_>>()[..] {
        [ref codes @ .., en, es, de] => Row { codes: codes.to_vec(), name: Text { en, es, de } },
        _ => panic!("a row of a compiled-in table is whole, as tests/domain shows: {line}"),
    };
    lines.map(row).collect()
}

/// Small letters without what stands above and below them: `Österreich` is looked for under `o`.
fn without_marks(name: &str) -> String {
    name.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect()
}
