//! Nothing that belongs to a customer is found in what the binary says, even at its most talkative, nor in what the
//! database keeps: field values, files, accounts, memos, hashes of payment targets, tokens, codes, claims.

mod browser;
mod canaries;

use std::sync::Arc;

use kycd::domain::clock::SystemClock;
use kycd::domain::field::{self, FieldType};
use rstest::rstest;
use serde_json::json;

use self::browser::Browser;
use self::canaries::{Canaries, FILE, MEMO, account, payto, values};
use crate::canary::forms_found;
use crate::database::Engine;
use crate::dump;
use crate::provider::{Document, Endpoint, KycProvider, Mode, Reply};
use crate::raw_http::{Answer, exchange, request};
use crate::receiver::Receiver;
use crate::samples;
use crate::waiting::until;
use crate::workplace::{Server, Workplace, put_customer};

/// The name of an operator key, which is no secret: it has to be found wherever we look.
const PLANTED: &str = "planted-canary-of-an-operator";

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test(flavor = "multi_thread")]
async fn no_canary_is_found_in_logs_or_database(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let honest = honest_provider().await;
    let broken = broken_provider().await;
    let place = Workplace::on(&database.url);
    let gateway = Receiver::start();
    place.put("canaries.toml", overlay(&honest, &broken, &gateway), 0o600);
    let dev = place.dev(&["--config", "canaries.toml"]);
    let operator_key = place.run(&["operator-key", "create", PLANTED]);
    let token = place.run(&["token", "--account", &account(), "--memo", MEMO]);
    let (operator_key, token) = (operator_key.trim_end(), token.trim_end());
    let mut canaries = Canaries::new();
    canaries.add_operator_key(operator_key);
    canaries.add_wallet_token(token);

    give_everything(&dev, token);
    let codes = bring_codes(&dev, token, &gateway);
    verify(&dev, token, &honest, &mut canaries);
    fail_at_the_provider(&dev, operator_key, &broken, &mut canaries);
    give_files(&dev, token);
    be_refused(&dev, token);

    let running = dump::of(&database).await;
    let (_, output, log) = dev.process.stop();
    let stopped = dump::of(&database).await;
    assert_eq!(forms_found(log.as_bytes(), PLANTED.as_bytes()), ["raw"], "not even what is there was found");
    assert_eq!(forms_found(&stopped, PLANTED.as_bytes()), ["raw"], "not even what is there was found");
    assert!(log.contains("status=202") && log.contains("status=502"), "{log}");
    for (place, haystack) in
        [("output", output.as_bytes()), ("log", log.as_bytes()), ("database", &running), ("closed database", &stopped)]
    {
        canaries.assert_absent_from(place, haystack);
        // Six digits can be found by chance, but seldom alone, and not those of half of the codes.
        let found = codes.iter().filter(|code| stands_alone(code.as_bytes(), haystack)).count();
        assert!(found < codes.len() / 2, "{found} of {} codes, in the {place}", codes.len());
    }
}

/// Whether a code is found that is no part of an id, a time or a number.
fn stands_alone(code: &[u8], haystack: &[u8]) -> bool {
    let goes_on = |at: Option<usize>| at.and_then(|at| haystack.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let mut windows = haystack.windows(code.len()).enumerate();
    windows.any(|(at, window)| window == code && !goes_on(at.checked_sub(1)) && !goes_on(Some(at + code.len())))
}

/// Puts a value into every field that is asked for, and a file.
fn give_everything(dev: &Server, token: &str) {
    let mut body = json!({ "type": "everything" });
    for (name, value) in values() {
        body[name] = value.into();
    }
    let answer = dev.put_customer(token, &body.to_string());
    assert_eq!(answer.status, 202, "{}", answer.text());
    let answer = give_file(dev, token, "PUT /customer", "photo_id_front", &samples::jpeg_with(FILE.as_bytes()));
    assert_eq!(answer.status, 202, "{}", answer.text());
}

/// Posts files: one that is used, one that waits to be, one for a person to look at, and one that is refused.
fn give_files(dev: &Server, token: &str) {
    let post = |content: &[u8]| give_file(dev, token, "POST /customer/files", "file", content);
    let script = samples::pdf(&format!("/JS ({FILE})"));
    for content in [samples::jpeg_with(FILE.as_bytes()), script, samples::png_with(&[(b"tEXt", FILE.as_bytes())])] {
        let posted = post(&content);
        assert_eq!(posted.status, 200, "{}", posted.text());
        let id = posted.json()["file_id"].as_str().expect("an id").to_owned();
        if !content.starts_with(b"\x89PNG") {
            let named = json!({ "type": "everything", "photo_id_back_file_id": id }).to_string();
            assert_eq!(dev.put_customer(token, &named).status, 202);
        }
        assert_eq!(dev.get(&format!("/customer/files?file_id={id}"), token).status, 200);
    }
    assert_eq!(post(&samples::pdf(&format!("/Encrypt ({FILE})"))).status, 400);
    assert_eq!(post(FILE.as_bytes()).status, 400);
}

fn give_file(dev: &Server, token: &str, method_and_path: &str, name: &str, content: &[u8]) -> Answer {
    let head = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{FILE}\"\r\n\r\n");
    let body = [head.as_bytes(), content, b"\r\n--b--\r\n"].concat();
    let headers = format!("authorization: Bearer {token}\r\ncontent-type: multipart/form-data; boundary=b\r\n");
    exchange(dev.public, request(method_and_path, &headers, &body))
}

/// Brings back the codes that were sent; gives them.
fn bring_codes(dev: &Server, token: &str, gateway: &Receiver) -> Vec<String> {
    let sent = canaries::VERIFIED.map(|_| gateway.next().body());
    let code_of = |field: &str, value: &str| {
        let message =
            sent.iter().find(|message| message["to"] == value).unwrap_or_else(|| panic!("no code for {field}"));
        message["code"].as_str().expect("a code").to_owned()
    };
    let verified = values().filter(|(name, _)| canaries::VERIFIED.contains(name));
    let codes: Vec<_> = verified.map(|(field, value)| (field, code_of(field, &value))).collect();
    for (field, code) in &codes {
        let put = json!({ "type": "everything", format!("{field}_verification"): code }).to_string();
        // That it arrived is known a moment later.
        until(field, || dev.put_customer(token, &put).status == 202);
    }
    codes.into_iter().map(|(_, code)| code).collect()
}

/// Goes to the provider and back, and again with a code that is none.
fn verify(dev: &Server, token: &str, provider: &KycProvider, canaries: &mut Canaries) {
    let needed = dev.get("/customer?type=everything", token).json();
    assert_eq!(needed["status"], "NEEDS_INFO");
    let mut browser = Browser::open(dev, needed["more_info_url"].as_str().expect("a link"));
    canaries.add_link(browser.link());
    let departure = browser.leave();
    let back = provider.authorize(&departure);
    let wrong = browser.get(&format!("/kyc-proof/eid?code=canary-of-a-wrong-code&state={}", back.state));
    assert_eq!(wrong.status, 401, "{}", wrong.text());
    let said = "error=access_denied&error_description=canary-of-a-description";
    browser.get(&format!("/kyc-proof/eid?{said}&state={}", back.state));

    let mut browser = Browser::open(dev, needed["more_info_url"].as_str().expect("a link"));
    let back = provider.authorize(&browser.leave());
    let arrived = browser.get(&format!("/kyc-proof/eid?code={}&state={}", back.code, back.state));
    assert_eq!(arrived.status, 302, "{}", arrived.text());
    assert_eq!(dev.status("/customer?type=everything", token), "ACCEPTED");
    canaries.add_way(&browser, &back);
    canaries.add_verifiers(provider);
}

/// Makes a bare payment target known, whose provider answers nonsense.
fn fail_at_the_provider(dev: &Server, operator_key: &str, provider: &KycProvider, canaries: &mut Canaries) {
    let body = json!({ "payto_uri": payto() }).to_string();
    let target = dev.as_operator("PUT /payment-targets", operator_key, &body);
    assert_eq!(target.status, 200, "{}", target.text());
    let target = target.json();
    let hash = target["h_payto"].as_str().expect("a hash");
    canaries.add_hash(hash);
    assert_eq!(dev.as_operator(&format!("GET /payment-targets/{hash}"), operator_key, "").status, 200);
    let mut browser = Browser::open(dev, target["kyc_url"].as_str().expect("a link"));
    canaries.add_link(browser.link());
    let back = provider.authorize(&browser.leave());
    let arrived = browser.get(&format!("/kyc-proof/broken?code={}&state={}", back.code, back.state));
    assert_eq!(arrived.status, 502, "{}", arrived.text());
    canaries.add_way(&browser, &back);
    canaries.add_verifiers(provider);
}

/// Sends what is refused.
fn be_refused(dev: &Server, token: &str) {
    let wrong = [
        put_customer(token, r#"{"birth_date":"canary of a wrong birth date"}"#),
        put_customer(token, r#"{"canary-of-a-name":"canary of a value"}"#),
        put_customer(token, r#"{"first_name":"canary of a half text"#),
        put_customer(token, r#"{"memo":"canary of a wrong memo"}"#),
        put_customer("canary-of-a-token.of.nobody", "{}"),
        request("GET /customer?type=canary-of-a-type", &format!("authorization: Bearer {token}\r\n"), b""),
        request("GET /canary-of-a-path?canary-of-a-query=1", "", b""),
        request("GET /kyc-spa/canary-of-a-link", "", b""),
        request("GET /kyc-proof/canary-of-a-provider?code=c&state=canary-of-a-state", "", b""),
        request("POST /kyc-start/canary-of-a-start", "content-type: application/json\r\n", b"{}"),
        request("GET /", "user-agent: canary of a user agent\r\nx-request-id: canary-of-a-request\r\n", b""),
    ];
    for request in wrong {
        exchange(dev.public, request);
    }
    let answer = dev.as_operator("PUT /payment-targets", "kycd_op_canary-of-a-key", "{}");
    assert_eq!(answer.status, 401);
}

async fn honest_provider() -> Arc<KycProvider> {
    let provider = KycProvider::start(Arc::new(SystemClock)).await;
    for (claim, value) in canaries::CLAIMS {
        for document in [Document::Claims, Document::IdToken] {
            provider.misbehave(Mode::Says(document, claim, value.into()));
        }
    }
    provider.misbehave(Mode::Says(Document::Token, "access_token", canaries::ACCESS_TOKEN.into()));
    provider
}

async fn broken_provider() -> Arc<KycProvider> {
    let provider = KycProvider::start(Arc::new(SystemClock)).await;
    let nonsense = json!({ "error": "canary of a nonsense", "sub": "canary of a subject in it" });
    provider.misbehave(Mode::Answers(Endpoint::Userinfo, Reply::Json(500, nonsense)));
    provider
}

/// A type that takes every field; the two that its provider confirms are not sent by the wallet.
fn overlay(honest: &KycProvider, broken: &KycProvider, gateway: &Receiver) -> String {
    let optional: Vec<_> = field::all()
        .filter(|field| field.kind != FieldType::Binary && !canaries::CLAIMED.contains(&field.name))
        // Wallets may send it; it is never kept, so nobody can ask for it.
        .filter(|field| field.name != "card.cvc")
        .map(|field| field.name)
        .chain(["photo_id_front", "photo_id_back"])
        .collect();
    let provider = |name: &str, origin: &str| {
        format!(
            "[providers.{name}]\nkind = \"oauth2\"\nissuer = \"{origin}\"\nclient_id = \"kycd at example\"\n\
             client_auth = \"client_secret_post\"\nclient_secret = \"{}\"\n\
             [providers.{name}.claims]\ngiven_name = \"first_name\"\nfamily_name = \"last_name\"\n",
            canaries::CLIENT_SECRET
        )
    };
    format!(
        "[log]\nlevel = \"trace\"\n[customer_types.everything]\nfields = {:?}\noptional_fields = {optional:?}\n\
         provider = \"eid\"\nverify = {:?}\n[verification.email]\nkind = \"gateway\"\nurl = \"{url}\"\n\
         [verification.phone]\nkind = \"gateway\"\nurl = \"{url}\"\n[payment_targets]\nprovider = \"broken\"\n{}{}",
        canaries::CLAIMED,
        canaries::VERIFIED,
        provider("eid", &honest.origin),
        provider("broken", &broken.origin),
        url = gateway.url(),
    )
}
