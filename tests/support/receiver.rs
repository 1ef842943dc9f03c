//! A wallet's end of callbacks: a listener that answers what it is told to, and remembers what it got.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver as Queue, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// Longer than any callback takes that comes at all, even after a lease that ran out.
const PATIENCE: Duration = Duration::from_mins(2);

/// The header of a listener to which nothing is sent again before the test lets it.
pub(crate) const LATER: &str = "retry-after: 7200\r\n";

/// What the listener does with a request.
pub(crate) enum Reply {
    /// Answers with a status and more headers.
    Status(u16, &'static str),
    /// Takes the request and hangs up.
    HangUp,
    /// Answers 200, but not before this ends.
    After(Queue<()>),
}

/// A callback that came.
pub(crate) struct Received {
    pub(crate) request_line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Received {
    /// The one value of a header.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut values = self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let value = values.next().unwrap_or_else(|| panic!("no {name}: {:?}", self.headers));
        assert_eq!(values.next(), None, "{name} came twice");
        value
    }

    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }

    #[track_caller]
    pub(crate) fn status(&self) -> String {
        self.body()["status"].as_str().expect("a status").to_owned()
    }
}

/// The listener; it answers 200 unless it was told something else.
pub(crate) struct Receiver {
    port: u16,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    arrivals: Queue<Received>,
    count: Arc<AtomicUsize>,
    most_at_once: Arc<AtomicUsize>,
}

impl Receiver {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, arrivals) = channel();
        let receiver =
            Self { port, replies: Arc::default(), arrivals, count: Arc::default(), most_at_once: Arc::default() };
        let (replies, count) = (Arc::clone(&receiver.replies), Arc::clone(&receiver.count));
        let at_once = Arc::new((AtomicUsize::new(0), Arc::clone(&receiver.most_at_once)));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (replies, count, sender) = (Arc::clone(&replies), Arc::clone(&count), sender.clone());
                let at_once = Arc::clone(&at_once);
                thread::spawn(move || {
                    let (now, most) = &*at_once;
                    let mut stream = BufReader::new(stream);
                    let Some(request) = read(&mut stream) else { return };
                    count.fetch_add(1, Ordering::SeqCst);
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let reply = replies.lock().expect("no thread panicked").pop_front();
                    // The test may be over.
                    let _ = sender.send(request);
                    let answer = reply.unwrap_or(Reply::Status(200, "")).answer();
                    // Before the answer: whoever has it may send the next one.
                    now.fetch_sub(1, Ordering::SeqCst);
                    let _ = stream.get_mut().write_all(answer.as_bytes());
                });
            }
        });
        receiver
    }

    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}/cb?wallet=7", self.port)
    }

    /// The host as it is signed.
    pub(crate) fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// What is done with the next requests, one after the other.
    pub(crate) fn will(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().expect("no thread panicked").extend(replies);
    }

    /// Forgets what it was told to do.
    pub(crate) fn behave(&self) {
        self.replies.lock().expect("no thread panicked").clear();
    }

    /// Waits for the next callback.
    #[track_caller]
    pub(crate) fn next(&self) -> Received {
        self.arrivals.recv_timeout(PATIENCE).expect("a callback")
    }

    /// Gives the next callback, if it came already.
    pub(crate) fn came(&self) -> Option<Received> {
        self.arrivals.try_recv().ok()
    }

    /// How many came so far.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    /// How many there were at the same time, at most.
    pub(crate) fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }
}

impl Reply {
    /// Waits for its time, and gives what to send: nothing, if it hangs up.
    fn answer(self) -> String {
        let (status, headers) = match self {
            Self::Status(status, headers) => (status, headers),
            Self::HangUp => return String::new(),
            Self::After(end) => {
                let _ = end.recv();
                (200, "")
            }
        };
        format!("HTTP/1.1 {status} Whatever\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n")
    }
}

fn read(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let headers: Vec<_> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
        .collect();
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, value)| value.parse().unwrap_or(0));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Received { request_line: lines.remove(0), headers, text: String::from_utf8(body).ok()? })
}
