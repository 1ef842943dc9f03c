//! Secrets: bytes of files that nobody else reads or, in `dev`, text of the configuration itself.

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;

use zeroize::Zeroizing;

use super::problem::Fault;
use super::reader::Section;
use super::tree::Value;
use super::{Mode, parse};
use crate::domain::pii::Secret;

/// More than any key or password needs.
const LARGEST: u64 = 64 * 1024;

/// Bits of a file's mode that `serve` refuses: everything for others, and writing for the group. The group may read,
/// because that is how orchestrators hand a secret to a process that is not root (mode 0440).
const EXPOSED: u32 = 0o027;

/// Reads a secret from the file that `file_key` names or, in `dev`, from `inline_key` itself.
pub(super) fn either(
    section: &mut Section<'_>,
    inline_key: &'static str,
    file_key: &'static str,
) -> Option<Secret<Vec<u8>>> {
    let mode = section.mode();
    let inline = section.optional(inline_key, |value| match mode {
        Mode::Dev => parse::text(value).map(|text| Secret::new(text.into_bytes())),
        Mode::Serve => Err("a secret stands in a file of its own; only `kycd dev` takes it here".into()),
    });
    let file = section.optional(file_key, file(mode));
    if section.has(inline_key) && section.has(file_key) {
        section.note(inline_key, "the secret stands in a file already");
    }
    inline.or(file)
}

/// Reads a secret from the file that the value names: its bytes, less one trailing newline.
pub(super) fn file(mode: Mode) -> impl Fn(&Value) -> Result<Secret<Vec<u8>>, Fault> {
    move |value| {
        let file = parse::open(value)?;
        let metadata = file.metadata().map_err(|error| Fault::unreadable(&error))?;
        if mode == Mode::Serve && metadata.permissions().mode() & EXPOSED != 0 {
            return Err("others can read or change the file: its mode must be 0600, 0400 or 0440".into());
        }
        if metadata.len() > LARGEST {
            return Err("the file is too large for a secret (64 KiB)".into());
        }
        let mut bytes = Vec::new();
        file.take(LARGEST).read_to_end(&mut bytes).map_err(|error| Fault::unreadable(&error))?;
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
        }
        if bytes.is_empty() { Err("the file is empty".into()) } else { Ok(Secret::new(bytes)) }
    }
}

/// Reads a secret that is text from the file that the value names.
pub(super) fn text_file(mode: Mode) -> impl Fn(&Value) -> Result<Secret<String>, Fault> {
    move |value| text(&file(mode)(value)?)
}

/// Takes a secret as text.
pub(super) fn text(secret: &Secret<Vec<u8>>) -> Result<Secret<String>, Fault> {
    let bytes = Zeroizing::new(secret.expose().clone());
    let text = str::from_utf8(&bytes).map_err(|_| "the secret is not UTF-8")?;
    Ok(Secret::new(text.to_owned()))
}
