//! Texts for people: each stands in every language, says the same there, and says it formally.
//!
//! They are read out of the source, so that nobody has to list them: a literal [`Text`](kycd::domain::language::Text),
//! or the arms of a `match` on the language that fill in a text of their own each.

use std::collections::BTreeSet;

use super::source::Source;

/// What is the same in another language than English.
const COGNATES: [(&str, &str); 3] = [("es", "Memo"), ("de", "Memo"), ("de", "Wallet")];

/// Words by which somebody is addressed informally.
const INFORMAL: [(&str, &[&str]); 2] = [
    ("es", &["tú", "tu", "tus", "te", "ti", "contigo", "tuyo", "tuya", "vosotros", "vuestro", "vuestra"]),
    ("de", &["du", "dir", "dich", "dein", "deine", "deinem", "deinen", "deiner", "ihr", "euch", "euer", "eure"]),
];

/// One text, as far as it stands in the source.
pub(crate) struct Said {
    line: usize,
    /// By language, in the order of the source.
    texts: Vec<(&'static str, String)>,
}

/// Reads every text of a file.
pub(crate) fn texts(source: &Source) -> Vec<Said> {
    let mut found: Vec<Said> = Vec::new();
    let mut rest = source.text.as_str();
    while let Some((language, after)) = next_language(rest) {
        let line = source.text[..source.text.len() - after.len()].matches('\n').count() + 1;
        rest = after;
        let Some((text, after)) = literal(after) else { continue };
        rest = after;
        match found.last_mut() {
            Some(said) if language != "en" => said.texts.push((language, text)),
            Some(_) | None => found.push(Said { line, texts: vec![(language, text)] }),
        }
    }
    found
}

/// Finds where the next text of a language begins: `en: "…"` of a table, or `En => format!("…")` of a match, which may
/// have a tuple around and a block or a list inside.
fn next_language(text: &str) -> Option<(&'static str, &str)> {
    const STARTS: [(&str, &str); 6] =
        [("en", "en: "), ("es", "es: "), ("de", "de: "), ("en", "En"), ("es", "Es"), ("de", "De")];
    let begins = |(index, start): (usize, &str)| {
        let before = text[..index].chars().next_back();
        let after = &text[index + start.len()..];
        let is_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let body = if start.ends_with(": ") {
            Some(after)
        } else {
            let arm = after.strip_prefix(')').unwrap_or(after).strip_prefix(" => ");
            arm.map(|arm| arm.trim_start_matches(['{', '[', ' ', '\n'])).and_then(|arm| arm.strip_prefix("format!("))
        };
        body.filter(|_| !is_word)
    };
    let firsts = STARTS.into_iter().filter_map(|(language, start)| {
        let found = text.match_indices(start).find_map(|(index, _)| begins((index, start)))?;
        literal(found).map(|_| (language, found))
    });
    firsts.max_by_key(|(_, after)| after.len())
}

/// Reads the literal text at the start, as the compiler does.
fn literal(text: &str) -> Option<(String, &str)> {
    let mut rest = text.trim_start().strip_prefix('"')?;
    let mut read = String::new();
    loop {
        let end = rest.find(['"', '\\'])?;
        read.push_str(&rest[..end]);
        let after = &rest[end + 1..];
        if rest[end..].starts_with('"') {
            return Some((read, after));
        }
        rest = if let Some(continued) = after.strip_prefix('\n') {
            continued.trim_start()
        } else {
            let escaped = after.chars().next()?;
            read.push(escaped);
            &after[escaped.len_utf8()..]
        };
    }
}

/// Finds what is missing, left in English, says something else, or is informal.
pub(crate) fn text_violations(source: &Source) -> Vec<String> {
    texts(source).iter().flat_map(|said| faults(said).into_iter().map(|fault| source.at(said.line, &fault))).collect()
}

fn faults(said: &Said) -> Vec<String> {
    let languages: Vec<_> = said.texts.iter().map(|(language, _)| *language).collect();
    if languages != ["en", "es", "de"] {
        return vec![format!("a text has the languages {languages:?}")];
    }
    let english = &said.texts[0].1;
    let mut faults = Vec::new();
    for (language, text) in &said.texts {
        if text.trim() != text || text.is_empty() {
            faults.push(format!("{language}: empty, or blank at an end"));
        }
        if *language == "en" {
            continue;
        }
        if text == english && !COGNATES.contains(&(language, text.as_str())) {
            faults.push(format!("{language}: as in English"));
        }
        if parts(text) != parts(english) {
            faults.push(format!("{language}: other names or numbers than in English"));
        }
        if text.ends_with(['.', ':', '?']) != english.ends_with(['.', ':', '?']) {
            faults.push(format!("{language}: ends otherwise than in English"));
        }
        let informal = INFORMAL.iter().find(|(known, _)| known == language).map_or(&[][..], |(_, words)| words);
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        if let Some(word) = words.find(|word| informal.contains(word)) {
            faults.push(format!("{language}: '{word}' is informal"));
        }
    }
    faults
}

/// What is filled in, and the numbers.
fn parts(text: &str) -> BTreeSet<String> {
    let filled_in = text.split('{').skip(1).map(|piece| piece.split('}').next().unwrap_or_default().to_owned());
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).map(str::to_owned);
    filled_in.chain(numbers).collect()
}
