//! Days and months. SEP-9 writes dates in ISO 8601, date-only.

use time::format_description::StaticFormatDescription;
use time::macros::{date, format_description};
use time::{Date, Month};

use super::{Need, Verdict, ensure, is_digits};
use crate::domain::clock::Timestamp;
use crate::domain::language::Text;

const DAY: StaticFormatDescription = format_description!("[year]-[month]-[day]");
/// Nobody alive was born before.
const FIRST_BIRTH: Date = date!(1900 - 01 - 01);
const FUTURE: Need = &Text {
    en: "must not be in the future",
    es: "no debe ser una fecha futura",
    de: "darf nicht in der Zukunft liegen",
};

/// A day of the calendar, past or to come: whether a document has expired is not asked here.
pub(in super::super) fn day(text: &str, _today: Date) -> Verdict {
    parse(text).map(|_| ())
}

/// A day that has come.
pub(in super::super) fn past_day(text: &str, today: Date) -> Verdict {
    ensure(parse(text)? <= today, FUTURE)
}

/// A day on which somebody alive can be born.
pub(in super::super) fn birth_date(text: &str, today: Date) -> Verdict {
    ensure(
        parse(text)? >= FIRST_BIRTH,
        &Text {
            en: "must not be before 1900-01-01",
            es: "no debe ser anterior al 1900-01-01",
            de: "darf nicht vor dem 1900-01-01 liegen",
        },
    )?;
    past_day(text, today)
}

/// `YY-MM`, the one date of SEP-9 that is no day.
pub(in super::super) fn card_month(text: &str, _today: Date) -> Verdict {
    let good = text.split_once('-').is_some_and(|(year, month)| {
        year.len() == 2 && month.len() == 2 && is_digits(year) && is_digits(month) && ("01"..="12").contains(&month)
    });
    ensure(
        good,
        &Text {
            en: "must be a year and a month like 29-11",
            es: "debe ser un año y un mes, por ejemplo 29-11",
            de: "muss aus Jahr und Monat bestehen, zum Beispiel 29-11",
        },
    )
}

/// Tells when a value is over that names the last day on which it counts.
pub(in super::super) fn day_over(text: &str) -> Option<Timestamp> {
    parse(text).ok()?.next_day().map(Timestamp::from_date)
}

/// Tells when a value is over that names the last month in which it counts.
pub(in super::super) fn card_month_over(text: &str) -> Option<Timestamp> {
    let (year, month) = text.split_once('-')?;
    let (year, month) = (2000 + year.parse::<i32>().ok()?, Month::try_from(month.parse::<u8>().ok()?).ok()?);
    let last_day = Date::from_calendar_date(year, month, month.length(year)).ok()?;
    last_day.next_day().map(Timestamp::from_date)
}

/// The parser would take a sign before the year; ten bytes leave no room for it.
fn parse(text: &str) -> Result<Date, Need> {
    let day = (text.len() == "YYYY-MM-DD".len()).then(|| Date::parse(text, DAY).ok()).flatten();
    day.ok_or(&Text {
        en: "must be a date like 1976-07-04",
        es: "debe ser una fecha, por ejemplo 1976-07-04",
        de: "muss ein Datum sein, zum Beispiel 1976-07-04",
    })
}
