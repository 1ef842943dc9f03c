//! Sentences made of the words that finish one.

/// Makes a sentence.
#[must_use]
pub fn sentence(words: &str) -> String {
    capitalised(words) + "."
}

/// Begins with a capital letter.
#[must_use]
pub fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
