//! Codes of countries, languages and occupations, and plain numbers.

use celes::Country;
use isolang::Language;
use time::Date;

use super::{Verdict, ensure, is_digits};
use crate::domain::memo::parse_id;

/// ISO 3166-1 alpha-3. Case counts, so that one country has one spelling.
pub(in super::super) fn country(text: &str, _today: Date) -> Verdict {
    let good = Country::from_alpha3(text).is_ok_and(|country| country.alpha3 == text);
    ensure(good, "must be a country code of three capital letters (ISO 3166-1 alpha-3)")
}

/// ISO 3166-1 alpha-2, which SEP-9 uses for cards alone.
pub(in super::super) fn country_alpha2(text: &str, _today: Date) -> Verdict {
    let good = Country::from_alpha2(text).is_ok_and(|country| country.alpha2 == text);
    ensure(good, "must be a country code of two capital letters (ISO 3166-1 alpha-2)")
}

/// ISO 639-1.
pub(in super::super) fn language(text: &str, _today: Date) -> Verdict {
    ensure(Language::from_639_1(text).is_some(), "must be a language code of two small letters (ISO 639-1)")
}

/// A group of ISCO-08. Major, sub-major, minor and unit groups have one digit to four; zeros in front count.
pub(in super::super) fn occupation(text: &str, _today: Date) -> Verdict {
    ensure((1..=4).contains(&text.len()) && is_digits(text), "must be an ISCO-08 code of one to four digits like 2512")
}

/// A number of things.
pub(in super::super) fn whole_number(text: &str, _today: Date) -> Verdict {
    ensure(parse_id(text).is_some(), "must be a whole number like 3, without a sign")
}
