//! What `GET /customer` says of a customer in each state: the same on both engines, hence `allow_duplicates`.

use insta::{allow_duplicates, assert_json_snapshot};
use rstest::rstest;
use serde_json::{Value, json};

use crate::client::Part;
use crate::database::Engine;
use crate::samples;
use crate::server::{PUBLIC_URL, Server, account, token};

#[rstest]
fn nobody(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));

    allow_duplicates! {
        assert_json_snapshot!(server.get(&token).send().customer(), @r#"
        {
          "fields": {
            "email_address": {
              "description": "E-mail address",
              "type": "string"
            },
            "first_name": {
              "description": "Given name, as on the passport",
              "type": "string"
            },
            "last_name": {
              "description": "Family name, as on the passport",
              "type": "string"
            },
            "photo_id_front": {
              "description": "Image of the front of the photo ID or passport",
              "optional": true,
              "type": "binary"
            }
          },
          "status": "NEEDS_INFO"
        }
        "#);
    }
    assert_eq!(server.count("payment_targets"), 0);
}

#[rstest]
fn somebody_who_gave_a_part(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let id = server.put(&token).json(&json!({ "first_name": "Ada" })).send().id();

    allow_duplicates! {
        assert_json_snapshot!(redacted(server.get(&token).send().customer(), &id), @r#"
        {
          "fields": {
            "email_address": {
              "description": "E-mail address",
              "type": "string"
            },
            "last_name": {
              "description": "Family name, as on the passport",
              "type": "string"
            },
            "photo_id_front": {
              "description": "Image of the front of the photo ID or passport",
              "optional": true,
              "type": "binary"
            }
          },
          "id": "[id]",
          "provided_fields": {
            "first_name": {
              "description": "Given name, as on the passport",
              "status": "ACCEPTED",
              "type": "string"
            }
          },
          "status": "NEEDS_INFO"
        }
        "#);
    }
}

#[rstest]
fn somebody_who_gave_everything(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let parts = [
        Part::text("first_name", "Ada"),
        Part::text("last_name", "Lovelace"),
        Part::text("email_address", "ada@example.com"),
        Part::file("photo_id_front", "image/png", samples::png()),
    ];
    let id = server.put(&token).multipart(parts).send().id();

    allow_duplicates! {
        assert_json_snapshot!(redacted(server.get(&token).send().customer(), &id), @r#"
        {
          "id": "[id]",
          "provided_fields": {
            "email_address": {
              "description": "E-mail address",
              "status": "ACCEPTED",
              "type": "string"
            },
            "first_name": {
              "description": "Given name, as on the passport",
              "status": "ACCEPTED",
              "type": "string"
            },
            "last_name": {
              "description": "Family name, as on the passport",
              "status": "ACCEPTED",
              "type": "string"
            },
            "photo_id_front": {
              "description": "Image of the front of the photo ID or passport",
              "optional": true,
              "status": "ACCEPTED",
              "type": "binary"
            }
          },
          "status": "ACCEPTED"
        }
        "#);
    }
}

#[rstest]
fn somebody_who_gave_what_is_required(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    server.put(&token).json(&named()).send().id();

    let customer = server.get(&token).send().customer();

    assert_eq!(customer["status"], "ACCEPTED");
    assert_eq!(customer["fields"].as_object().expect("fields").keys().collect::<Vec<_>>(), ["photo_id_front"]);
    assert_eq!(customer["fields"]["photo_id_front"]["optional"], true);
}

#[rstest]
fn somebody_whose_proof_is_missing(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let id = server.put(&token).json(&named()).send().id();

    let customer = server.get(&token).query("type", "sep6-high").send().customer();

    let link = customer["more_info_url"].as_str().expect("a link").to_owned();
    assert!(customer["message"].as_str().expect("a message").ends_with(&link), "{customer}");
    let access_token = link
        .strip_prefix(&format!("{PUBLIC_URL}/kyc-spa/"))
        .and_then(|rest| rest.strip_suffix("?type=sep6-high"))
        .unwrap_or_else(|| panic!("{link}"));
    assert_eq!(access_token.len(), 52);
    allow_duplicates! {
        assert_json_snapshot!(redacted(customer, &id), @r#"
        {
          "fields": {
            "photo_id_front": {
              "description": "Image of the front of the photo ID or passport",
              "optional": true,
              "type": "binary"
            }
          },
          "id": "[id]",
          "message": "Your identity has to be verified by Sandbox. Continue here: [link]",
          "more_info_url": "[link]",
          "provided_fields": {
            "email_address": {
              "description": "E-mail address",
              "status": "ACCEPTED",
              "type": "string"
            },
            "first_name": {
              "description": "Given name, as on the passport",
              "status": "ACCEPTED",
              "type": "string"
            },
            "last_name": {
              "description": "Family name, as on the passport",
              "status": "ACCEPTED",
              "type": "string"
            }
          },
          "status": "NEEDS_INFO"
        }
        "#);
    }
    let page = server.call("GET", &link[PUBLIC_URL.len()..]).page().send();
    assert_eq!(page.status, 200);
}

#[rstest]
fn nobody_whose_proof_will_be_needed(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));

    let customer = server.get(&token).query("type", "sep6-high").send().customer();

    assert_eq!((customer.get("id"), customer.get("more_info_url")), (None, None));
    let message = customer["message"].as_str().expect("a message");
    assert_eq!(
        message,
        "Your identity has to be verified by Sandbox. Register first; the link to the verification follows."
    );
}

#[rstest]
fn types_are_answered_for_one_by_one(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    server.put(&token).json(&named()).send().id();

    let status =
        |customer_type: &str| server.get(&token).query("type", customer_type).send().customer()["status"].take();

    assert_eq!(status("sep6"), "ACCEPTED");
    assert_eq!(status("sep6-high"), "NEEDS_INFO");
    assert_eq!(status("given-family"), "ACCEPTED");
    assert_eq!(status("everything"), "ACCEPTED");
}

#[rstest]
fn another_server_says_the_same(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    server.put(&token).json(&named()).send().id();
    let replica = server.replica();

    let ask = |server: &Server| server.get(&token).query("type", "sep6-high").send().customer();

    assert_eq!(ask(&server), ask(&replica));
}

fn named() -> Value {
    json!({ "first_name": "Ada", "last_name": "Lovelace", "email_address": "ada@example.com" })
}

/// Puts words in place of what is different each time.
fn redacted(mut customer: Value, id: &str) -> Value {
    assert_eq!(customer["id"], id);
    customer["id"] = json!("[id]");
    if let Some(link) = customer["more_info_url"].as_str().map(str::to_owned) {
        customer["more_info_url"] = json!("[link]");
        customer["message"] = json!(customer["message"].as_str().expect("a message").replace(&link, "[link]"));
    }
    customer
}
