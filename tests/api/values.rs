//! Names and values of parameters and fields (INP).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::Part;
use crate::database::Engine;
use crate::server::{Server, account, token};

/// Two spellings are one field.
#[rstest]
#[case::first("first_name", "given_name")]
#[case::last("family_name", "last_name")]
fn both_spellings_of_a_field_are_400(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] one: &str,
    #[case] other: &str,
) {
    let body = json!({ one: "Augusta", other: "Augusta" });
    let refusal = Server::start(engine).put(&token(account(1))).json(&body).send().refusal(400);
    assert!(refusal.contains("spelling"), "{refusal}");
}

#[rstest]
fn answers_use_the_spelling_of_the_configuration(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    server.put(&token).json(&json!({ "first_name": "Ada", "family_name": "Lovelace" })).send().id();

    let names = |customer_type: &str| {
        let customer = server.get(&token).query("type", customer_type).send().customer();
        customer["provided_fields"].as_object().expect("fields").keys().cloned().collect::<Vec<_>>()
    };

    assert_eq!(names("given-family"), ["family_name", "given_name"]);
    assert_eq!(names("sep6"), ["first_name", "last_name"]);
}

/// INP-05: a memo is a number or its digits.
#[rstest]
#[case::number("5", 202)]
#[case::largest("18446744073709551615", 202)]
#[case::digits("\"5\"", 202)]
#[case::fraction("5.0", 400)]
#[case::exponent("1e3", 400)]
#[case::negative("-1", 400)]
#[case::too_large("18446744073709551616", 400)]
#[case::boolean("true", 400)]
#[case::null("null", 400)]
#[case::object("{}", 400)]
#[case::array("[5]", 400)]
#[case::empty_text("\"\"", 400)]
#[case::text_of_a_fraction("\"5.0\"", 400)]
#[case::text_with_a_sign("\"+5\"", 400)]
#[case::text_with_a_zero_in_front("\"05\"", 400)]
#[case::text_with_a_space("\" 5\"", 400)]
#[case::text_of_other_digits("\"٥\"", 400)]
#[case::text_of_a_large_number("\"18446744073709551616\"", 400)]
fn a_memo_is_a_plain_number(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] memo: &str,
    #[case] status: u16,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let body = format!("{{\"memo\":{memo}}}");

    let answer = server.put(&token).body("application/json", body).send();

    assert_eq!(answer.status, status, "{}", answer.text());
    if status == 202 {
        let found = server.get(&token).query("memo", memo.trim_matches('"')).send().customer();
        assert_eq!(found["id"], answer.id().as_str());
    } else {
        assert!(answer.refusal(400).contains("memo"));
    }
}

/// Design §8: 1 to 64 bytes.
#[rstest]
#[case::one(1, 202)]
#[case::most(64, 202)]
#[case::more(65, 400)]
fn a_text_memo_has_1_to_64_bytes(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] bytes: usize,
    #[case] status: u16,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let memo = "m".repeat(bytes);

    let answer = server.put(&token).json(&json!({ "memo": memo, "memo_type": "text" })).send();

    assert_eq!(answer.status, status);
    let found = server.get(&token).query("memo", &memo).query("memo_type", "text").send();
    assert_eq!(found.status, if status == 202 { 200 } else { 400 });
}

/// INP-06, INP-07, INP-10: a value that a field cannot have is refused by the field's name.
#[rstest]
#[case::no_day("birth_date", json!("2024-02-30"))]
#[case::short("birth_date", json!("24-2-3"))]
#[case::with_a_time("birth_date", json!("1900-01-01T00:00Z"))]
#[case::far_future("birth_date", json!("9999-12-31"))]
#[case::arabic_digits("birth_date", json!("١٩٧٦-٠٧-٠٤"))]
#[case::too_old("birth_date", json!("1899-12-31"))]
#[case::alpha_2("address_country_code", json!("US"))]
#[case::no_country("address_country_code", json!("XXX"))]
#[case::small_letters("address_country_code", json!("usa"))]
#[case::phone_without_plus("mobile_number", json!("14155550123"))]
#[case::phone_with_letters("mobile_number", json!("+1415555CALL"))]
#[case::email_with_crlf("email_address", json!("ada@example.com\r\nBcc: eve@example.com"))]
#[case::email_with_two_ats("email_address", json!("ada@eve@example.com"))]
#[case::long_email("email_address", json!(format!("{}@example.com", "a".repeat(400))))]
#[case::object("first_name", json!({ "given": "Augusta" }))]
#[case::array("first_name", json!(["Augusta"]))]
#[case::null("first_name", json!(null))]
#[case::empty("first_name", json!(""))]
#[case::blank("first_name", json!(" \u{200b} "))]
#[case::number_for_text("first_name", json!(12345))]
#[case::boolean("first_name", json!(true))]
#[case::fraction_for_number("occupation", json!(25.5))]
#[case::text_for_a_file("photo_id_front", json!("aGVsbG8gd29ybGQ="))]
fn a_value_that_the_field_cannot_have_is_400(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] field: &str,
    #[case] value: Value,
) {
    let refusal = Server::start(engine).put(&token(account(1))).json(&json!({ field: value })).send().refusal(400);

    assert!(refusal.contains(field), "{refusal}");
}

/// INP-06, by the real clock.
#[rstest]
fn the_day_after_tomorrow_is_no_day_of_birth(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    // Tomorrow could be today when it arrives.
    let day = server.store.now() + std::time::Duration::from_hours(48);
    let body = json!({ "birth_date": day.date().to_string() });

    assert!(server.put(&token(account(1))).json(&body).send().refusal(400).contains("birth_date"));
}

/// INP-09.
#[rstest]
#[case::brackets("first_name[]", 400)]
#[case::operator("first_name.$ne", 400)]
#[case::two_dots("organization..name", 400)]
#[case::dot_at_the_end("organization.", 400)]
#[case::dot_at_the_start(".name", 400)]
#[case::three_words("organization.director.name", 400)]
#[case::nul("first_name\0", 400)]
#[case::space("first name", 400)]
#[case::hyphen("first-name", 400)]
#[case::empty("", 400)]
#[case::letters_of_another_script("first_nаme", 400)]
#[case::long(&"x".repeat(300), 400)]
#[case::just_too_long(&"x".repeat(65), 400)]
#[case::just_not_too_long(&"x".repeat(64), 202)]
#[case::prototype("__proto__", 202)]
#[case::constructor("constructor", 202)]
#[case::unknown_organization_field("organization.favourite_colour", 202)]
#[case::other_case("First_Name", 202)]
fn a_name_is_well_formed_or_refused_and_kept_only_if_asked_for(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] name: &str,
    #[case] status: u16,
    #[values("json", "form", "multipart")] format: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let put = server.put(&token);
    let answer = match format {
        "json" => put.json(&json!({ name: "Mallory" })).send(),
        "form" => put.form(&[(name, "Mallory")]).send(),
        _ => put.multipart([Part::text(name, "Mallory")]).send(),
    };

    assert_eq!(answer.status, status, "{}", answer.text());
    if status == 202 {
        assert_eq!(server.fields(&answer.id()), json!({}));
    }
}

/// INP-11: text is data wherever it stands.
#[rstest]
fn sql_is_text(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    const SQL: &str = "Robert'); DROP TABLE payment_targets; --";
    let (server, token) = (Server::start(engine), token(account(1)));
    let mut kept = Vec::new();

    for field in kycd::domain::field::all().filter(|field| field.is_stored) {
        let answer = server.put(&token).json(&json!({ field.name: SQL })).send();
        if answer.status == 202 {
            assert_eq!(server.fields(&answer.id())[field.name]["value"], SQL, "{}", field.name);
            kept.push(field.name);
        } else {
            assert!(answer.refusal(400).contains(field.name));
        }
    }

    for free in ["first_name", "address", "id_number", "organization.name", "bank_name", "referral_id"] {
        assert!(kept.contains(&free), "{free}");
    }
    for typed in ["birth_date", "email_address", "mobile_number", "sex", "occupation", "card.number", "photo_id_front"]
    {
        assert!(!kept.contains(&typed), "{typed}");
    }
}

/// The code on a card is for one payment; it is never kept, not even if it is sent.
#[rstest]
fn the_code_on_a_card_is_not_kept(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let id = server.put(&token).json(&json!({ "card.cvc": "123", "card.token": "tok_1" })).send().id();

    assert_eq!(server.fields(&id), json!({ "card.token": { "value": "tok_1" } }));
}

#[rstest]
#[case::id("id", 404)]
#[case::account("account", 400)]
#[case::memo("memo", 400)]
#[case::memo_type("memo_type", 400)]
#[case::customer_type("type", 400)]
#[case::lang("lang", 200)]
#[case::transaction_id("transaction_id", 400)]
fn sql_is_text_in_parameters(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] parameter: &str,
    #[case] status: u16,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    server.register(&token);

    let answer = server.get(&token).query(parameter, "x' OR '1'='1'; DELETE FROM payment_targets; --").send();

    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(server.count("payment_targets"), 1);
}

/// INP-21: a language that is not offered is English, and is not repeated.
#[rstest]
#[case::path("../../etc")]
#[case::html("<script>")]
#[case::long(&"x".repeat(10 * 1024))]
#[case::unknown("tlh")]
#[case::empty("")]
fn an_unknown_language_is_english(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] lang: &str) {
    let (server, token) = (Server::start(engine), token(account(1)));

    let answer = server.get(&token).query("lang", lang).send();

    assert_eq!(answer.customer(), server.get(&token).send().customer());
    server.put(&token).json(&json!({ "lang": lang })).send().id();
}

/// INP-22.
#[rstest]
#[case::unknown("sep24")]
#[case::long(&"x".repeat(1024))]
#[case::other_case("SEP6")]
#[case::empty("")]
#[case::with_a_space("sep6 ")]
#[case::that_of_bare_targets("\u{0}")]
fn an_unknown_type_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] customer_type: &str) {
    let (server, token) = (Server::start(engine), token(account(1)));

    server.get(&token).query("type", customer_type).send().refusal(400);
    server.put(&token).json(&json!({ "type": customer_type, "first_name": "Ada" })).send().refusal(400);
}
