//! A wallet that trusts nothing: it checks the form of every refusal, and that none changed a row.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::raw_http::{Answer, Connection};
use crate::server::Installation;
use crate::words::without_random;

const BOUNDARY: &str = "a-boundary-of-the-tests";

/// Words of the API's own, which a refusal may say even if they were sent.
const VOCABULARY: [&str; 9] =
    ["text", "hash", "account", "memo", "binary", "number", "ACCEPTED", "NEEDS_INFO", "REJECTED"];

/// How long a word must be not to be found in a token by chance.
const NOT_BY_CHANCE: usize = 12;

/// What an answer never shows of our inside.
const INSIDES: [&str; 9] =
    ["select ", "insert ", "update ", "sqlite", "postgres", "sqlx", "constraint", "panicked", ".rs"];

/// One request on its way.
pub(crate) struct Call<'a> {
    installation: &'a Installation,
    address: SocketAddr,
    method: String,
    path: String,
    query: Vec<String>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    values: Vec<String>,
    is_page: bool,
    changing: Vec<&'static str>,
}

/// A part of a multipart body.
pub(crate) struct Part {
    headers: String,
    content: Vec<u8>,
}

impl Part {
    /// A text field.
    pub(crate) fn text(name: &str, value: impl AsRef<[u8]>) -> Self {
        Self::with(&format!("Content-Disposition: form-data; name=\"{name}\""), value)
    }

    /// A file as browsers send one.
    pub(crate) fn file(name: &str, content_type: &str, content: impl AsRef<[u8]>) -> Self {
        let disposition = format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"photo\"");
        Self::with(&format!("{disposition}\r\nContent-Type: {content_type}"), content)
    }

    /// Anything.
    pub(crate) fn with(headers: &str, content: impl AsRef<[u8]>) -> Self {
        Self { headers: headers.to_owned(), content: content.as_ref().to_vec() }
    }
}

impl<'a> Call<'a> {
    pub(crate) fn new(installation: &'a Installation, address: SocketAddr, method: &str, path: &str) -> Self {
        Self {
            installation,
            address,
            method: method.to_owned(),
            path: path.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Vec::new(),
            values: Vec::new(),
            is_page: false,
            changing: Vec::new(),
        }
    }

    /// Adds `Authorization: Bearer`.
    pub(crate) fn token(mut self, token: &str) -> Self {
        self.values.push(token.to_owned());
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a query parameter.
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.values.push(value.to_owned());
        self.query.push(format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
        self
    }

    /// Adds to the query as it stands.
    pub(crate) fn raw_query(mut self, query: &str) -> Self {
        self.query.push(query.to_owned());
        self
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        collect_texts(body, &mut self.values);
        self.body("application/json", body.to_string())
    }

    /// Sends a form of these fields.
    pub(crate) fn form(mut self, fields: &[(&str, &str)]) -> Self {
        self.values.extend(fields.iter().map(|(_, value)| (*value).to_owned()));
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.body("application/x-www-form-urlencoded", pairs.join("&"))
    }

    pub(crate) fn multipart(mut self, parts: impl IntoIterator<Item = Part>) -> Self {
        let mut body = Vec::new();
        for part in parts {
            self.values.extend(String::from_utf8(part.content.clone()));
            body.extend_from_slice(format!("--{BOUNDARY}\r\n{}\r\n\r\n", part.headers).as_bytes());
            body.extend_from_slice(&part.content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.body(&format!("multipart/form-data; boundary={BOUNDARY}"), body)
    }

    /// Sends any bytes as any type.
    pub(crate) fn body(mut self, content_type: &str, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self.header("content-type", content_type)
    }

    /// Says that people read this route's answers: its refusals are HTML.
    pub(crate) fn page(mut self) -> Self {
        self.is_page = true;
        self
    }

    /// Says which tables may change meanwhile: a guess is counted, a worker works.
    pub(crate) fn while_changing(mut self, tables: &[&'static str]) -> Self {
        self.changing = tables.to_vec();
        self
    }

    /// Sends the request, reads the answer and checks it.
    #[track_caller]
    pub(crate) fn send(self) -> Answer {
        let bytes = self.bytes();
        let read = if self.method == "HEAD" { Connection::head } else { Connection::answer };
        self.checked(|address| {
            let mut connection = Connection::open(address);
            connection.send(&bytes);
            read(&mut connection).expect("an answer")
        })
    }

    /// Does what `exchange` does in place of sending, with all the checks.
    #[track_caller]
    pub(crate) fn checked(&self, exchange: impl FnOnce(SocketAddr) -> Answer) -> Answer {
        let traffic = &self.installation.traffic;
        let number = traffic.begun.fetch_add(1, Ordering::SeqCst);
        let was_alone = traffic.ended.load(Ordering::SeqCst) == number;
        let before = self.unchanging();
        let answer = exchange(self.address);
        let is_refusal = !(200..400).contains(&answer.status);
        if is_refusal {
            self.check_form(&answer);
        }
        if is_refusal && was_alone {
            let after = self.unchanging();
            // What another request did meanwhile is not to be told apart.
            if traffic.begun.load(Ordering::SeqCst) == number + 1 {
                assert_eq!(before, after, "a refused request changed a row: {}", answer.text());
            }
        }
        traffic.ended.fetch_add(1, Ordering::SeqCst);
        answer
    }

    /// Lists everything durable that should stay as it is.
    fn unchanging(&self) -> Vec<String> {
        let mut rows = self.installation.dump();
        let changes = |row: &str| self.changing.iter().any(|table| row.split('|').next() == Some(table));
        rows.retain(|row| !changes(row));
        rows
    }

    /// The head of the request, and its body.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query.join("&")) };
        let mut lines = vec![format!("{} {}{query} HTTP/1.1", self.method, self.path), "host: localhost".to_owned()];
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        let measured = self.headers.iter().any(|(name, _)| name == "content-length" || name == "transfer-encoding");
        if !self.body.is_empty() && !measured {
            lines.push(format!("content-length: {}", self.body.len()));
        }
        [lines.join("\r\n").as_bytes(), b"\r\n\r\n", &self.body].concat()
    }

    #[track_caller]
    fn check_form(&self, answer: &Answer) {
        let text = answer.text();
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{} {text}", answer.status);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{} {text}", answer.status);
        if self.method == "HEAD" {
            assert_eq!(text, "");
            return;
        }
        if self.is_page {
            assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{text}");
        } else {
            assert_eq!(answer.header("content-type"), Some("application/json"), "{text}");
            // Checks that there is one key, `error`, with a short text.
            answer.json();
        }
        // Pages carry tokens, in which a short word is found some day.
        let words = if self.is_page { without_random(&text) } else { text.clone() };
        for value in self.values.iter().filter(|value| value.len() > 3 && !VOCABULARY.contains(&value.as_str())) {
            // Of a long value the beginning gives it away: a refusal is cut.
            let beginning: String = value.chars().take(32).collect();
            let shown = if beginning.len() < NOT_BY_CHANCE { &words } else { &text };
            assert!(!shown.contains(&beginning), "the answer repeats {beginning}: {text}");
        }
        // Of a page it is a word of HTML.
        let lower = words.to_lowercase().replace("<select ", "");
        assert!(!INSIDES.iter().any(|inside| lower.contains(inside)), "{text}");
        // People are shown a form instead.
        let is_challenged = answer.status == 401 && !self.is_page;
        assert_eq!(is_challenged, answer.header("www-authenticate") == Some("Bearer"), "{text}");
        assert_eq!(answer.status == 405, answer.header("allow").is_some(), "{text}");
    }
}

impl Answer {
    /// The id in the answer to a PUT.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        assert_eq!(self.status, 202, "{}", self.text());
        let json = self.json();
        let members: &Map<_, _> = json.as_object().expect("an object");
        assert_eq!(members.len(), 1, "{json}");
        members["id"].as_str().expect("a text").to_owned()
    }

    /// The answer to a GET, as it should be.
    #[track_caller]
    pub(crate) fn customer(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// The text of a refusal of the given status.
    #[track_caller]
    pub(crate) fn refusal(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()["error"].as_str().expect("a text").to_owned()
    }
}

fn collect_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => texts.push(number.to_string()),
        Value::String(text) => texts.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| collect_texts(value, texts)),
        Value::Object(members) => members.values().for_each(|value| collect_texts(value, texts)),
    }
}
