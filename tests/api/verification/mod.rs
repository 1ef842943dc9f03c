//! Codes that verify addresses and numbers (VER), from the PUT to a mail server and a gateway of the tests' own.

mod codes;
mod guesses;
mod limits;
mod senders;
mod standing;

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::Call;
use crate::database::Engine;
use crate::mailbox::{Mail, Mailbox};
use crate::receiver::Receiver;
use crate::server::{Server, account, token};
use crate::waiting::until;

const EMAIL: &str = "ada@example.com";
const NUMBER: &str = "+4915123456789";

/// A server that verifies, with the ends of its senders.
struct Setting {
    server: Server,
    mailbox: Mailbox,
    gateway: Receiver,
    _secrets: TempDir,
}

impl Setting {
    fn start(engine: Engine) -> Self {
        Self::sending_to(engine, None)
    }

    /// Types: `sep6`, the default, verifies an address and a number that may be left out; `plain` verifies nothing;
    /// `reviewed` verifies the address and lets people decide.
    fn sending_to(engine: Engine, port: Option<u16>) -> Self {
        let (mailbox, gateway) = (Mailbox::start(), Receiver::start());
        let secrets = tempfile::tempdir().expect("a folder");
        let secret = |name: &str, secret: &str| {
            let path = secrets.path().join(name);
            fs::write(&path, secret).expect("a file");
            path
        };
        let mut email = json!({
            "kind": "smtp", "host": "127.0.0.1", "port": mailbox.port, "tls": "none",
            "from": "Example Anchor <kyc@anchor.example.com>",
            "user": "kycd", "password_file": secret("smtp", "of the mail server"),
        });
        if let Some(port) = port {
            email["port"] = port.into();
        }
        let token = secret("gateway", "token-of-the-gateway");
        let phone = json!({ "kind": "gateway", "url": gateway.url(), "token_file": token });
        let types = json!({
            "sep6": {
                "fields": ["first_name", "email_address"], "optional_fields": ["mobile_number"],
                "verify": ["email_address", "mobile_number"],
            },
            "plain": { "fields": ["first_name", "email_address"] },
            "reviewed": { "fields": ["email_address"], "verify": ["email_address"], "decision": "review" },
        });
        let sections = json!({ "customer_types": types, "verification": { "email": email, "phone": phone } });
        Self { server: Server::start_with(engine, sections), mailbox, gateway, _secrets: secrets }
    }

    fn customer(&self, memo: u64) -> Customer<'_> {
        Customer { setting: self, token: token(format!("{}:{memo}", account(1))) }
    }

    /// Waits until every code that was to be sent was sent, and that is known.
    #[track_caller]
    fn settle(&self) {
        self.wait_for("SELECT topic FROM outbox WHERE kind = 'code' AND (state = 'waiting' OR lease IS NOT NULL)", &[]);
    }

    /// Waits until a query gives these texts.
    #[track_caller]
    fn wait_for(&self, sql: &'static str, expected: &[&str]) {
        until(&format!("{expected:?}"), || self.texts(sql) == expected);
    }

    fn texts(&self, sql: &'static str) -> Vec<String> {
        self.server.block_on(self.server.installation.rows().texts(sql))
    }

    /// Lets the next attempt to send be due.
    fn age_messages(&self) {
        assert!(self.server.execute("UPDATE outbox SET due_at = 0 WHERE kind = 'code' AND state = 'waiting'") > 0);
    }

    /// Lets ten minutes pass since the codes arrived.
    fn age_codes(&self) {
        assert!(self.server.execute("UPDATE codes SET arrived_at = arrived_at - 600000000") > 0);
    }

    /// Lets a minute pass since codes were asked for.
    fn age_requests(&self) {
        assert!(self.server.execute("UPDATE code_budgets SET since = since - 60000000") > 0);
    }

    /// Waits for a mail that is known to have arrived.
    #[track_caller]
    fn mail(&self) -> Mail {
        let mail = self.mailbox.next();
        self.settle();
        mail
    }

    /// Waits for what the gateway gets, and gives its code.
    #[track_caller]
    fn message(&self) -> String {
        let body = self.gateway.next().body();
        self.settle();
        body["code"].as_str().expect("a code").to_owned()
    }
}

/// A wallet's customer.
struct Customer<'a> {
    setting: &'a Setting,
    token: String,
}

impl<'a> Customer<'a> {
    /// `PUT /customer`.
    fn put(&self, body: &Value) -> Call<'a> {
        self.setting.server.put(&self.token).json(body)
    }

    /// Gives what `sep6` asks for.
    #[track_caller]
    fn register(&self) -> String {
        self.put(&json!({ "first_name": "Ada", "email_address": EMAIL })).send().id()
    }

    /// Brings a code for a field, which is counted.
    fn bring(&self, field: &str, code: &str) -> Call<'a> {
        self.put(&json!({ format!("{field}_verification"): code })).while_changing(&["codes"])
    }

    fn get(&self, customer_type: &str) -> Value {
        self.setting.server.get(&self.token).query("type", customer_type).send().customer()
    }

    /// How the customer stands for `sep6`, and how the field does.
    fn standing(&self, field: &str) -> (String, String) {
        let answer = self.get("sep6");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        (text(&answer["status"]), text(&answer["provided_fields"][field]["status"]))
    }
}

/// A code that is not this one.
fn wrong(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

fn waits() -> (String, String) {
    ("NEEDS_INFO".to_owned(), "VERIFICATION_REQUIRED".to_owned())
}

fn accepted() -> (String, String) {
    ("ACCEPTED".to_owned(), "ACCEPTED".to_owned())
}
