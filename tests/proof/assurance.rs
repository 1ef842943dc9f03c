//! How sure a provider is: levels of login, claims that it answers for, nested answers, and until when they count.

use std::time::Duration;

use kycd::proof::oauth2::{SuccessTest, VerifiedClaims};
use rstest::rstest;
use serde_json::{Value, json};

use crate::provider::{Document, Endpoint, Mode, Reply};
use crate::{NOW, Setting, Told, begin, nonsense, path, rule, verified};

const WEAK: &str = "the login was of no level that is accepted: acr is missing or another one";

async fn demanding() -> Setting {
    let mut setting = Setting::openid().await;
    setting.settings.acr = vec!["substantial".to_owned(), "high".to_owned()];
    setting
}

#[rstest]
#[case::good_enough(json!("substantial"), verified())]
#[case::better(json!("high"), verified())]
#[case::too_weak(json!("low"), nonsense(WEAK))]
#[case::another_case(json!("High"), nonsense(WEAK))]
#[case::a_list(json!(["high"]), nonsense(WEAK))]
#[case::null(json!(null), nonsense(WEAK))]
#[tokio::test]
async fn a_login_has_to_be_strong_enough(#[case] acr: Value, #[case] told: Told) {
    let mode = Mode::Says(Document::IdToken, "acr", acr);
    assert_eq!(demanding().await.misbehaving(mode).prove().await, told);
}

#[tokio::test]
async fn the_level_is_the_one_that_the_id_token_tells() {
    let mode = Mode::Says(Document::Claims, "acr", json!("high"));
    assert_eq!(demanding().await.misbehaving(mode).prove().await, nonsense(WEAK));
    let mut setting = Setting::plain().await;
    setting.settings.acr = vec!["high".to_owned()];
    let mode = Mode::Says(Document::Claims, "acr", json!("high"));
    assert_eq!(setting.misbehaving(mode).prove().await, verified(), "there is no ID token");
}

#[tokio::test]
async fn the_level_is_asked_for() {
    let (_server, provider) = demanding().await.provider();
    let redirect = begin(&provider).await.unwrap().redirect;
    let asked = redirect.query_pairs().find(|(name, _)| name == "acr_values").unwrap().1.into_owned();
    assert_eq!(asked, "substantial high");
}

fn verified_claims(framework: &str, level: &str, name: &str) -> Value {
    json!({
        "verification": { "trust_framework": framework, "assurance_level": level },
        "claims": { "given_name": name, "family_name": "Lovelace", "email": "ada@example.com" },
    })
}

/// A provider whose claims count if it answers for them by eIDAS.
async fn assured(levels: &[&str]) -> Setting {
    let mut setting = Setting::openid().await;
    setting.settings.verified_claims = Some(VerifiedClaims {
        trust_frameworks: vec!["eidas".to_owned()],
        assurance_levels: levels.iter().map(|level| (*level).to_owned()).collect(),
    });
    setting.settings.claims = vec![
        rule("verified_claims.claims.given_name", "first_name", true),
        rule("/verified_claims/claims/family_name", "last_name", true),
    ];
    setting
}

#[rstest]
#[case::one(verified_claims("eidas", "high", "Ada"), &["high"], true)]
#[case::any_level(verified_claims("eidas", "low", "Ada"), &[], true)]
#[case::the_one_of_several_that_counts(
    json!([verified_claims("us_aml", "high", "Eve"), verified_claims("eidas", "low", "Eve"), verified_claims("eidas", "high", "Ada")]),
    &["high"],
    true
)]
#[case::another_framework(verified_claims("us_aml", "high", "Ada"), &["high"], false)]
#[case::another_level(verified_claims("eidas", "low", "Ada"), &["high", "substantial"], false)]
#[case::none(json!(null), &[], false)]
#[case::an_empty_list(json!([]), &[], false)]
#[case::without_verification(json!({ "claims": { "given_name": "Ada", "family_name": "Lovelace" } }), &[], false)]
#[tokio::test]
async fn claims_count_when_the_provider_answers_for_them(
    #[case] claims: Value,
    #[case] levels: &[&str],
    #[case] right: bool,
) {
    let mode = Mode::Says(Document::Claims, "verified_claims", claims);
    let told = assured(levels).await.misbehaving(mode).prove().await;
    let none = "no verified_claims are of a trust framework and assurance level that counts";
    assert_eq!(told, if right { verified() } else { nonsense(none) });
}

#[tokio::test]
async fn an_address_that_the_provider_answers_for_needs_no_flag() {
    let mut setting = assured(&[]).await;
    setting.settings.claims.push(rule("verified_claims.claims.email", "email_address", true));
    let mode = Mode::Says(Document::Claims, "verified_claims", verified_claims("eidas", "high", "Ada"));
    let Told::Verified { values, .. } = setting.misbehaving(mode).prove().await else { panic!("not verified") };
    assert_eq!(values["email_address"], "ada@example.com");
}

/// `{"status":"success","data":{…}}`.
#[tokio::test]
async fn claims_can_stand_inside_of_an_answer() {
    let mut setting = Setting::plain().await;
    setting.settings.success = Some(SuccessTest { path: path("status"), equals: "success".to_owned() });
    setting.settings.subject = path("data.id");
    setting.settings.claims =
        vec![rule("data.person.first", "first_name", true), rule("/data/person/last", "last_name", true)];
    let answer = json!({
        "status": "success",
        "data": { "id": "user-1", "person": { "first": "Ada", "last": "Lovelace" } },
    });
    let mode = Mode::Answers(Endpoint::Userinfo, Reply::Json(200, answer));
    assert_eq!(setting.misbehaving(mode).prove().await, verified());
}

const HOUR: Duration = Duration::from_hours(1);

#[rstest]
#[case::sooner_than_ours(json!({ "t_s": NOW.seconds() + 3600 }), Some(HOUR))]
#[case::later_than_ours(json!({ "t_s": NOW.seconds() + 1_000_000 }), Some(24 * HOUR))]
#[case::never(json!({ "t_s": "never" }), Some(24 * HOUR))]
#[case::over(json!({ "t_s": NOW.seconds() }), None)]
#[case::text(json!({ "t_s": "tomorrow" }), None)]
#[case::missing(json!({}), None)]
#[tokio::test]
async fn a_proof_counts_no_longer_than_the_provider_says(#[case] said: Value, #[case] counts: Option<Duration>) {
    let mut setting = Setting::plain().await;
    setting.settings.expires = Some(path("expires.t_s"));
    match (setting.misbehaving(Mode::Says(Document::Claims, "expires", said)).prove().await, counts) {
        (Told::Verified { expires, .. }, Some(counts)) => assert_eq!(expires, Some(NOW + counts)),
        (Told::Retry(_), None) => {}
        (told, _) => panic!("{told:?}"),
    }
}
