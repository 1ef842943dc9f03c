//! The validators of single fields.
//!
//! Each judges one line of NFC text and says what it needs in words that finish the sentence "'field' …". None changes
//! the value: what was sent is what is stored.

mod account;
mod code;
mod contact;
mod date;

use time::Date;

use super::text::Need;
use crate::domain::clock::Timestamp;

pub(super) use account::{card_code, card_number, cbu_number, clabe_number};
pub(super) use code::{country, country_alpha2, language, occupation, whole_number};
pub(super) use contact::{email, hash, ip_address, phone, website};
pub(super) use date::{birth_date, card_month, card_month_over, day, day_over, past_day};

/// Judges a value; the date is today's.
pub(super) type Check = fn(&str, Date) -> Verdict;
/// Tells when a value that says so stops counting.
pub(super) type Expiry = fn(&str) -> Option<Timestamp>;
/// What is wrong, if anything.
pub(super) type Verdict = Result<(), Need>;

/// Turns a condition into a verdict.
fn ensure(good: bool, need: Need) -> Verdict {
    if good { Ok(()) } else { Err(need) }
}

/// Tells whether a text is nothing but ASCII digits; other scripts' digits are not.
fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
