//! The review console: operators sign in, look at customers and decide, in a browser without scripts; WEB-02, WEB-03,
//! WEB-05.

mod forms;
mod looking;
mod reviews;
mod sessions;
mod signing_in;

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::client::Call;
use crate::database::Engine;
use crate::raw_http::Answer;
use crate::server::{Server, account, token};

/// The cookie that names a session.
const SESSION: &str = "__Host-kycd-session";

/// A server whose type `sep6` is decided about by people, with an operator key.
struct Office {
    server: Server,
    key: String,
}

impl Office {
    fn open(engine: Engine) -> Self {
        let types = json!({ "sep6": {
            "fields": ["first_name", "last_name", "id_type"],
            "optional_fields": ["photo_id_front"],
            "choices": { "id_type": ["passport", "id_card"] },
            "decision": "review",
        } });
        let server = Server::start_with(engine, json!({ "customer_types": types }));
        let key = server.operator_key();
        Self { server, key }
    }

    /// Registers somebody who waits for a decision, and gives the id.
    fn waiting(&self, somebody: u8) -> String {
        let given = json!({ "first_name": "Ada", "last_name": "Lovelace", "id_type": "passport" });
        self.server.put(&token(account(somebody))).json(&given).send().id()
    }

    /// How somebody stands.
    fn status(&self, somebody: u8) -> String {
        let customer = self.server.get(&token(account(somebody))).send().customer();
        customer["status"].as_str().expect("a text").to_owned()
    }

    /// A browser in which nobody is signed in.
    fn window(&self) -> Window<'_> {
        Window { server: &self.server, cookies: BTreeMap::new() }
    }

    /// A browser in which the owner of the key is.
    #[track_caller]
    fn signed_in(&self) -> Window<'_> {
        let mut window = self.window();
        assert_eq!(window.sign_in(&self.key).status, 303);
        window
    }
}

/// A browser at the console. It keeps cookies and follows no redirect.
#[derive(Clone)]
struct Window<'a> {
    server: &'a Server,
    cookies: BTreeMap<String, String>,
}

impl<'a> Window<'a> {
    /// Begins a request.
    fn call(&self, method: &str, path: &str) -> Call<'a> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let call = self.server.operate(method, path).page();
        if cookies.is_empty() { call } else { call.header("cookie", &cookies.join("; ")) }
    }

    /// Begins what a form of a page of ours sends.
    fn form(&self, path: &str, fields: &[(&str, &str)]) -> Call<'a> {
        self.form_of("same-origin", path, fields)
    }

    /// Begins what a form of some page sends. A page may show again what was typed, which the client would not allow of
    /// fields that it knows.
    fn form_of(&self, site: &str, path: &str, fields: &[(&str, &str)]) -> Call<'a> {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let call = self.call("POST", path).header("sec-fetch-site", site);
        call.body("application/x-www-form-urlencoded", pairs.join("&"))
    }

    #[track_caller]
    fn get(&mut self, path: &str) -> Answer {
        self.keep(self.call("GET", path).send())
    }

    #[track_caller]
    fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.keep(self.form(path, fields).send())
    }

    /// Opens the console and posts a key.
    #[track_caller]
    fn sign_in(&mut self, key: &str) -> Answer {
        self.sign_in_to(key, "/console")
    }

    #[track_caller]
    fn sign_in_to(&mut self, key: &str, next: &str) -> Answer {
        // A browser in which somebody is signed in shows the form only where a link of another site led to.
        let asked = Window { server: self.server, cookies: BTreeMap::new() }.call("GET", "/console").send();
        let token = form_token(&self.keep(asked));
        self.post("/console/session", &[("form_token", &token), ("key", key), ("next", next)])
    }

    /// Posts a form of the customer's page, as it is there.
    #[track_caller]
    fn submit(&mut self, id: &str, form: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(&customer(id));
        let hidden = [("form_token", form_token(&page)), ("version", version(&page))];
        let hidden = hidden.iter().map(|(name, value)| (*name, value.as_str()));
        let fields: Vec<_> = hidden.chain(fields.iter().copied()).collect();
        self.post(&format!("{}/{form}", customer(id)), &fields)
    }

    #[track_caller]
    fn decide(&mut self, id: &str, status: &str, more: &[(&str, &str)]) -> Answer {
        self.submit(id, "decisions", &[&[("type", "sep6"), ("status", status)], more].concat())
    }

    #[track_caller]
    fn keep(&mut self, answer: Answer) -> Answer {
        for (name, value) in set_cookies(&answer) {
            if value.is_empty() {
                self.cookies.remove(&name);
            } else {
                self.cookies.insert(name, value);
            }
        }
        answer
    }

    /// The secret of the session.
    #[track_caller]
    fn session(&self) -> &str {
        &self.cookies[SESSION]
    }
}

/// The path of a customer's page.
fn customer(id: &str) -> String {
    format!("/console/customers/{id}")
}

fn set_cookies(answer: &Answer) -> Vec<(String, String)> {
    let lines = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    let pairs = lines.map(|(_, line)| line.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie"));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The token of the forms of a page.
#[track_caller]
fn form_token(page: &Answer) -> String {
    hidden(page, "form_token")
}

/// The version that a customer's page shows.
#[track_caller]
fn version(page: &Answer) -> String {
    hidden(page, "version")
}

#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let text = page.text();
    let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{text}"));
    rest.split('"').next().expect("split gives a first part").to_owned()
}
