//! Reading Rust, just as much of it as the rules need.

use std::fs;
use std::path::Path;

/// A file of `src/`.
pub(crate) struct Source {
    /// Relative to `src/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// The text without comments, strings and white space.
    pub(crate) tokens: Vec<Token>,
}

/// A word, `::`, or any other single character, on its line.
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), tokens: tokens(text) }
    }

    /// Names the file or folder directly below `src/` that this belongs to.
    pub(crate) fn room(&self) -> &str {
        self.path.split('/').next().expect("a path has a first part").trim_end_matches(".rs")
    }

    /// Counts the modules from the root of the crate down to this file.
    pub(crate) fn depth(&self) -> usize {
        match self.path.as_str() {
            "lib.rs" | "main.rs" => 0,
            path => path.split('/').count() - usize::from(path.ends_with("/mod.rs")),
        }
    }

    pub(crate) fn text_at(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |token| &token.text)
    }

    pub(crate) fn at(&self, line: usize, violation: &str) -> String {
        format!("src/{}:{line}: {violation}", self.path)
    }
}

/// Reads all of `src/`.
pub(crate) fn sources() -> Vec<Source> {
    fn walk(folder: &Path, root: &Path, found: &mut Vec<Source>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, root, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).expect("below src").to_str().expect("UTF-8");
                found.push(Source::new(name, &fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &root, &mut found);
    found
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Splits Rust text into tokens and leaves comments and literal texts out.
fn tokens(text: &str) -> Vec<Token> {
    let (mut rest, mut line, mut found) = (text, 1, Vec::new());
    while let Some(first) = rest.chars().next() {
        let length = unread_length(rest);
        let taken = match length {
            Some(length) => length,
            None if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            None if rest.starts_with("::") => 2,
            None => first.len_utf8(),
        };
        if length.is_none() && !first.is_whitespace() {
            found.push(Token { text: rest[..taken].to_owned(), line });
        }
        line += rest[..taken].matches('\n').count();
        rest = &rest[taken..];
    }
    found
}

/// Measures the comment or literal text that stands at the start of `rest`, if one does.
fn unread_length(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(rest.find("*/").map_or(rest.len(), |end| end + 2));
    }
    if let Some(inside) = rest.strip_prefix('\'') {
        // Else it is a lifetime.
        let character = if inside.starts_with('\\') { 2 } else { inside.chars().next().map_or(0, char::len_utf8) };
        let end = inside.get(character..)?.find('\'')?;
        return (end == 0 || inside.starts_with('\\')).then_some(1 + character + end + 1);
    }
    let start = rest.find('"')?;
    let prefix = rest[..start].trim_end_matches('#');
    if !["", "b", "c", "r", "br", "cr"].contains(&prefix) || (prefix.len() != start && !prefix.ends_with('r')) {
        return None;
    }
    let body = &rest[start + 1..];
    if prefix.ends_with('r') {
        let end = format!("\"{}", "#".repeat(start - prefix.len()));
        return Some(start + 1 + body.find(&end).map_or(body.len(), |at| at + end.len()));
    }
    let mut escaped = false;
    let end = body.find(|c| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    });
    Some(start + 1 + end.map_or(body.len(), |at| at + 1))
}

/// Finds every function that has a body: its name, first line and number of lines.
pub(crate) fn functions(source: &Source) -> Vec<(&str, usize, usize)> {
    let mut found = Vec::new();
    for (index, token) in source.tokens.iter().enumerate().filter(|(_, token)| token.text == "fn") {
        let name = source.text_at(index + 1);
        if !name.starts_with(is_word) {
            continue; // the type of a function pointer
        }
        let (mut brackets, mut braces) = (0, 0);
        for inner in &source.tokens[index..] {
            match inner.text.as_str() {
                "(" | "[" => brackets += 1,
                ")" | "]" => brackets -= 1,
                "{" => braces += 1,
                "}" => braces -= 1,
                ";" if brackets == 0 && braces == 0 => break, // a signature
                _ => continue,
            }
            if inner.text == "}" && braces == 0 {
                found.push((name, token.line, inner.line - token.line + 1));
                break;
            }
        }
    }
    found
}
