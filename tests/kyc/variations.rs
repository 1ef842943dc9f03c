//! What OAuth2 providers differ in, through the whole endpoint.

use rstest::rstest;
use serde_json::json;

use crate::browser::{Page, way_back};
use crate::database::Engine;
use crate::provider::{Document, Mode, Return};
use crate::setting::{PUBLIC_URL, Setting};

async fn posting(engine: Engine) -> Setting {
    Setting::with(engine, json!({ "response_mode": "form_post" })).await
}

/// What the provider has the browser post.
fn answer(returned: &Return) -> [(&str, &str); 3] {
    [("code", &returned.code), ("state", &returned.state), ("more", "of no interest")]
}

#[track_caller]
fn own_get(posted: &Page, returned: &Return) -> String {
    assert_eq!(posted.status, 303, "{}", posted.body);
    assert!(posted.set_cookies().is_empty());
    let place = posted.header("location").to_owned();
    assert!(place.starts_with("/kyc-proof/eid?posted="), "{place}");
    assert!(!place.contains(&returned.code) && !place.contains(&returned.state), "{place}");
    place
}

#[rstest]
#[tokio::test]
async fn a_browser_that_is_made_to_post_comes_back_with_its_cookie(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = posting(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let departure = browser.leave(&page).await;
    assert!(departure.query_pairs().any(|(name, value)| name == "response_mode" && value == "form_post"));
    let returned = setting.eid.authorize(&departure);

    let posted = browser.post_from_elsewhere("/kyc-proof/eid", &answer(&returned)).await;
    let place = own_get(&posted, &returned);
    assert_eq!(setting.token_calls(), 0, "a post without a cookie does nothing");
    assert_eq!(setting.browser().get(&place).await.status, 401, "and is worth nothing in another browser");
    for _ in 0..2 {
        let end = browser.get(&place).await;
        assert_eq!((end.status, end.header("location")), (302, page.as_str()));
    }
    assert_eq!(setting.token_calls(), 1);
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");
}

#[rstest]
#[tokio::test]
async fn who_cancels_may_be_made_to_post_as_well(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = posting(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.eid.authorize(&browser.leave(&page).await);
    let fields = [("error", "access_denied"), ("error_description", "No <b>thanks"), ("state", &returned.state)];
    let posted = browser.post_from_elsewhere("/kyc-proof/eid", &fields).await;
    assert_eq!(setting.count("processes WHERE state = 'started'").await, 1);
    let end = browser.get(posted.header("location")).await;
    assert_eq!(end.status, 403);
    assert!(end.body.contains("No &lt;b&gt;thanks"), "{}", end.body);
    assert_eq!(setting.count("processes WHERE state = 'refused'").await, 1);
}

#[rstest]
#[case::no_state(&[("code", "c")], 400)]
#[case::no_answer(&[("state", "ABTRKRDW2VMYH0J7H6J1JJEMPWGWRG95DFWHHQPSCZZYTQC7XGN0")], 400)]
#[case::both_answers(&[("state", "ABTRKRDW2VMYH0J7H6J1JJEMPWGWRG95DFWHHQPSCZZYTQC7XGN0"), ("code", "c"), ("error", "e")], 400)]
#[case::twice(&[("code", "c"), ("code", "d"), ("state", "ABTRKRDW2VMYH0J7H6J1JJEMPWGWRG95DFWHHQPSCZZYTQC7XGN0")], 400)]
#[case::a_state_without_nonce(&[("code", "c"), ("state", "ABTRKRDW2VMYH0J7H6J1JJEMPWGWRG95DFWHHQPSCZZYTQC7XGN0")], 404)]
#[tokio::test]
async fn a_post_that_is_no_answer_is_refused(
    #[case] fields: &[(&str, &str)],
    #[case] status: u16,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = posting(engine).await;
    assert_eq!(setting.browser().post_from_elsewhere("/kyc-proof/eid", fields).await.status, status);
}

#[rstest]
#[tokio::test]
async fn what_was_posted_is_read_by_the_provider_it_was_sealed_for_alone(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = posting(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let posted = browser.post_from_elsewhere("/kyc-proof/eid", &answer(&returned)).await;
    let place = own_get(&posted, &returned);
    assert_eq!(browser.get(&place.replace("/eid?", "/sandbox?")).await.status, 404);
    let mut changed = place.clone();
    let last = changed.pop().unwrap();
    changed.push(if last == 'A' { 'B' } else { 'A' });
    for wrong in [changed.as_str(), "/kyc-proof/eid?posted=", "/kyc-proof/eid?posted=AAAA"] {
        assert_eq!(browser.get(wrong).await.status, 404, "{wrong}");
    }
    let sandbox = browser.post_from_elsewhere("/kyc-proof/sandbox", &answer(&returned)).await;
    assert_eq!((sandbox.status, sandbox.header("allow")), (405, "GET"), "it was not asked to answer so");
    assert_eq!(setting.token_calls(), 0);
}

/// Everything at once that has to do with our own keys: they are published, and the provider is asked with them.
#[rstest]
#[tokio::test]
async fn a_provider_that_knows_our_keys_gets_a_pushed_request_and_a_signed_one(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("eid.pem");
    let der = aws_lc_rs::signature::EcdsaKeyPair::generate_pkcs8(
        &aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING,
        &aws_lc_rs::rand::SystemRandom::new(),
    );
    let pem = data_encoding::BASE64.encode(der.unwrap().as_ref());
    std::fs::write(&file, format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n")).unwrap();
    let setting = Setting::openid_with(
        engine,
        json!({
            "client_secret": null, "client_auth": "private_key_jwt", "client_key_files": [file], "par": "require",
            "userinfo": "signed", "acr": ["high"],
        }),
    )
    .await;
    let par = format!("{}/par", setting.eid.origin);
    setting.now_misbehaves([
        Mode::Says(Document::Metadata, "pushed_authorization_request_endpoint", par.into()),
        Mode::Says(Document::IdToken, "acr", "high".into()),
        Mode::SignsUserinfo,
    ]);

    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    assert_eq!(browser.come_back(&returned).await.status, 302);
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");

    let keys = browser.get("/kyc-jwks/eid").await;
    assert_eq!((keys.status, keys.header("cache-control")), (200, "public, max-age=300"));
    let keys = keys.json();
    for request in [setting.eid.received("/par"), setting.eid.received("/token")].concat() {
        let assertion = &request.form["client_assertion"];
        let kid = jsonwebtoken::decode_header(assertion).unwrap().kid.unwrap();
        let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(keys.clone()).unwrap();
        let key = jsonwebtoken::DecodingKey::from_jwk(set.find(&kid).unwrap()).unwrap();
        let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::ES256);
        validation.set_audience(&[&setting.eid.origin]);
        jsonwebtoken::decode::<serde_json::Value>(assertion, &key, &validation).unwrap();
    }
    assert_eq!(setting.eid.received("/par")[0].form["redirect_uri"], format!("{PUBLIC_URL}/kyc-proof/eid"));
}

#[rstest]
#[tokio::test]
async fn keys_are_published_for_providers_that_know_us_by_them_alone(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    for place in ["/kyc-jwks/eid", "/kyc-jwks/nobody"] {
        assert_eq!(setting.browser().get(place).await.status, 404, "{place}");
    }
}

/// GNU Taler's Challenger: a step before the start, and answers of its own form.
#[rstest]
#[tokio::test]
async fn challenger_proves_an_address(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::with_origin(engine, |origin| {
        json!({
            "setup_url": format!("{origin}/setup"), "client_auth": "client_secret_post", "scopes": [],
            "subject": "id", "expires": "expires.t_s", "claims": { "/address/CONTACT_EMAIL": "email_address" },
        })
    })
    .await;
    setting.now_misbehaves([
        Mode::Says(Document::Claims, "id", json!(4711)),
        Mode::Says(Document::Claims, "address", json!({ "CONTACT_EMAIL": "ada@example.com" })),
        Mode::Says(Document::Claims, "expires", json!({ "t_s": 4_000_000_000_u64 })),
    ]);
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let departure = browser.leave(&page).await;
    assert_eq!(departure.path(), "/authorize/N0NCE");
    assert!(!departure.query_pairs().any(|(name, _)| name == "scope"));
    let returned = setting.eid.authorize(&departure);
    assert_eq!(browser.get(&way_back("eid", &returned)).await.status, 302);
    let customer = setting.get_customer("sep6-high").await;
    assert_eq!(customer["provided_fields"]["email_address"]["status"], "ACCEPTED", "{customer}");
}
