//! Answers to wallets in the language that they ask for; INP-21.

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{Call, Part};
use crate::database::Engine;
use crate::receiver::Receiver;
use crate::server::{PUBLIC_URL, Server, account, token};

/// A server with fields of its own, a type that people decide about, and one that needs a proof.
fn start(engine: Engine) -> Server {
    Server::start_with(
        engine,
        json!({
            "custom_fields": {
                "acme.status": {
                    "type": "string", "choices": ["resident", "non-resident"],
                    "description": "Tax status", "description_es": "Situación fiscal",
                },
            },
            "customer_types": {
                "sep6": { "fields": ["first_name", "sex", "acme.status"], "decision": "review" },
                "sep6-high": { "fields": ["first_name"], "provider": "sandbox" },
            },
        }),
    )
}

/// How a wallet can say in which language it wants its answer.
fn asking<'a>(call: Call<'a>, lang: Option<&str>, accepted: Option<&str>) -> Call<'a> {
    let call = match lang {
        Some(lang) => call.query("lang", lang),
        None => call,
    };
    match accepted {
        Some(accepted) => call.header("accept-language", accepted),
        None => call,
    }
}

fn in_language<'a>(texts: &[&'a str; 3], code: &str) -> &'a str {
    texts[["en", "es", "de"].iter().position(|known| *known == code).expect("a language")]
}

#[rstest]
#[case::of_nothing(None, None, "en")]
#[case::of_lang(Some("es"), None, "es")]
#[case::of_a_region(Some("de-CH"), None, "de")]
#[case::of_the_header(None, Some("fr, de;q=0.8, en;q=0.3"), "de")]
#[case::of_both(Some("es"), Some("de"), "es")]
#[case::unknown_whatever_the_header_says(Some("tlh"), Some("de"), "en")]
#[case::empty(Some(""), Some("de"), "en")]
#[case::a_header_without_any(None, Some("fr, *"), "en")]
fn an_answer_is_in_the_language_asked_for(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] lang: Option<&str>,
    #[case] accepted: Option<&str>,
    #[case] code: &str,
) {
    let (server, token) = (start(engine), token(account(1)));

    let answer = asking(server.get(&token), lang, accepted).send();

    assert_eq!((answer.header("content-language"), answer.header("vary")), (Some(code), Some("accept-language")));
    let fields = answer.customer()["fields"].take();
    let sex = &fields["sex"];
    assert_eq!(sex["description"], in_language(&["Sex", "Sexo", "Geschlecht"], code));
    assert_eq!(sex["choices"], json!(["male", "female", "other"]), "values are not translated");
    let status = &fields["acme.status"];
    assert_eq!(status["description"], in_language(&["Tax status", "Situación fiscal", "Tax status"], code));
    assert_eq!(status["choices"], json!(["resident", "non-resident"]));

    server.put(&token).json(&json!({ "type": "sep6-high", "first_name": "Ada" })).send().id();
    let high = asking(server.get(&token).query("type", "sep6-high"), lang, accepted).send().customer();
    let message = high["message"].as_str().expect("a text");
    let begins = ["Your identity has to be verified by ", "Es necesario que ", "Ihre Identität muss von "];
    assert!(message.starts_with(in_language(&begins, code)), "{message}");
    assert!(message.ends_with(high["more_info_url"].as_str().expect("a link")), "{message}");
    assert!(message.contains(&format!("{PUBLIC_URL}/kyc-spa/")), "{message}");
}

#[rstest]
fn what_a_person_found_is_said_in_every_language(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (start(engine), token(account(1)));
    let key = server.operator_key();
    let ada = json!({ "first_name": "Ada", "sex": "female", "acme.status": "resident" });
    let id = server.put(&token).json(&ada).send().id();
    let decide = |decision: &Value| {
        let path = format!("/customers/{id}/decisions");
        assert_eq!(server.operate("POST", &path).token(&key).json(decision).send().status, 200);
    };
    let get = |code: &str| server.get(&token).query("lang", code).send().customer();

    assert_eq!(get("es")["message"], "Estamos comprobando los datos que nos ha facilitado. No tiene que hacer nada.");
    assert_eq!(get("de")["message"], "Ihre Angaben werden geprüft. Sie müssen nichts weiter tun.");

    let flaw = json!({ "first_name": { "status": "REJECTED", "error": "incomplete" } });
    decide(&json!({ "type": "sep6", "status": "NEEDS_INFO", "fields": flaw }));
    let error = |code: &str| get(code)["provided_fields"]["first_name"]["error"].take();
    assert_eq!(error("en"), "A part of it is missing. Please give all of it.");
    assert_eq!(error("es"), "Falta una parte. Facilítelo completo, por favor.");
    assert_eq!(error("de"), "Ein Teil davon fehlt. Bitte geben Sie es vollständig an.");

    decide(&json!({ "type": "sep6", "status": "REJECTED", "message": "not_eligible" }));
    assert_eq!(get("es")["message"], "No cumple las condiciones de este servicio.");
    assert_eq!(get("de")["message"], "Sie erfüllen die Bedingungen dieses Dienstes nicht.");
}

#[rstest]
#[case::by_the_header("header")]
#[case::in_json("json")]
#[case::in_json_after_the_value("json after")]
#[case::in_a_form("form")]
#[case::in_a_multipart_body("multipart")]
fn a_refused_value_is_explained_in_the_language_asked_for(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] place: &str,
) {
    let (server, token) = (start(engine), token(account(1)));
    let put = server.put(&token);
    let call = match place {
        "header" => put.header("accept-language", "es-AR").json(&json!({ "sex": "femenino" })),
        "json" => put.body("application/json", r#"{"lang":"es","sex":"femenino"}"#),
        "json after" => put.body("application/json", r#"{"sex":"femenino","lang":"es-MX"}"#),
        "form" => put.form(&[("sex", "femenino"), ("lang", "es")]),
        _ => put.multipart([Part::text("lang", "es"), Part::text("sex", "femenino")]),
    };

    let answer = call.send();

    assert_eq!(answer.header("content-language"), Some("es"));
    assert_eq!(answer.refusal(400), "'sex' debe ser uno de estos valores: male, female, other");
}

#[rstest]
fn a_refused_file_is_explained_in_the_language_asked_for(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let send = |content: &[u8]| {
        let file = Part::file("photo_id_front", "image/png", content);
        server.put(&token).multipart([Part::text("lang", "de"), file]).send()
    };

    for (content, words) in [(&b"this is no picture at all"[..], "jpg, png oder pdf"), (b"", "eine Datei mit Inhalt")] {
        let refusal = send(content).refusal(400);
        assert!(refusal.starts_with("'photo_id_front' ") && refusal.contains(words), "{refusal}");
    }
}

/// What only the makers of a wallet can put right is for them, and their logs.
#[rstest]
fn a_malformed_request_is_refused_in_english(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));

    let answer = server.put(&token).header("accept-language", "de").body("application/json", "[]").send();

    assert_eq!(answer.header("content-language"), None);
    assert_eq!(answer.refusal(400), "the body must be one JSON object");
}

/// INP-21.
#[rstest]
#[case::path(json!("../../etc"))]
#[case::markup(json!("<script>"))]
#[case::long(json!("x".repeat(10 * 1024)))]
#[case::control_characters(json!("de\r\n\u{1b}[31m"))]
#[case::empty(json!(""))]
#[case::a_number(json!(49))]
#[case::nothing(json!(null))]
fn no_language_of_a_put_is_a_reason_to_refuse_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] lang: Value,
) {
    let (server, token) = (Server::start(engine), token(account(1)));

    let id = server.put(&token).json(&json!({ "lang": lang, "first_name": "Ada" })).send().id();

    assert_eq!(server.fields(&id), json!({ "first_name": { "value": "Ada" } }));
    let refused = server.put(&token).json(&json!({ "lang": lang, "birth_date": "soon" })).send().refusal(400);
    assert_eq!(refused, "'birth_date' must be a date like 1976-07-04");
}

/// A callback speaks the language of the last PUT that asked for one.
#[rstest]
fn a_callback_speaks_the_language_of_the_customer(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (start(engine), token(account(1)));
    let key = server.operator_key();
    let receiver = Receiver::start();
    let id = server.put(&token).json(&json!({ "lang": "de" })).send().id();
    let url = json!({ "url": receiver.url() });
    assert_eq!(server.call("PUT", "/customer/callback").token(&token).json(&url).send().status, 200);

    // Neither a PUT that says nothing of languages nor anybody's GET changes it.
    let ada = json!({ "first_name": "Ada", "sex": "female", "acme.status": "resident" });
    server.put(&token).json(&ada).send().id();
    server.get(&token).query("lang", "es").send().customer();
    let callback = receiver.next();
    assert_eq!(callback.status(), "PROCESSING");
    assert_eq!(callback.body()["message"], "Ihre Angaben werden geprüft. Sie müssen nichts weiter tun.");
    assert_eq!(callback.body(), server.get(&token).query("lang", "de").send().customer());

    let customers = || server.installation.dump().into_iter().filter(|row| row.starts_with("payment_targets"));
    let before: Vec<_> = customers().collect();
    server.put(&token).json(&ada).send().id();
    server.put(&token).header("accept-language", "fr, de;q=0.5").json(&ada).send().id();
    assert!(!before.is_empty() && customers().eq(before), "it is that language already");
    server.put(&token).json(&json!({ "lang": "es" })).send().id();
    let rejection = json!({ "type": "sep6", "status": "REJECTED", "message": "not_accepted" });
    let path = format!("/customers/{id}/decisions");
    assert_eq!(server.operate("POST", &path).token(&key).json(&rejection).send().status, 200);
    assert_eq!(receiver.next().body()["message"], "No podemos aceptarle como cliente.");
}
