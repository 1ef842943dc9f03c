//! Looking for what must not be found: a value in any of the forms in which storage, logs or traffic could show it.

use data_encoding::{BASE64, HEXLOWER};

/// A shorter canary could be found by chance.
const MIN_BYTES: usize = 12;

/// Gives the forms in which `canary` occurs in `haystack`: as it is, in hex, or in base64 at any alignment.
pub(crate) fn forms_found(haystack: &[u8], canary: &[u8]) -> Vec<&'static str> {
    assert!(canary.len() >= MIN_BYTES, "a canary must have {MIN_BYTES} bytes");
    let lower_case = haystack.to_ascii_lowercase();
    let url_safe: Vec<u8> = haystack.iter().map(|byte| standard_alphabet(*byte)).collect();
    let hex = HEXLOWER.encode(canary);
    let mut forms = Vec::new();
    forms.extend(contains(haystack, canary).then_some("raw"));
    forms.extend(contains(&lower_case, hex.as_bytes()).then_some("hex"));
    for (alignment, form) in ["base64", "base64 at 1", "base64 at 2"].into_iter().enumerate() {
        forms.extend(contains(&url_safe, base64_core(canary, alignment).as_bytes()).then_some(form));
    }
    forms
}

/// Panics if any of the named canaries occurs in `haystack` in any form.
#[track_caller]
pub(crate) fn assert_absent(haystack: &[u8], canaries: &[(&str, &[u8])]) {
    assert!(!haystack.is_empty(), "nothing was searched");
    for (name, canary) in canaries {
        let forms = forms_found(haystack, canary);
        assert!(forms.is_empty(), "{name} was found: {forms:?}");
    }
}

/// The characters of base64 that `canary` determines alone when it stands `alignment` bytes into a group of three.
fn base64_core(canary: &[u8], alignment: usize) -> String {
    let shifted = [&[0; 2][..alignment], canary].concat();
    let encoded = BASE64.encode(&shifted);
    encoded[(alignment * 8).div_ceil(6)..shifted.len() * 8 / 6].to_owned()
}

/// Reads the URL-safe alphabet of base64 as the standard one.
fn standard_alphabet(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    let (first, rest) = needle.split_first().expect("a needle");
    haystack.iter().enumerate().any(|(at, byte)| byte == first && haystack[at + 1..].starts_with(rest))
}
