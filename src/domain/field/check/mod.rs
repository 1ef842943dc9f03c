//! The validators of single fields.
//!
//! Each judges one line of NFC text and says what it needs in words that finish the sentence "'field' …". None changes
//! the value: what was sent is what is stored.

mod account;
mod code;
mod contact;
mod date;

use time::Date;

use super::shape::Shape;
use super::text::Need;
use super::{Codes, Notation};
use crate::domain::clock::Timestamp;

pub(super) use date::{card_month_over, day_over};

/// A validator, and what a schema and a form can say of what it takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Check {
    pattern: &'static str,
    judge: Judge,
    notation: Notation,
}

/// Judges a value; the date is today's.
type Judge = fn(&str, Date) -> Verdict;

pub(super) const BIRTH_DATE: Check = Check { pattern: DATE, judge: date::birth_date, notation: Notation::Day };
pub(super) const CARD_CODE: Check =
    Check { pattern: "^[0-9]{3,4}$", judge: account::card_code, notation: Notation::Digits };
pub(super) const CARD_MONTH: Check =
    Check { pattern: "^[0-9]{2}-(0[1-9]|1[0-2])$", judge: date::card_month, notation: Notation::Line };
pub(super) const CARD_NUMBER: Check =
    Check { pattern: "^[0-9]{12,19}$", judge: account::card_number, notation: Notation::Digits };
pub(super) const CBU_NUMBER: Check =
    Check { pattern: "^[0-9]{22}$", judge: account::cbu_number, notation: Notation::Digits };
pub(super) const CLABE_NUMBER: Check =
    Check { pattern: "^[0-9]{18}$", judge: account::clabe_number, notation: Notation::Digits };
pub(super) const COUNTRY: Check =
    Check { pattern: "^[A-Z]{3}$", judge: code::country, notation: Notation::Code(Codes::Countries) };
pub(super) const COUNTRY_ALPHA2: Check =
    Check { pattern: "^[A-Z]{2}$", judge: code::country_alpha2, notation: Notation::Code(Codes::CountriesAlpha2) };
pub(super) const DAY: Check = Check { pattern: DATE, judge: date::day, notation: Notation::Day };
pub(super) const EMAIL: Check =
    Check { pattern: "^[^@\\s\"]+@[^@\\s\"]+$", judge: contact::email, notation: Notation::Email };
pub(super) const HASH: Check =
    Check { pattern: "^[0-9A-Fa-f]{32,128}$", judge: contact::hash, notation: Notation::Line };
pub(super) const IP_ADDRESS: Check =
    Check { pattern: "^[0-9A-Fa-f.:]+$", judge: contact::ip_address, notation: Notation::Line };
pub(super) const LANGUAGE: Check =
    Check { pattern: "^[a-z]{2}$", judge: code::language, notation: Notation::Code(Codes::Languages) };
pub(super) const OCCUPATION: Check =
    Check { pattern: "^[0-9]{1,4}$", judge: code::occupation, notation: Notation::Digits };
pub(super) const PAST_DAY: Check = Check { pattern: DATE, judge: date::past_day, notation: Notation::Day };
pub(super) const PHONE: Check = Check { pattern: "^\\+[0-9]{7,15}$", judge: contact::phone, notation: Notation::Phone };
pub(super) const WEBSITE: Check =
    Check { pattern: "^https?://[^/\\s\\\\]", judge: contact::website, notation: Notation::Website };
pub(super) const WHOLE_NUMBER: Check =
    Check { pattern: "^(0|[1-9][0-9]{0,19})$", judge: code::whole_number, notation: Notation::Digits };

/// What `mobile_number` is in the one form or the other.
pub(super) const PHONE_OR_HASH: Shape =
    Shape { pattern: Some("^(\\+[0-9]{7,15}|[0-9A-Fa-f]{32,128})$"), ..Shape::LINE };

const DATE: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

impl Check {
    /// Judges a value.
    pub(super) fn judge(self, text: &str, today: Date) -> Verdict {
        (self.judge)(text, today)
    }

    /// How it is written.
    pub(super) const fn notation(self) -> Notation {
        self.notation
    }

    /// What a schema can say of what it takes.
    pub(super) const fn shape(self) -> Shape {
        Shape { pattern: Some(self.pattern), ..Shape::LINE }
    }
}

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
