//! Fields of the operator's own: what they take, and how they say no.

use std::sync::Arc;

use kycd::domain::clock::Timestamp;
use kycd::domain::field::{CustomField, CustomFieldSettings, FieldRef, FieldType};
use kycd::domain::language::Text;
use proptest::prelude::*;
use rstest::rstest;
use time::Date;
use time::macros::date;

const TODAY: Date = date!(2026 - 03 - 15);

fn settings(kind: FieldType) -> CustomFieldSettings {
    CustomFieldSettings {
        name: "acme.field".to_owned(),
        kind,
        description: Text::of(|language| format!("Something in {language:?}")),
        choices: Vec::new(),
        format: None,
        min: None,
        max: None,
    }
}

fn field(settings: CustomFieldSettings) -> FieldRef {
    FieldRef::Custom(Arc::new(CustomField::new(settings).expect("a good field")))
}

fn formatted(kind: FieldType, format: &str) -> FieldRef {
    field(CustomFieldSettings { format: Some(format.to_owned()), ..settings(kind) })
}

#[rstest]
#[case::a_line(field(settings(FieldType::String)), "non-resident", "two\nlines")]
#[case::lines(formatted(FieldType::String, "lines"), "two\nlines", "a bell \u{7}")]
#[case::a_country(formatted(FieldType::String, "country"), "DEU", "DE")]
#[case::a_country_of_two_letters(formatted(FieldType::String, "country_alpha2"), "DE", "DEU")]
#[case::an_e_mail_address(formatted(FieldType::String, "email"), "ada@example.com", "ada")]
#[case::a_language(formatted(FieldType::String, "language"), "de", "german")]
#[case::a_phone_number(formatted(FieldType::String, "phone"), "+442071838750", "020 7183 8750")]
#[case::a_website(formatted(FieldType::String, "website"), "https://example.com", "example.com")]
#[case::an_ip_address(formatted(FieldType::String, "ip_address"), "192.0.2.1", "localhost")]
#[case::a_number(field(settings(FieldType::Number)), "18446744073709551615", "-1")]
#[case::a_day(field(settings(FieldType::Date)), "2030-01-31", "31.01.2030")]
#[case::a_past_day(formatted(FieldType::Date, "past_day"), "2026-03-15", "2026-03-16")]
#[case::a_birth_date(formatted(FieldType::Date, "birth_date"), "1976-07-04", "1776-07-04")]
#[case::a_last_day(formatted(FieldType::Date, "until"), "2030-01-31", "soon")]
fn a_value_has_the_form_of_its_field(#[case] field: FieldRef, #[case] good: &str, #[case] bad: &str) {
    assert_eq!(field.parse(good, TODAY).as_deref(), Ok(good));

    let refused = field.parse(bad, TODAY).expect_err("a bad value").to_string();
    assert!(refused.starts_with("'acme.field' ") && !refused.contains(bad), "{refused}");
}

#[rstest]
#[case::the_least_number(FieldType::Number, "2", None)]
#[case::the_greatest_number(FieldType::Number, "4", None)]
#[case::a_number_below(FieldType::Number, "1", Some("'acme.field' must be at least 2"))]
#[case::a_number_above(FieldType::Number, "5", Some("'acme.field' must be at most 4"))]
#[case::the_shortest_text(FieldType::String, "éé", None)]
#[case::the_longest_text(FieldType::String, "éééé", None)]
#[case::a_text_that_is_too_short(FieldType::String, "é", Some("'acme.field' must be at least 2 characters long"))]
#[case::a_text_that_is_too_long(FieldType::String, "ééééé", Some("'acme.field' must be at most 4 characters long"))]
fn limits_hold(#[case] kind: FieldType, #[case] text: &str, #[case] refused: Option<&str>) {
    let field = field(CustomFieldSettings { min: Some(2), max: Some(4), ..settings(kind) });

    assert_eq!(field.parse(text, TODAY).err().map(|error| error.to_string()).as_deref(), refused);
}

#[test]
fn a_choice_is_taken_as_it_stands_and_nothing_else() {
    let choices = vec!["resident".to_owned(), "non-resident".to_owned()];
    let field = field(CustomFieldSettings { choices, ..settings(FieldType::String) });

    assert_eq!(field.parse("resident", TODAY).as_deref(), Ok("resident"));
    let refused = field.parse("Resident", TODAY).expect_err("another case").to_string();
    assert_eq!(refused, "'acme.field' must be one of: resident, non-resident");
    assert_eq!(field.choices(), ["resident", "non-resident"]);
}

#[test]
fn a_file_is_no_text() {
    let refused = field(settings(FieldType::Binary)).parse("text", TODAY).expect_err("a text").to_string();

    assert_eq!(refused, "'acme.field' is binary: send it as multipart/form-data");
}

#[test]
fn only_a_last_day_ends_by_itself() {
    let until = formatted(FieldType::Date, "until");

    assert_eq!(until.expires_at("2030-01-31"), Some(Timestamp::from_date(date!(2030 - 02 - 01))));
    assert_eq!(field(settings(FieldType::Date)).expires_at("2030-01-31"), None);
}

proptest! {
    #[test]
    fn whatever_is_sent_is_judged_without_being_repeated(text in any::<String>(), canary in "[0-9]{12}[a-z]{8}") {
        for kind in [FieldType::String, FieldType::Number, FieldType::Date, FieldType::Binary] {
            if let Err(error) = field(settings(kind)).parse(&format!("{text}\0{canary}"), TODAY) {
                prop_assert!(!error.to_string().contains(&canary));
            }
        }
    }
}
