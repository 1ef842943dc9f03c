//! What a PUT carries, from raw names and values.

use kycd::domain::field::{self, FieldRef};
use kycd::domain::submission::{Asked, RawValue, Submission};
use proptest::prelude::*;
use rstest::rstest;
use time::Date;
use time::macros::date;

const TODAY: Date = date!(2026 - 03 - 15);

fn text(value: &str) -> RawValue {
    RawValue::Text(value.to_owned())
}

fn number(digits: &str) -> RawValue {
    RawValue::Number(digits.to_owned())
}

fn everything(name: &str) -> Option<FieldRef> {
    field::find(name).map(FieldRef::from)
}

fn parse_asked(pairs: Vec<(&str, RawValue)>, asked: Asked<'_>) -> Result<Submission, String> {
    let pairs = pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Submission::parse(pairs, asked, TODAY).map_err(|error| error.to_string())
}

fn parse(pairs: Vec<(&str, RawValue)>) -> Result<Submission, String> {
    parse_asked(pairs, &everything)
}

fn error(pairs: Vec<(&str, RawValue)>) -> String {
    parse(pairs).err().expect("the PUT is refused")
}

fn values(submission: &Submission) -> Vec<(&str, &str)> {
    submission.values.iter().map(|(name, value)| (name.as_str(), value.expose().as_str())).collect()
}

#[test]
fn fields_are_kept_by_canonical_name_and_parameters_apart() {
    let submission = parse(vec![
        ("given_name", text("Zoe\u{308}")),
        ("last_name", text("Lovelace")),
        ("id", text("c0ffee")),
        ("account", text("G…")),
        ("memo", text("5")),
        ("memo_type", text("id")),
        ("type", text("sep6")),
        ("transaction_id", text("42")),
    ])
    .expect("a good PUT");
    assert_eq!(values(&submission), [("first_name", "Zoë"), ("last_name", "Lovelace")]);
    assert_eq!(submission.customer_type.as_deref(), Some("sep6"));
    assert_eq!(submission.transaction_id.as_deref(), Some("42"));
    assert_eq!(submission.ignored, 0);
    let naming = submission.naming();
    assert_eq!(
        (naming.id, naming.account, naming.memo, naming.memo_type),
        (Some("c0ffee"), Some("G…"), Some("5"), Some("id"))
    );
}

#[test]
fn an_empty_put_is_well_formed() {
    let submission = parse(Vec::new()).expect("an empty PUT");
    assert!(submission.values.is_empty() && submission.id.is_none() && submission.ignored == 0);
}

#[test]
fn a_memo_may_be_a_json_number() {
    assert_eq!(parse(vec![("memo", number("5"))]).expect("a number").memo.as_deref(), Some("5"));
}

/// `5.0`, `1e3`, `-1`, `18446744073709551616`, `true` and `{}` all arrive as `Other`.
#[test]
fn a_memo_is_no_other_json_value() {
    let need = "'memo' must be text or a whole number from 0 to 18446744073709551615";
    assert_eq!(error(vec![("memo", RawValue::Other)]), need);
}

#[rstest]
#[case::id("id")]
#[case::account("account")]
#[case::memo_type("memo_type")]
#[case::customer_type("type")]
#[case::transaction_id("transaction_id")]
fn other_parameters_are_text(#[case] name: &str) {
    assert_eq!(error(vec![(name, number("5"))]), format!("'{name}' must be text"));
    assert_eq!(error(vec![(name, RawValue::Other)]), format!("'{name}' must be text"));
}

#[rstest]
#[case::empty("", "must not be empty")]
#[case::nul("canary\0canary", "must not contain control characters")]
#[case::line_feed("canary\ncanary", "must not contain control characters")]
#[case::too_long(&"c".repeat(1025), "must be at most 1024 bytes")]
fn parameters_obey_their_limits(
    #[values("id", "account", "memo", "memo_type", "type", "transaction_id")] name: &str,
    #[case] value: &str,
    #[case] need: &str,
) {
    assert_eq!(error(vec![(name, text(value))]), format!("'{name}' {need}"));
}

#[test]
fn parameters_are_kept_byte_for_byte() {
    let longest = "e\u{301}".to_owned() + &"x".repeat(1021);
    let submission = parse(vec![("memo", text(&longest))]).expect("as long as allowed");
    assert_eq!(submission.memo, Some(longest));
}

#[rstest]
#[case::id("id")]
#[case::account("account")]
#[case::field("first_name")]
#[case::unknown("colour")]
fn a_name_given_twice_is_refused(#[case] name: &str) {
    let repeated = error(vec![(name, text("canary-one")), (name, text("canary-two"))]);
    assert_eq!(repeated, format!("'{name}' must be given only once"));
}

#[rstest]
#[case("first_name", "given_name")]
#[case("family_name", "last_name")]
#[case("proof_of_income", "photo_proof_of_income")]
fn two_spellings_of_one_field_are_refused(#[case] one: &str, #[case] other: &str) {
    let expected = format!("'{other}' has two spellings: give only one of them");
    assert_eq!(error(vec![(one, text("Ada")), (other, text("Ada"))]), expected);
}

#[rstest]
#[case::brackets("first_name[]")]
#[case::operator("first_name.$ne")]
#[case::two_dots("organization..name")]
#[case::dot_at_the_end("organization.")]
#[case::nul("first_name\0")]
#[case::three_hundred_characters(&"a".repeat(300))]
fn malformed_names_are_refused_unrepeated(#[case] name: &str) {
    let message = error(vec![(name, text("Ada"))]);
    assert!(message.starts_with("field names must be letters"), "{message}");
    assert!(!message.contains(name) && message.len() <= 300);
}

#[rstest]
#[case::prototype("__proto__")]
#[case::constructor("constructor")]
#[case::not_asked("tax_id")]
#[case::file_not_asked("photo_id_back")]
#[case::file_id_of_a_field_not_asked("photo_id_back_file_id")]
fn what_nobody_asks_for_is_counted_and_neither_judged_nor_kept(#[case] name: &str) {
    let asked = |name: &str| everything(name).filter(|field| field.name() == "first_name");
    for value in [text("\0"), text(""), number("5"), RawValue::Other] {
        let submission = parse_asked(vec![("first_name", text("Ada")), (name, value)], &asked).expect("a good PUT");
        assert_eq!(values(&submission), [("first_name", "Ada")]);
        assert_eq!(submission.ignored, 1);
    }
}

#[rstest]
#[case::object_array_or_null("first_name", RawValue::Other, "must be text")]
#[case::number("first_name", number("5"), "must be text")]
#[case::date_as_number("birth_date", number("19760704"), "must be text")]
#[case::empty("first_name", text(""), "must not be empty")]
#[case::fraction("occupation", RawValue::Other, "must be a whole number or its digits as text")]
#[case::text_for_a_file("photo_id_front", text("aGVsbG8="), "is binary: send it as multipart/form-data")]
#[case::json_for_a_file("photo_id_front", RawValue::Other, "is binary: send it as multipart/form-data")]
#[case::number_for_a_file("photo_id_front", number("1"), "is binary: send it as multipart/form-data")]
#[case::other_spelling("family_name", text("\0"), "must be a single line without control characters")]
#[case::other_spelling_of_a_file("photo_proof_of_income", text("x"), "is binary: send it as multipart/form-data")]
#[case::number_that_is_no_code(
    "occupation",
    number("25121"),
    "must be an ISCO-08 code of one to four digits like 2512"
)]
fn a_bad_value_is_answered_with_the_name_as_it_was_sent(
    #[case] name: &str,
    #[case] value: RawValue,
    #[case] need: &str,
) {
    assert_eq!(error(vec![(name, value)]), format!("'{name}' {need}"));
}

#[rstest]
#[case("occupation", "2512")]
#[case("organization.number_of_shareholders", "3")]
fn number_fields_take_json_numbers_and_digits(#[case] name: &str, #[case] digits: &str) {
    for value in [number(digits), text(digits)] {
        assert_eq!(values(&parse(vec![(name, value)]).expect("a number")), [(name, digits)]);
    }
}

#[test]
fn codes_are_kept_by_the_field_that_they_verify() {
    let submission = parse(vec![
        ("first_name", text("Ada")),
        ("mobile_number_verification", text("012345")),
        ("organization.email_verification", text("999999")),
    ])
    .expect("a good PUT");
    let codes: Vec<_> = submission.codes.iter().map(|(name, code)| (name.as_str(), code.expose())).collect();
    assert_eq!(codes, [("mobile_number", "012345"), ("organization.email", "999999")]);
    assert_eq!((values(&submission), submission.ignored), (vec![("first_name", "Ada")], 0));
}

/// VER-06.
#[rstest]
#[case::what_no_code_is_sent_to("first_name_verification")]
#[case::a_file("photo_id_front_verification")]
#[case::no_field("x_verification")]
#[case::nothing("_verification")]
#[case::the_code_of_a_code("email_address_verification_verification")]
#[case::what_nobody_asks_for("mobile_number_verification")]
fn a_code_is_for_an_asked_field_that_one_can_be_sent_to(#[case] name: &str) {
    let asked = |name: &str| everything(name).filter(|field| field.name() != "mobile_number");
    for value in [text("123456"), number("123456"), RawValue::Other] {
        let message = parse_asked(vec![(name, value)], &asked).err().expect("the PUT is refused");
        assert_eq!(message, format!("'{name}' cannot be used: no code is sent for that"));
    }
}

/// VER-06.
#[rstest]
#[case::empty(text(""))]
#[case::five_digits(text("12345"))]
#[case::seven_digits(text("1234567"))]
#[case::full_width_digits(text("１２３４５６"))]
#[case::arabic_digits(text("١٢٣٤٥٦"))]
#[case::blank_before(text(" 123456"))]
#[case::blank_behind(text("123456 "))]
#[case::blank_in_between(text("123 456"))]
#[case::sign(text("+12345"))]
#[case::letters(text("12345a"))]
#[case::json_number(number("123456"))]
#[case::array_or_object(RawValue::Other)]
fn a_code_is_six_ascii_digits_as_text(#[case] value: RawValue) {
    let message = error(vec![("email_address_verification", value)]);
    assert_eq!(message, "'email_address_verification' must be the six digits of a code, as text");
}

const FILE: &str = "file_4cf2c0a5-7a0b-4a8a-9d2f-0e5b0b6c1a11";

#[test]
fn a_file_is_named_by_its_id() {
    let submission = parse(vec![("photo_proof_of_income_file_id", text(FILE)), ("first_name", text("Ada"))]);
    let submission = submission.expect("a good PUT");
    let reference = &submission.file_ids["proof_of_income"];
    assert_eq!((reference.name.as_str(), reference.id.to_string()), ("photo_proof_of_income_file_id", FILE.to_owned()));
    assert_eq!(values(&submission), [("first_name", "Ada")]);
}

#[rstest]
#[case::no_file("first_name_file_id", text(FILE), "cannot be used: there is no such field that takes a file")]
#[case::no_field("favourite_colour_file_id", text(FILE), "cannot be used: there is no such field that takes a file")]
#[case::nothing("_file_id", text(FILE), "cannot be used: there is no such field that takes a file")]
#[case::words("photo_id_front_file_id", text("file_abc"), UNKNOWN)]
#[case::an_id_of_something_else("photo_id_front_file_id", text("4cf2c0a5-7a0b-4a8a-9d2f-0e5b0b6c1a11"), UNKNOWN)]
#[case::empty("photo_id_front_file_id", text(""), UNKNOWN)]
#[case::long("photo_id_front_file_id", text(&"x".repeat(1024)), UNKNOWN)]
#[case::number("photo_id_front_file_id", number("5"), "must be text")]
#[case::object("photo_id_front_file_id", RawValue::Other, "must be text")]
fn what_names_no_file_is_refused(#[case] name: &str, #[case] value: RawValue, #[case] need: &str) {
    assert_eq!(error(vec![(name, value)]), format!("'{name}' {need}"));
}

const UNKNOWN: &str = "names an unknown file: send it to POST /customer/files first";

#[test]
fn two_spellings_name_one_file() {
    let both = vec![("proof_of_income_file_id", text(FILE)), ("photo_proof_of_income_file_id", text(FILE))];
    let message = error(both);
    assert!(message.contains("_file_id' names a file for a field that is given already"), "{message}");
}

#[test]
fn the_security_code_of_a_card_is_checked_and_never_kept() {
    let submission = parse(vec![("card.cvc", text("123")), ("card.number", text("4242424242424242"))]);
    assert_eq!(values(&submission.expect("a good card")), [("card.number", "4242424242424242")]);
    assert_eq!(error(vec![("card.cvc", text("12"))]), "'card.cvc' must be the three or four digits on the card");
}

const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

#[test]
fn a_mobile_number_is_a_hash_when_its_format_says_so() {
    let hashed = parse(vec![("mobile_number", text(HASH)), ("mobile_number_format", text("hash"))]);
    assert_eq!(values(&hashed.expect("a hash")), [("mobile_number", HASH), ("mobile_number_format", "hash")]);
    let plain = error(vec![("mobile_number", text("+14155550123")), ("mobile_number_format", text("hash"))]);
    assert!(plain.starts_with("'mobile_number' must be a hash of 32 to 128 hexadecimal digits"), "{plain}");
}

#[rstest]
#[case::without_a_format(vec![("mobile_number", text(HASH))])]
#[case::with_the_other_format(vec![("mobile_number", text(HASH)), ("mobile_number_format", text("E.164"))])]
fn a_mobile_number_is_a_number_otherwise(#[case] pairs: Vec<(&str, RawValue)>) {
    assert!(error(pairs).starts_with("'mobile_number' must be a phone number"));
}

#[test]
fn a_format_that_nobody_asks_for_does_not_count() {
    let asked = |name: &str| everything(name).filter(|field| field.name() == "mobile_number");
    let pairs = vec![("mobile_number", text(HASH)), ("mobile_number_format", text("hash"))];
    let message = parse_asked(pairs, &asked).err().expect("the hash is refused");
    assert!(message.starts_with("'mobile_number' must be a phone number"), "{message}");
}

#[rstest]
#[case::nul("first_name", "Ada\0")]
#[case::a_mebibyte("first_name", &"a".repeat(1 << 20))]
#[case::line_break("first_name", "Ada\r\nLovelace")]
#[case::full_width_choice("id_type", "ｐａｓｓｐｏｒｔ")]
#[case::impossible_date("birth_date", "2024-02-30")]
fn text_rules_hold_in_a_put(#[case] name: &str, #[case] value: &str) {
    let message = error(vec![(name, text(value))]);
    assert!(message.starts_with(&format!("'{name}' ")) && !message.contains(value), "{message}");
}

fn any_name() -> impl Strategy<Value = String> {
    let known = vec!["id", "memo", "type", "first_name", "given_name", "occupation", "mobile_number", "photo_id_front"];
    prop_oneof![proptest::sample::select(known).prop_map(str::to_owned), "[a-z_]{1,8}(\\.[a-z]{1,4})?", any::<String>(),]
}

/// Turns generated parts into a value of any kind; `RawValue` has no `Debug`, so it is not generated itself.
fn raw_value(kind: u8, text: String, digits: u64) -> RawValue {
    match kind {
        0 | 1 => RawValue::Text(text),
        2 => RawValue::Number(digits.to_string()),
        _ => RawValue::Other,
    }
}

proptest! {
    #[test]
    fn parsing_never_panics_and_accounts_for_every_pair(
        parts in proptest::collection::vec((any_name(), 0..4u8, any::<String>(), any::<u64>()), 0..6)
    ) {
        let count = parts.len();
        let pairs = parts.into_iter().map(|(name, kind, text, digits)| (name, raw_value(kind, text, digits)));
        match Submission::parse(pairs.collect(), &everything, TODAY) {
            Ok(submission) => {
                let parameters = [&submission.id, &submission.memo, &submission.customer_type];
                let parameters = parameters.into_iter().flatten().count();
                prop_assert_eq!(submission.values.len() + submission.ignored + parameters, count);
            }
            Err(error) => prop_assert!(error.to_string().chars().count() <= 300),
        }
    }

    #[test]
    fn no_error_repeats_a_value(name in any_name(), text in any::<String>(), canary in "[0-9]{12}[a-z]{8}") {
        let value = RawValue::Text(format!("{text}\0{canary}"));
        if let Err(error) = Submission::parse(vec![(name, value)], &everything, TODAY) {
            prop_assert!(!error.to_string().contains(&canary));
        }
    }
}
