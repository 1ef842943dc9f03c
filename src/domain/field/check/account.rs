//! Numbers of cards and bank accounts.

use time::Date;

use super::{Verdict, ensure, is_digits};
use crate::domain::language::Text;

/// 12 to 19 digits with the check digit of Luhn's formula (ISO/IEC 7812-1, annex B).
pub(in super::super) fn card_number(text: &str, _today: Date) -> Verdict {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let sum = digits(text).rev().enumerate().map(|(place, digit)| if place % 2 == 0 { digit } else { doubled(digit) });
    let good = (12..=19).contains(&text.len()) && is_digits(text) && sum.sum::<u32>().is_multiple_of(10);
    ensure(
        good,
        &Text {
            en: "must be the 12 to 19 digits of a card number, without spaces",
            es: "debe constar de los 12 a 19 dígitos de un número de tarjeta, sin espacios",
            de: "muss aus den 12 bis 19 Ziffern einer Kartennummer ohne Leerzeichen bestehen",
        },
    )
}

/// The three or four digits on a card.
pub(in super::super) fn card_code(text: &str, _today: Date) -> Verdict {
    ensure(
        (3..=4).contains(&text.len()) && is_digits(text),
        &Text {
            en: "must be the three or four digits on the card",
            es: "debe constar de los tres o cuatro dígitos que figuran en la tarjeta",
            de: "muss aus den drei oder vier Ziffern auf der Karte bestehen",
        },
    )
}

/// A CLABE: 17 digits and a check digit that brings their weighted sum (3, 7, 1, over and over) to a multiple of ten.
pub(in super::super) fn clabe_number(text: &str, _today: Date) -> Verdict {
    let sum: u32 = digits(text).zip([3, 7, 1].into_iter().cycle()).take(17).map(|(digit, weight)| digit * weight).sum();
    let good =
        text.len() == 18 && is_digits(text) && (sum + digits(text).last().unwrap_or_default()).is_multiple_of(10);
    ensure(
        good,
        &Text {
            en: "must be the 18 digits of a CLABE",
            es: "debe constar de los 18 dígitos de una CLABE",
            de: "muss aus den 18 Ziffern einer CLABE bestehen",
        },
    )
}

/// A CBU or CVU: 22 digits.
pub(in super::super) fn cbu_number(text: &str, _today: Date) -> Verdict {
    ensure(
        text.len() == 22 && is_digits(text),
        &Text {
            en: "must be the 22 digits of a CBU or CVU",
            es: "debe constar de los 22 dígitos de un CBU o CVU",
            de: "muss aus den 22 Ziffern einer CBU oder CVU bestehen",
        },
    )
}

fn digits(text: &str) -> impl DoubleEndedIterator<Item = u32> {
    text.chars().filter_map(|c| c.to_digit(10))
}
