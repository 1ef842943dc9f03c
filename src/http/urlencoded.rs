//! `application/x-www-form-urlencoded`, strictly: what does not decode is refused, not replaced.

use percent_encoding::percent_decode;

use super::ApiError;

/// Decodes a query or a form and hands out each pair in turn.
///
/// The common decoder puts U+FFFD where bytes are not UTF-8, so that two different inputs become one value.
pub(super) fn decode_pairs(
    raw: &[u8],
    mut each: impl FnMut(String, String) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    for pair in raw.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let end_of_name = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let value = pair.get(end_of_name + 1..).unwrap_or_default();
        each(decode(&pair[..end_of_name])?, decode(value)?)?;
    }
    Ok(())
}

fn decode(raw: &[u8]) -> Result<String, ApiError> {
    if !escapes_are_whole(raw) {
        return Err(ApiError::bad_request("a percent sign is not followed by two hexadecimal digits"));
    }
    let spaced: Vec<u8> = raw.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let bytes = percent_decode(&spaced).collect();
    String::from_utf8(bytes).map_err(|_| ApiError::bad_request("a parameter is not valid UTF-8"))
}

fn escapes_are_whole(raw: &[u8]) -> bool {
    raw.split(|byte| *byte == b'%').skip(1).all(|rest| rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit))
}
