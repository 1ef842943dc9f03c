//! Watching a payment target: what is answered at once, and who waits for what.

use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::browser::{Browser, Page};
use crate::database::Engine;
use crate::setting::{ACCOUNT, Setting};

const IBAN: &str = "payto://iban/DE75512108001245126199";
const OTHER: &str = "payto://iban/GB33BUKB20201555555555";
/// Longer than any test takes.
const LONG: &str = "timeout_ms=60000";

/// A target as the operator gave it away.
struct Target {
    hash: String,
    token: String,
    page: String,
}

async fn target(setting: &Setting, payto: &str) -> Target {
    let (_, target) = setting.put_target(json!({ "payto_uri": payto })).await;
    let text = |name: &str| target[name].as_str().unwrap().to_owned();
    Target { hash: text("h_payto"), token: text("access_token"), page: setting.page_of(&text("kyc_url")) }
}

async fn check(at: &str, hash: &str, token: &str, query: &str) -> Page {
    let authorization = format!("Bearer {token}");
    let place = format!("/kyc-check/{hash}?{query}");
    Browser::new(at).send("GET", &place, &[("authorization", &authorization)], "").await
}

async fn info(at: &str, token: &str, query: &str, known: &str) -> Page {
    let headers: &[_] = if known.is_empty() { &[] } else { &[("if-none-match", known)] };
    Browser::new(at).send("GET", &format!("/kyc-info/{token}?{query}"), headers, "").await
}

/// Goes to the provider and comes back verified.
async fn verify(setting: &Setting, page: &str) {
    let browser = setting.browser();
    let returned = setting.log_in(&browser, page).await;
    assert_eq!(browser.come_back(&returned).await.status, 302);
}

/// Lets those who ask find out that they have to wait.
async fn let_them_wait() {
    sleep(Duration::from_millis(300)).await;
}

#[rstest]
#[tokio::test]
async fn a_target_is_202_until_it_is_verified_and_200_then(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let target = target(&setting, IBAN).await;
    let expected = json!({ "aml_review": false, "access_token": target.token, "limits": [] });

    let before = check(setting.public(), &target.hash, &target.token, "").await;
    verify(&setting, &target.page).await;
    let after = check(setting.public(), &target.hash, &target.token, &format!("lpt=3&{LONG}")).await;

    assert_eq!((before.status, before.json()), (202, expected.clone()));
    assert_eq!(before.header("access-control-allow-origin"), "*");
    assert_eq!((after.status, after.json()), (200, expected), "what waits for a verification is over at once");
}

#[rstest]
#[tokio::test]
async fn what_was_assessed_under_another_configuration_is_assessed_again(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let target = target(&setting, IBAN).await;
    verify(&setting, &target.page).await;
    let nothing = r#"{"requirements":"others","given":[],"proofs":{},"statuses":{}}"#;
    setting.change(&format!("UPDATE payment_targets SET facts = '{nothing}'")).await;

    assert_eq!(check(setting.public(), &target.hash, &target.token, "").await.status, 200);
    assert_eq!(info(setting.public(), &target.token, "", "").await.status, 204);
    assert_eq!(setting.get_target(&target.hash).await.1["status"], "ACCEPTED");
    let page = setting.browser().get(&target.page).await;
    assert!(page.body.contains("You are verified"), "{}", page.body);
    assert_eq!(setting.texts("SELECT facts FROM payment_targets").await, [nothing], "nothing is written");
}

#[rstest]
#[tokio::test]
async fn nobody_learns_which_targets_there_are(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let (target, other) = (target(&setting, IBAN).await, target(&setting, OTHER).await);
    let nobody = "07572X1NM5RC2N9SZA9DDWNGH59YTVBRTA7N9SJ3YQ6DBTMAZADG";
    let public = setting.public();

    let refusals = [
        check(public, &target.hash, &other.token, LONG).await,
        check(public, nobody, &other.token, LONG).await,
        check(public, &target.hash, nobody, LONG).await,
        check(public, &target.hash, "x", LONG).await,
    ];

    for refusal in &refusals {
        assert_eq!((refusal.status, refusal.body.as_str()), (403, refusals[0].body.as_str()));
    }
    for token in [nobody, "x", ""] {
        assert_eq!(info(public, token, LONG, "").await.status, if token.is_empty() { 404 } else { 403 });
    }
}

#[rstest]
#[case::of_no_hash("/kyc-check/abc", 400)]
#[case::without_token("/kyc-check/07572X1NM5RC2N9SZA9DDWNGH59YTVBRTA7N9SJ3YQ6DBTMAZADG", 401)]
#[case::for_half_a_second("/kyc-check/07572X1NM5RC2N9SZA9DDWNGH59YTVBRTA7N9SJ3YQ6DBTMAZADG?timeout_ms=0.5", 400)]
#[case::for_a_negative_time("/kyc-check/07572X1NM5RC2N9SZA9DDWNGH59YTVBRTA7N9SJ3YQ6DBTMAZADG?timeout_ms=-1", 400)]
#[case::for_no_time("/kyc-info/07572X1NM5RC2N9SZA9DDWNGH59YTVBRTA7N9SJ3YQ6DBTMAZADG?timeout_ms=", 400)]
#[case::for_words("/kyc-check/07572X1NM5RC2N9SZA9DDWNGH59YTVBRTA7N9SJ3YQ6DBTMAZADG?lpt=all", 400)]
#[case::for_ever(
    "/kyc-check/07572X1NM5RC2N9SZA9DDWNGH59YTVBRTA7N9SJ3YQ6DBTMAZADG?timeout_ms=99999999999999999999999",
    403
)]
#[tokio::test]
async fn what_cannot_be_read_is_refused(
    #[case] place: &str,
    #[case] status: u16,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let authorization: &[_] = if status == 401 { &[] } else { &[("authorization", "Bearer abc")] };

    assert_eq!(setting.browser().send("GET", place, authorization, "").await.status, status);
}

#[rstest]
#[tokio::test]
async fn information_names_the_provider_until_nothing_is_open(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let target = target(&setting, IBAN).await;
    let public = setting.public();

    let open = info(public, &target.token, "lang=de", "").await;
    let etag = open.header("etag").to_owned();
    let known = info(public, &target.token, "lang=de&timeout_ms=1", &etag).await;
    let in_english = info(public, &target.token, LONG, &etag).await;

    assert_eq!((open.status, open.header("content-language")), (200, "de"));
    let mut asked = open.json();
    let id = asked["requirements"][0]["id"].take();
    let name = &asked["requirements"][0]["description"];
    let expected = json!({
        "requirements": [
            { "form": "LINK", "description": name, "description_i18n": { "en": name, "es": name, "de": name }, "id": null },
        ],
        "is_and_combinator": true,
        "voluntary_measures": [],
    });
    assert_eq!(asked, expected);
    assert_eq!(setting.browser().post_json(&format!("/kyc-start/{}", id.as_str().unwrap())).await.status, 200);
    assert_eq!((known.status, known.header("etag"), known.body.as_str()), (304, &*etag, ""));
    assert_eq!(in_english.status, 200, "another language is another answer");

    verify(&setting, &target.page).await;
    let closed = info(public, &target.token, LONG, &etag).await;
    assert_eq!((closed.status, closed.body.as_str()), (204, ""));
    assert_ne!(closed.header("etag"), etag);
}

#[rstest]
#[tokio::test]
async fn information_names_the_fields_that_the_wallet_has_to_send(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    setting.put_customer(json!({})).await;
    let target = target(&setting, &format!("payto://stellar/{ACCOUNT}")).await;

    let asked = info(setting.public(), &target.token, "type=reviewed&lang=es", "").await.json();

    let asked = asked["requirements"].as_array().unwrap();
    assert_eq!((asked.len(), &asked[0]["form"], &asked[0]["id"]), (1, &json!("INFO"), &Value::Null));
    assert_eq!(asked[0]["description"], asked[0]["description_i18n"]["es"]);
    assert_ne!(asked[0]["description"], asked[0]["description_i18n"]["en"]);
}

#[rstest]
#[tokio::test]
async fn whoever_waits_is_told_also_by_another_server(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let (target, other) = (target(&setting, IBAN).await, target(&setting, OTHER).await);
    let second = setting.second_server().await;
    let etag = info(&second.public, &target.token, "", "").await.header("etag").to_owned();
    let any_change = format!("lpt=1&{LONG}");
    let verified = format!("lpt=3&{LONG}");

    let waiting = join_all([
        check(&second.public, &target.hash, &target.token, LONG),
        check(&second.public, &target.hash, &target.token, &any_change),
        check(&second.public, &target.hash, &target.token, &verified),
        check(setting.public(), &target.hash, &target.token, &verified),
    ]);
    let informed = info(&second.public, &target.token, LONG, &etag);
    let somebody_else = check(&second.public, &other.hash, &other.token, "lpt=3&timeout_ms=1500");
    let (waiting, informed, somebody_else, ()) = tokio::join!(waiting, informed, somebody_else, async {
        let_them_wait().await;
        verify(&setting, &target.page).await;
    });

    let statuses: Vec<_> = waiting.iter().map(|page| page.status).collect();
    assert_eq!(statuses, [200, 200, 200, 200]);
    assert_eq!(informed.status, 204);
    assert_eq!(somebody_else.status, 202, "the change was not theirs");
}

#[rstest]
#[tokio::test]
async fn whoever_waits_for_somebody_who_goes_away_is_told(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("other", json!({})).await;
    let token = page.trim_start_matches("/kyc-spa/").split('?').next().unwrap();
    let etag = info(setting.public(), token, "type=other", "").await.header("etag").to_owned();

    let query = format!("type=other&{LONG}");
    let (waiting, ()) = tokio::join!(info(setting.public(), token, &query, &etag), async {
        let_them_wait().await;
        setting.delete_customer().await;
    });

    assert_eq!(waiting.status, 403);
}

#[rstest]
#[tokio::test]
async fn the_end_of_a_review_is_waited_for(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let id = setting.put_customer(json!({ "type": "reviewed", "first_name": "Ada" })).await["id"].take();
    let target = target(&setting, &format!("payto://stellar/{ACCOUNT}")).await;
    let public = setting.public();
    let decisions = format!("/customers/{}/decisions", id.as_str().unwrap());
    let decision = json!({ "type": "reviewed", "status": "ACCEPTED", "reason": "it is she" }).to_string();

    let reviewed = info(public, &target.token, "type=reviewed", "").await;
    let query = format!("type=reviewed&lpt=2&{LONG}");
    let at_once = check(public, &target.hash, &target.token, "type=reviewed").await;
    let (told, ()) = tokio::join!(check(public, &target.hash, &target.token, &query), async {
        let_them_wait().await;
        assert_eq!(setting.as_operator("POST", &decisions, &decision).await.status, 200);
    });

    assert_eq!((reviewed.status, &reviewed.json()["requirements"]), (202, &json!([])));
    assert_eq!((at_once.status, &at_once.json()["aml_review"]), (202, &json!(true)));
    assert_eq!((told.status, &told.json()["aml_review"]), (200, &json!(false)));
}
