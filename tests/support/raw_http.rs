//! HTTP/1.1 over a bare socket, for requests that no client library would send.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Long enough for any answer; a test that waits for it has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// One answer, as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON, checked to have the form of every refusal when it is one.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        let json: serde_json::Value = serde_json::from_slice(&self.body).expect("the body is JSON");
        if self.status >= 400 {
            let members = json.as_object().expect("an object");
            let error = members.get("error").and_then(|error| error.as_str()).expect("a text");
            assert_eq!(members.len(), 1, "one key: {json}");
            assert!(error.chars().count() <= 300 && !error.is_empty());
            assert_eq!(self.header("cache-control"), Some("no-store"));
        }
        json
    }
}

/// A connection on which anything can be sent.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Self {
        Self::on(TcpStream::connect(address).expect("the server listens"))
    }

    /// Takes a connection that was opened elsewhere.
    pub(crate) fn on(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        stream.set_write_timeout(Some(PATIENCE)).expect("a timeout can be set");
        Self(BufReader::new(stream))
    }

    /// Sends bytes; false once the other side takes no more.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.get_mut().write_all(bytes.as_ref()).is_ok()
    }

    /// Reads one answer; `None` when the connection closes without one.
    pub(crate) fn answer(&mut self) -> Option<Answer> {
        let mut answer = self.head()?;
        let length = answer.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        answer.body.resize(length, 0);
        self.0.read_exact(&mut answer.body).expect("the announced body");
        Some(answer)
    }

    /// Reads an answer without a body.
    pub(crate) fn head(&mut self) -> Option<Answer> {
        let status_line = self.line()?;
        let status = status_line.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status line");
        let mut headers = Vec::new();
        loop {
            let line = self.line().expect("an end of the header");
            match line.split_once(": ") {
                Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
                None => return Some(Answer { status, headers, body: Vec::new() }),
            }
        }
    }

    /// Waits until the server closes; false if something else comes first.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.line().is_none()
    }

    /// Reads to the end of the connection and counts the bytes.
    pub(crate) fn rest(&mut self) -> usize {
        let mut bytes = Vec::new();
        // A reset is an end, too.
        let _ = self.0.read_to_end(&mut bytes);
        bytes.len()
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.0.read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => Some(line.trim_end().to_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => None,
            Err(error) => panic!("no answer: {error}"),
        }
    }
}

/// Sends bytes on a connection of their own and reads the answer.
#[track_caller]
pub(crate) fn exchange(address: SocketAddr, bytes: impl AsRef<[u8]>) -> Answer {
    let mut connection = Connection::open(address);
    connection.send(bytes);
    connection.answer().expect("an answer")
}

/// Writes a request with a body and an honest length.
pub(crate) fn request(method_and_path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("{method_and_path} HTTP/1.1\r\nhost: kyc.example.com\r\ncontent-length: {length}\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}
