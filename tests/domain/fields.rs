//! The SEP-9 catalogue and what each field takes.

use std::collections::BTreeSet;

use kycd::domain::field::{self, Field, FieldRef, FieldType};
use proptest::prelude::*;
use regex::Regex;
use rstest::rstest;
use time::Date;
use time::macros::date;

const TODAY: Date = date!(2026 - 03 - 15);

fn find(name: &str) -> &'static Field {
    field::find(name).expect("the catalogue has the field")
}

/// Gives the error of a value, after checking that it is short, names the field and repeats nothing.
fn refusal(name: &str, value: &str) -> String {
    let error = find(name).parse(value, TODAY).expect_err("the value is refused").to_string();
    assert!(error.starts_with(&format!("'{name}' ")), "{error}");
    assert!(error.chars().count() <= 300, "{error}");
    error
}

fn accepts_verbatim(name: &str, value: &str) {
    assert_eq!(find(name).parse(value, TODAY).as_deref(), Ok(value), "{name}");
    assert!(fits(find(name), value), "{name}: a schema would refuse it");
}

/// Whether a value has the shape that a schema gives its field.
fn fits(field: &'static Field, value: &str) -> bool {
    let shape = FieldRef::from(field).shape();
    let length = value.chars().count();
    let matches = |pattern| Regex::new(pattern).expect("a regular expression").is_match(value);
    (shape.min_length..=shape.max_length).contains(&length) && shape.pattern.is_none_or(matches)
}

#[test]
fn the_catalogue_has_exactly_the_names_of_sep_9() {
    let expected: BTreeSet<&str> = include_str!("sep9_names.txt").lines().collect();
    let mut actual: BTreeSet<&str> = field::all().flat_map(Field::spellings).collect();
    assert!(actual.remove("photo_proof_of_income"), "the spelling that the wallet SDKs use");
    assert_eq!(expected.len(), 78);
    assert_eq!(actual, expected);
    assert_eq!(field::all().count(), 76);
}

#[test]
fn every_field_has_a_description_and_is_found_by_each_of_its_spellings() {
    for field in field::all() {
        assert!(!field.description.en.is_empty(), "{field:?}");
        for name in field.spellings() {
            assert_eq!(find(name).name, field.name);
            assert!(field::is_well_formed(name), "{name}");
        }
    }
}

#[rstest]
#[case("family_name", "last_name")]
#[case("given_name", "first_name")]
#[case("photo_proof_of_income", "proof_of_income")]
fn aliases_mean_one_field(#[case] alias: &str, #[case] canonical: &str) {
    assert_eq!(find(alias).name, canonical);
    assert_eq!(find(canonical).name, canonical);
}

#[rstest]
#[case("First_Name")]
#[case("organization.vat_number")]
#[case("first_name ")]
#[case("email")]
#[case("")]
fn names_that_sep_9_does_not_have_are_not_found(#[case] name: &str) {
    assert!(field::find(name).is_none());
}

#[rstest]
#[case::string("first_name", FieldType::String, "string")]
#[case::binary("photo_id_front", FieldType::Binary, "binary")]
#[case::number("occupation", FieldType::Number, "number")]
#[case::date("birth_date", FieldType::Date, "date")]
#[case::date_that_sep_9_calls_a_string("organization.registration_date", FieldType::String, "string")]
#[case::month_of_a_card("card.expiration_date", FieldType::Date, "date")]
fn types_are_spelled_as_sep_12_spells_them(#[case] name: &str, #[case] kind: FieldType, #[case] text: &str) {
    assert_eq!(find(name).kind, kind);
    assert_eq!(kind.to_string(), text);
    assert_eq!(serde_json::to_value(kind).expect("a type is JSON"), text);
}

#[rstest]
#[case::brackets("first_name[]")]
#[case::operator("first_name.$ne")]
#[case::two_dots("organization..name")]
#[case::dot_at_the_end("organization.")]
#[case::dot_at_the_start(".name")]
#[case::three_parts("a.b.c")]
#[case::nul("first_name\0")]
#[case::three_hundred_characters(&"a".repeat(300))]
#[case::sixty_five_characters(&"a".repeat(65))]
#[case::empty("")]
#[case::space("first name")]
#[case::other_script("имя")]
fn malformed_names_are_told_from_unknown_ones(#[case] name: &str) {
    assert!(!field::is_well_formed(name));
}

#[rstest]
#[case("__proto__")]
#[case("constructor")]
#[case("organization.VAT_number")]
#[case(&"a".repeat(64))]
fn well_formed_names_need_not_exist(#[case] name: &str) {
    assert!(field::is_well_formed(name));
}

#[rstest]
#[case::no_such_day("2024-02-30", "must be a date like 1976-07-04")]
#[case::short_parts("24-2-3", "must be a date like 1976-07-04")]
#[case::time_of_day("1900-01-01T00:00Z", "must be a date like 1976-07-04")]
#[case::far_future("9999-12-31", "must not be in the future")]
#[case::tomorrow("2026-03-16", "must not be in the future")]
#[case::arabic_digits("١٩٧٦-٠٧-٠٤", "must be a date like 1976-07-04")]
#[case::signed_year("+1976-07-04", "must be a date like 1976-07-04")]
#[case::negative_year("-976-07-04", "must be a date like 1976-07-04")]
#[case::space_around(" 1976-07-04", "must be a date like 1976-07-04")]
#[case::before_anybody_alive("1899-12-31", "must not be before 1900-01-01")]
fn birth_dates_that_cannot_be_are_refused(#[case] value: &str, #[case] need: &str) {
    assert_eq!(refusal("birth_date", value), format!("'birth_date' {need}"));
}

#[rstest]
#[case("birth_date", "1976-07-04")]
#[case("birth_date", "1900-01-01")]
#[case("birth_date", "2026-03-15")]
#[case("birth_date", "2024-02-29")]
#[case("id_issue_date", "2026-03-15")]
#[case("id_expiration_date", "2001-01-01")]
#[case("id_expiration_date", "2036-12-31")]
#[case("organization.registration_date", "1602-03-20")]
#[case("card.expiration_date", "29-11")]
#[case("address_country_code", "USA")]
#[case("birth_country_code", "COD")]
#[case("organization.address_country_code", "DEU")]
#[case("card.country_code", "US")]
#[case("language_code", "en")]
#[case("mobile_number", "+14155550123")]
#[case("bank_phone_number", "+493012345678")]
#[case("mobile_money_number", "+254712345678")]
#[case("organization.phone", "+6834002")]
#[case("mobile_number", "+15551234567")]
#[case("mobile_number", "+390612345678")]
#[case("mobile_number", "+881612345678")]
#[case("mobile_number_format", "E.164")]
#[case("mobile_number_format", "hash")]
#[case("email_address", "ada.lovelace+kyc@example.co.uk")]
#[case("email_address", "иван@пример.рф")]
#[case("organization.email", "info@example.com")]
#[case("organization.website", "https://example.com/@team?x=1")]
#[case("organization.website", "http://münchen.example")]
#[case("ip_address", "192.0.2.1")]
#[case("ip_address", "2001:db8::1")]
#[case("sex", "other")]
#[case("bank_account_type", "savings")]
#[case("id_type", "drivers_license")]
#[case("occupation", "2512")]
#[case("occupation", "0")]
#[case("organization.number_of_shareholders", "0")]
#[case("card.number", "4242424242424242")]
#[case("card.number", "378282246310005")]
#[case("card.cvc", "012")]
#[case("clabe_number", "032180000118359719")]
#[case("cbu_number", "2850590940090418135201")]
fn good_values_are_stored_as_they_came(#[case] name: &str, #[case] value: &str) {
    accepts_verbatim(name, value);
}

#[rstest]
#[case::alpha_2("address_country_code", "US")]
#[case::unassigned("address_country_code", "XXX")]
#[case::lower_case("address_country_code", "usa")]
#[case::alpha_3_of_a_card("card.country_code", "USA")]
#[case::lower_case_of_a_card("card.country_code", "fr")]
#[case::phone_without_plus("mobile_number", "14155550123")]
#[case::phone_with_letters("mobile_number", "+1415CALLNOW")]
#[case::phone_with_spaces("mobile_number", "+1 415 555 0123")]
#[case::phone_of_no_country("mobile_number", "+99914155550")]
#[case::phone_too_long("mobile_number", "+1415555012345678")]
#[case::phone_with_extension("bank_phone_number", "+14155550123;ext=5")]
#[case::phone_with_arabic_digits("mobile_money_number", "+١٤١٥٥٥٥٠١٢٣")]
#[case::hash_without_its_format("mobile_number", "9f86d081884c7d659a2feaa0c55ad015")]
#[case::email_with_crlf("email_address", "ada@example.com\r\nBcc: eve@example.com")]
#[case::email_with_two_ats("email_address", "ada@eve@example.com")]
#[case::email_with_quoted_at("email_address", "\"ada@eve\"@example.com")]
#[case::email_of_400_characters("email_address", &format!("ada@{}.com", "example.".repeat(49)))]
#[case::email_with_display_name("email_address", "Ada <ada@example.com>")]
#[case::email_without_domain("email_address", "ada@localhost")]
#[case::email_at_an_address("email_address", "ada@[192.0.2.1]")]
#[case::language_of_three_letters("language_code", "eng")]
#[case::language_upper_case("language_code", "EN")]
#[case::language_unknown("language_code", "xx")]
#[case::id_type_full_width("id_type", "ｐａｓｓｐｏｒｔ")]
#[case::id_type_capital("id_type", "Passport")]
#[case::id_type_with_space("id_type", "passport ")]
#[case::sex("sex", "Male")]
#[case::bank_account_type("bank_account_type", "current")]
#[case::mobile_number_format("mobile_number_format", "e164")]
#[case::issued_tomorrow("id_issue_date", "2026-03-16")]
#[case::expires_never("id_expiration_date", "never")]
#[case::registered_tomorrow("organization.registration_date", "2026-03-16")]
#[case::card_with_full_year("card.expiration_date", "2029-11")]
#[case::card_with_month_first("card.expiration_date", "11/29")]
#[case::card_with_month_13("card.expiration_date", "29-13")]
#[case::card_with_month_0("card.expiration_date", "29-00")]
#[case::card_with_bad_check_digit("card.number", "4242424242424241")]
#[case::card_with_spaces("card.number", "4242 4242 4242 4242")]
#[case::card_too_short("card.number", "42424242424")]
#[case::card_code_too_long("card.cvc", "01234")]
#[case::card_code_letters("card.cvc", "12a")]
#[case::clabe_with_bad_check_digit("clabe_number", "032180000118359718")]
#[case::clabe_too_short("clabe_number", "03218000011835971")]
#[case::cbu_too_short("cbu_number", "285059094009041813520")]
#[case::ip_address_octet("ip_address", "192.0.2.256")]
#[case::ip_address_with_port("ip_address", "192.0.2.1:80")]
#[case::occupation_too_long("occupation", "25121")]
#[case::occupation_words("occupation", "developer")]
#[case::shareholders_negative("organization.number_of_shareholders", "-1")]
#[case::shareholders_fraction("organization.number_of_shareholders", "1.5")]
#[case::website_script("organization.website", "javascript://example.com/%0aalert(1)")]
#[case::website_without_scheme("organization.website", "example.com")]
#[case::website_without_host("organization.website", "https:///path")]
#[case::website_with_backslashes("organization.website", "https:\\\\example.com")]
#[case::website_with_password("organization.website", "https://ada:secret@example.com")]
#[case::website_with_space("organization.website", " https://example.com")]
fn typed_fields_refuse_what_they_are_not(#[case] name: &str, #[case] value: &str) {
    let error = refusal(name, value);
    assert!(!error.contains(value), "{error}");
}

#[test]
fn sql_is_text_in_free_fields_and_an_error_in_all_others() {
    let sql = "Robert'); DROP TABLE customers;--";
    let (free, refused): (Vec<_>, Vec<_>) = field::all().partition(|field| field.parse(sql, TODAY).is_ok());
    assert_eq!((free.len(), refused.len()), (39, 37));
    assert!(free.iter().all(|field| field.kind == FieldType::String && field.parse(sql, TODAY).as_deref() == Ok(sql)));
    for name in ["first_name", "last_name", "tax_id", "address", "card.token", "crypto_address", "organization.name"] {
        accepts_verbatim(name, sql);
    }
}

#[test]
fn a_choice_that_is_none_is_answered_with_the_choices() {
    assert_eq!(refusal("sex", "x"), "'sex' must be one of: male, female, other");
    assert_eq!(find("bank_account_type").choices, ["checking", "savings"]);
}

#[test]
fn files_cannot_be_text() {
    assert_eq!(refusal("photo_id_front", "abc"), "'photo_id_front' is binary: send it as multipart/form-data");
}

#[rstest]
#[case::persian_with_zwnj("first_name", "علی\u{200C}رضا")]
#[case::malayalam_with_zwj("first_name", "ജോര്\u{200D}ജ്")]
#[case::cjk_of_four_bytes("last_name", "𠮷野")]
#[case::arabic("last_name", "محمد")]
#[case::thai_marks("first_name", "กิ่งแก้ว")]
#[case::marks_without_a_composed_form("first_name", "J\u{30C}\u{323}an".trim())]
#[case::emoji_in_address("address", "12 Rue 👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿\nParis")]
#[case::formula("first_name", "=HYPERLINK(\"http://x\")")]
#[case::right_to_left_mark("first_name", "דוד\u{200F} (David)")]
#[case::space_around("first_name", " Ada ")]
fn every_living_script_is_welcome(#[case] name: &str, #[case] value: &str) {
    let stored = find(name).parse(value, TODAY).expect("the text is accepted");
    assert_eq!(stored, unicode_normalization::UnicodeNormalization::nfc(value).collect::<String>());
}

#[test]
fn text_is_stored_in_nfc() {
    assert_eq!(find("first_name").parse("Zoe\u{308}", TODAY).as_deref(), Ok("Zoë"));
    assert_eq!(find("address").parse("A\u{30A}ngstro\u{308}mstr. 1", TODAY).as_deref(), Ok("Ångströmstr. 1"));
}

#[rstest]
#[case::nul("Ada\0canary-4711", "must be a single line without control characters")]
#[case::carriage_return("Ada\rcanary-4711", "must be a single line without control characters")]
#[case::line_feed("Ada\ncanary-4711", "must be a single line without control characters")]
#[case::tab("Ada\tcanary-4711", "must be a single line without control characters")]
#[case::c1_control("Ada\u{85}canary-4711", "must be a single line without control characters")]
#[case::line_separator("Ada\u{2028}canary-4711", "must be a single line without control characters")]
#[case::override_("Ada\u{202E}canary-4711", "must not contain characters that change the direction of reading")]
#[case::isolate("Ada\u{2067}canary-4711", "must not contain characters that change the direction of reading")]
#[case::a_mebibyte(&"a".repeat(1 << 20), "is too long")]
#[case::a_character_too_many(&"a".repeat(257), "must be at most 256 characters")]
#[case::five_thousand_marks(&format!("a{}", "\u{301}".repeat(5_000)), "must not have more than 8 combining marks on one character")]
#[case::nine_marks(&format!("x{}", "\u{301}".repeat(9)), "must not have more than 8 combining marks on one character")]
#[case::marks_between_joiners(&format!("x{}", "\u{301}\u{200D}".repeat(5)), "must not have more than 8 combining marks on one character")]
#[case::empty("", "must not be empty")]
#[case::spaces("  \u{A0}\u{3000}", "must not be empty")]
#[case::nothing_visible("\u{200B}\u{200D}\u{FEFF}\u{3164}", "must not be empty")]
fn one_line_of_text_refuses_what_no_name_has(#[case] value: &str, #[case] need: &str) {
    assert_eq!(refusal("first_name", value), format!("'first_name' {need}"));
}

#[rstest]
#[case::as_many_characters_as_allowed(&"a".repeat(256))]
#[case::as_many_bytes_as_allowed(&"𠮷".repeat(256))]
#[case::eight_marks(&format!("x{}", "\u{301}".repeat(8)))]
fn one_line_of_text_goes_up_to_its_limits(#[case] value: &str) {
    accepts_verbatim("first_name", value);
}

#[rstest]
#[case("address")]
#[case("employer_address")]
#[case("organization.registered_address")]
#[case("card.address")]
fn addresses_have_lines(#[case] name: &str) {
    accepts_verbatim(name, "1 Main Street\nSpringfield");
    accepts_verbatim(name, &"a".repeat(1_000));
    let control = "must not contain control characters, other than LF between lines";
    assert_eq!(refusal(name, "1 Main Street\r\nSpringfield"), format!("'{name}' {control}"));
    assert_eq!(refusal(name, "1 Main Street\0"), format!("'{name}' {control}"));
    assert_eq!(refusal(name, &"a".repeat(1_001)), format!("'{name}' must be at most 1000 characters"));
    assert_eq!(refusal(name, "\n \n"), format!("'{name}' must not be empty"));
}

#[test]
fn an_error_can_name_the_spelling_that_was_sent() {
    let error = find("last_name").parse("", TODAY).expect_err("an empty name is refused");
    assert_eq!(error.spelled("family_name").to_string(), "'family_name' must not be empty");
}

fn any_field() -> impl Strategy<Value = &'static Field> {
    proptest::sample::select(field::all().collect::<Vec<_>>())
}

/// Text that comes near to what some field takes, as well as any other.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\PC{0,40}",
        "[0-9]{1,22}",
        "\\+[0-9]{1,18}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "[a-z\"@. <>]{1,30}",
        "https?:[/\\\\]{0,3}[a-z.@:/]{0,20}",
        "[a-zA-Z\u{300}-\u{36F}\u{200C}\u{200D}]{1,30}",
    ]
}

proptest! {
    #[test]
    fn parsing_never_panics_and_is_idempotent(field in any_field(), text in any_text()) {
        if let Ok(stored) = field.parse(&text, TODAY) {
            prop_assert_eq!(field.parse(&stored, TODAY), Ok(stored.clone()));
        }
    }

    #[test]
    fn what_is_stored_has_the_shape_that_a_schema_gives_it(field in any_field(), text in any_text()) {
        if let Ok(stored) = field.parse(&text, TODAY) {
            prop_assert!(fits(field, &stored));
        }
    }

    #[test]
    fn no_error_repeats_the_value(field in any_field(), text in any_text(), canary in "[0-9]{12}[a-z]{8}") {
        if let Err(error) = field.parse(&format!("{text}{canary}{text}"), TODAY) {
            prop_assert!(!error.to_string().contains(&canary));
            prop_assert!(error.to_string().chars().count() <= 300);
        }
    }

    #[test]
    fn looking_up_any_name_finds_that_name_or_nothing(name in any::<String>()) {
        prop_assert!(field::find(&name).is_none_or(|field| field.spellings().any(|spelling| spelling == name)));
    }
}
