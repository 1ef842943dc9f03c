//! Looking for a short word in a text that has random parts, in which it would be found some day.

/// Names of fields and paths can be as long, but have small letters only.
const MIN_RANDOM: usize = 20;

/// The text without its tokens, ids and signatures: long runs of the characters of base64.
pub(crate) fn without_random(text: &str) -> String {
    text.split_inclusive(|char| !is_base64(char)).filter(|run| !is_random(run)).collect()
}

fn is_base64(char: char) -> bool {
    char.is_ascii_alphanumeric() || "-_+/".contains(char)
}

fn is_random(run: &str) -> bool {
    let run = run.trim_end_matches(|char| !is_base64(char));
    run.len() >= MIN_RANDOM && run.chars().any(|char| char.is_ascii_digit() || char.is_ascii_uppercase())
}
