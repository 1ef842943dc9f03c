//! Which claims fill which fields, and in what form.

use std::collections::BTreeMap;

use kycd::proof::ClaimPath;
use rstest::rstest;
use serde_json::{Value, json};

use crate::provider::{Document, Endpoint, Mode, Reply};
use crate::{Setting, Told, nonsense, rule};

/// What an optional claim makes of a field.
async fn filled(claim: &str, field: &str, claims: Value) -> Option<String> {
    let told = map(claim, field, false, claims).await;
    let Told::Verified { values, .. } = told else { panic!("{told:?}") };
    assert!(values.len() <= 1);
    values.into_values().next()
}

async fn map(claim: &str, field: &str, required: bool, mut claims: Value) -> Told {
    claims["sub"] = json!("user-1");
    let mut setting = Setting::plain().await;
    setting.settings.claims = vec![rule(claim, field, required)];
    setting.misbehaving(Mode::Answers(Endpoint::Userinfo, Reply::Json(200, claims))).prove().await
}

#[rstest]
#[case::text("given_name", "first_name", json!({ "given_name": "Zoë" }), "Zoë")]
#[case::nfc("given_name", "first_name", json!({ "given_name": "Zoe\u{308}" }), "Zoë")]
#[case::date("birthdate", "birth_date", json!({ "birthdate": "1985-12-10" }), "1985-12-10")]
#[case::number("isco", "occupation", json!({ "isco": 2512 }), "2512")]
#[case::number_as_text("isco", "occupation", json!({ "isco": "2512" }), "2512")]
#[case::alpha_2("address.country", "address_country_code", json!({ "address": { "country": "DE" } }), "DEU")]
#[case::small_alpha_2("address.country", "address_country_code", json!({ "address": { "country": "de" } }), "DEU")]
#[case::alpha_3("nationality", "id_country_code", json!({ "nationality": "DEU" }), "DEU")]
#[case::alpha_2_of_a_card("card", "card.country_code", json!({ "card": "DE" }), "DE")]
#[case::pointer("/https:~1~1example.com~1town/0", "city", json!({ "https://example.com/town": ["Ulm"] }), "Ulm")]
#[case::lines("address.formatted", "address", json!({ "address": { "formatted": "Weg 1\nUlm" } }), "Weg 1\nUlm")]
#[case::verified_email("email", "email_address", json!({ "email": "a@example.com", "email_verified": true }), "a@example.com")]
#[case::email_verified_as_text(
    "email", "email_address", json!({ "email": "a@example.com", "email_verified": "true" }), "a@example.com"
)]
#[case::nested_email(
    "data.email", "email_address", json!({ "data": { "email": "a@example.com", "email_verified": true } }), "a@example.com"
)]
#[case::email_of_another_name("mail", "email_address", json!({ "mail": "a@example.com" }), "a@example.com")]
#[case::phone(
    "phone_number", "mobile_number", json!({ "phone_number": "+1 (425) 555-1212", "phone_number_verified": true }),
    "+14255551212"
)]
#[tokio::test]
async fn a_claim_fills_a_field(#[case] claim: &str, #[case] field: &str, #[case] claims: Value, #[case] value: &str) {
    assert_eq!(filled(claim, field, claims).await.as_deref(), Some(value));
}

#[rstest]
#[case::missing("given_name", "first_name", json!({}))]
#[case::null("given_name", "first_name", json!({ "given_name": null }))]
#[case::empty("given_name", "first_name", json!({ "given_name": "" }))]
#[case::boolean("given_name", "first_name", json!({ "given_name": true }))]
#[case::array("given_name", "first_name", json!({ "given_name": ["Ada"] }))]
#[case::number_for_text("given_name", "first_name", json!({ "given_name": 7 }))]
#[case::fraction("isco", "occupation", json!({ "isco": 25.12 }))]
#[case::nul("given_name", "first_name", json!({ "given_name": "Ada\u{0}" }))]
#[case::bidi("given_name", "first_name", json!({ "given_name": "Ada\u{202e}" }))]
#[case::country_name("country", "address_country_code", json!({ "country": "Germany" }))]
#[case::no_country("country", "address_country_code", json!({ "country": "XX" }))]
#[case::no_day("birthdate", "birth_date", json!({ "birthdate": "1985-02-30" }))]
#[case::tomorrow("birthdate", "birth_date", json!({ "birthdate": "2999-01-01" }))]
#[case::year_only("birthdate", "birth_date", json!({ "birthdate": "0000-12-10" }))]
#[case::unverified_email("email", "email_address", json!({ "email": "a@example.com", "email_verified": false }))]
#[case::email_of_unknown_state("email", "email_address", json!({ "email": "a@example.com" }))]
#[case::email_verified_by_number("email", "email_address", json!({ "email": "a@example.com", "email_verified": 1 }))]
#[case::nested_email_verified_elsewhere(
    "data.email", "email_address", json!({ "data": { "email": "a@example.com" }, "email_verified": true })
)]
#[case::unverified_phone("phone_number", "mobile_number", json!({ "phone_number": "+14255551212" }))]
#[case::trunk_prefix(
    "phone_number", "mobile_number", json!({ "phone_number": "+49 (0)30 901820", "phone_number_verified": true })
)]
#[tokio::test]
async fn an_unusable_claim_fills_nothing_and_is_missed_where_required(
    #[case] claim: &str,
    #[case] field: &str,
    #[case] claims: Value,
) {
    assert_eq!(filled(claim, field, claims.clone()).await, None);
    let Told::Retry(trouble) = map(claim, field, true, claims).await else { panic!("verified without {claim}") };
    assert!(trouble.to_string().starts_with(&format!("the claim {claim} ")), "{trouble}");
}

#[tokio::test]
async fn a_required_claim_that_is_missing_is_named() {
    let told = Setting::plain().await.misbehaving(Mode::Omits(Document::Claims, "family_name")).prove().await;
    assert_eq!(told, nonsense("the claim family_name is missing or not verified"));
}

#[tokio::test]
async fn the_first_usable_claim_of_a_field_counts() {
    let mut setting = Setting::plain().await;
    let names = ["nickname", "given_name", "family_name"];
    setting.settings.claims = names.iter().map(|name| rule(name, "given_name", false)).collect();
    let told = setting.misbehaving(Mode::Says(Document::Claims, "nickname", json!(""))).prove().await;
    let Told::Verified { values, .. } = told else { panic!("{told:?}") };
    assert_eq!(values, BTreeMap::from([("first_name", "Ada".to_owned())]));
}

#[rstest]
#[case::empty("")]
#[case::empty_member("a..b")]
#[case::dot_in_front(".a")]
#[case::dot_at_the_end("a.")]
#[case::a_tilde_that_escapes_nothing("/a~2")]
#[case::a_tilde_at_the_end("/a~")]
fn a_path_is_refused_when_it_is(#[case] text: &str) {
    assert!(ClaimPath::parse(text).is_err());
}

#[test]
fn a_path_reads_back_as_it_was_written() {
    for text in ["sub", "address.country", "a~b.c/d", "/a~1b/0", "/"] {
        assert_eq!(ClaimPath::parse(text).unwrap().as_str(), text);
    }
}
