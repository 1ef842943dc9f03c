//! Codes of countries, languages and occupations, and plain numbers.

use celes::Country;
use isolang::Language;
use time::Date;

use super::{Verdict, ensure, is_digits};
use crate::domain::language::Text;
use crate::domain::memo::parse_id;

/// ISO 3166-1 alpha-3. Case counts, so that one country has one spelling.
pub(in super::super) fn country(text: &str, _today: Date) -> Verdict {
    let good = Country::from_alpha3(text).is_ok_and(|country| country.alpha3 == text);
    ensure(
        good,
        &Text {
            en: "must be a country code of three capital letters (ISO 3166-1 alpha-3)",
            es: "debe ser un código de país de tres letras mayúsculas (ISO 3166-1 alfa-3)",
            de: "muss ein Ländercode aus drei Großbuchstaben sein (ISO 3166-1 alpha-3)",
        },
    )
}

/// ISO 3166-1 alpha-2, which SEP-9 uses for cards alone.
pub(in super::super) fn country_alpha2(text: &str, _today: Date) -> Verdict {
    let good = Country::from_alpha2(text).is_ok_and(|country| country.alpha2 == text);
    ensure(
        good,
        &Text {
            en: "must be a country code of two capital letters (ISO 3166-1 alpha-2)",
            es: "debe ser un código de país de dos letras mayúsculas (ISO 3166-1 alfa-2)",
            de: "muss ein Ländercode aus zwei Großbuchstaben sein (ISO 3166-1 alpha-2)",
        },
    )
}

/// ISO 639-1.
pub(in super::super) fn language(text: &str, _today: Date) -> Verdict {
    ensure(
        Language::from_639_1(text).is_some(),
        &Text {
            en: "must be a language code of two small letters (ISO 639-1)",
            es: "debe ser un código de idioma de dos letras minúsculas (ISO 639-1)",
            de: "muss ein Sprachcode aus zwei Kleinbuchstaben sein (ISO 639-1)",
        },
    )
}

/// A group of ISCO-08. Major, sub-major, minor and unit groups have one digit to four; zeros in front count.
pub(in super::super) fn occupation(text: &str, _today: Date) -> Verdict {
    ensure(
        (1..=4).contains(&text.len()) && is_digits(text),
        &Text {
            en: "must be an ISCO-08 code of one to four digits like 2512",
            es: "debe ser un código CIUO-08 (ISCO-08) de uno a cuatro dígitos, por ejemplo 2512",
            de: "muss ein ISCO-08-Code aus einer bis vier Ziffern sein, zum Beispiel 2512",
        },
    )
}

/// A number of things.
pub(in super::super) fn whole_number(text: &str, _today: Date) -> Verdict {
    ensure(
        parse_id(text).is_some(),
        &Text {
            en: "must be a whole number like 3, without a sign",
            es: "debe ser un número entero sin signo, por ejemplo 3",
            de: "muss eine ganze Zahl ohne Vorzeichen sein, zum Beispiel 3",
        },
    )
}
