//! What any text has to be before a field's own validator looks at it.
//!
//! Names of people are left as they are written: joiners (ZWNJ, ZWJ), combining marks and every script are welcome.
//! Refused is what has no place in a name: control characters, a reversed reading order, towers of marks.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::language::Text;

/// What a refused value needs, in words that finish the sentence "'field' …".
pub(super) type Need = &'static Text;

/// The longest text that is normalized, in bytes; what is longer is beyond the limits below in any form.
const MAX_RAW: usize = 16 * 1024;
/// The longest single line, in characters; that is 1 KiB at most.
pub(super) const MAX_LINE: usize = 256;
/// The longest text of several lines, in characters.
pub(super) const MAX_LINES: usize = 1_000;
/// The most combining marks and joiners in a row. Living scripts need about half as many.
const MAX_MARKS: usize = 8;

/// Reads one line of text into NFC.
pub(crate) fn line(text: &str) -> Result<String, Need> {
    let text = normalize(text)?;
    if text.chars().count() > MAX_LINE {
        Err(&Text {
            en: "must be at most 256 characters",
            es: "debe tener como máximo 256 caracteres",
            de: "darf höchstens 256 Zeichen lang sein",
        })
    } else if text.contains(char::is_control) || text.contains(is_line_separator) {
        Err(&Text {
            en: "must be a single line without control characters",
            es: "debe ser una sola línea sin caracteres de control",
            de: "muss eine einzige Zeile ohne Steuerzeichen sein",
        })
    } else if text.contains(reorders) {
        Err(&Text {
            en: "must not contain characters that change the direction of reading",
            es: "no debe contener caracteres que cambien el sentido de la lectura",
            de: "darf keine Zeichen enthalten, die die Leserichtung ändern",
        })
    } else {
        Ok(text)
    }
}

/// Reads text of several lines, separated by LF alone, into NFC.
pub(super) fn lines(text: &str) -> Result<String, Need> {
    let text = normalize(text)?;
    if text.chars().count() > MAX_LINES {
        Err(&Text {
            en: "must be at most 1000 characters",
            es: "debe tener como máximo 1000 caracteres",
            de: "darf höchstens 1000 Zeichen lang sein",
        })
    } else if text.contains(|c: char| (c.is_control() && c != '\n') || is_line_separator(c)) {
        Err(&Text {
            en: "must not contain control characters, other than LF between lines",
            es: "no debe contener caracteres de control, salvo LF entre líneas",
            de: "darf außer LF zwischen den Zeilen keine Steuerzeichen enthalten",
        })
    } else {
        Ok(text)
    }
}

/// Gives the NFC of a text that is neither blank, enormous nor a tower of marks.
fn normalize(text: &str) -> Result<String, Need> {
    if text.len() > MAX_RAW {
        return Err(&Text { en: "is too long", es: "es demasiado largo", de: "ist zu lang" });
    }
    let text: String = text.nfc().collect();
    if text.chars().all(is_blank) {
        Err(&Text { en: "must not be empty", es: "no debe estar vacío", de: "darf nicht leer sein" })
    } else if has_tower_of_marks(&text) {
        Err(&Text {
            en: "must not have more than 8 combining marks on one character",
            es: "no debe tener más de 8 signos combinables en un mismo carácter",
            de: "darf auf einem Zeichen höchstens 8 kombinierende Zeichen tragen",
        })
    } else {
        Ok(text)
    }
}

/// A joiner neither ends a run of marks nor is free, or a tower could be built in storeys.
fn has_tower_of_marks(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|c| {
        run = if is_combining_mark(c) || is_joiner(c) { run + 1 } else { 0 };
        run > MAX_MARKS
    })
}

/// White space, and what shows nothing: soft hyphen, zero width characters, marks of direction, fillers.
fn is_blank(c: char) -> bool {
    let invisible =
        ['\u{AD}', '\u{61C}', '\u{115F}', '\u{1160}', '\u{2800}', '\u{3164}', '\u{FEFF}', '\u{FFA0}'].contains(&c);
    c.is_whitespace()
        || invisible
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
}

/// ZWNJ and ZWJ.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Unicode's own line and paragraph separators, which are no control characters.
fn is_line_separator(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// The embeddings, overrides and isolates of the bidirectional algorithm; mere marks (LRM, RLM) are harmless.
fn reorders(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
