//! A mail server: it speaks SMTP over TCP, takes mails or does what it is told to, and remembers what it got.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver as Queue, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use data_encoding::BASE64;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Longer than any mail takes that comes at all, even after a lease that ran out.
const PATIENCE: Duration = Duration::from_mins(2);

/// What the server does with the next mail.
pub(crate) enum Manners {
    /// Refuses the recipient.
    Refuse(u16),
    /// Takes the mail and hangs up without saying so.
    HangUp,
    /// Takes it, but not before this ends.
    After(Queue<()>),
}

/// How a conversation is kept secret.
#[derive(Clone)]
pub(crate) enum Secrecy {
    /// Not at all.
    None,
    /// By `STARTTLS`.
    StartTls(Arc<ServerConfig>),
    /// From the first byte.
    Implicit(Arc<ServerConfig>),
}

impl Secrecy {
    /// What a server with this certificate and key does.
    pub(crate) fn certificate(pem: &[u8]) -> Arc<ServerConfig> {
        let certificate = CertificateDer::from_pem_slice(pem).expect("a certificate");
        let key = PrivateKeyDer::from_pem_slice(pem).expect("a key");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.expect("versions").with_no_client_auth();
        Arc::new(builder.with_single_cert(vec![certificate], key).expect("a key of the certificate"))
    }
}

/// A mail that came.
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) text: String,
    /// Whether it came by TLS.
    pub(crate) secret: bool,
    /// User and password.
    pub(crate) login: Option<(String, String)>,
}

impl Mail {
    /// The value of a header.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let start = format!("{name}: ");
        let line = self.text.lines().find_map(|line| line.strip_prefix(&start));
        line.unwrap_or_else(|| panic!("no {name}: {}", self.text))
    }

    /// What stands below the headers.
    pub(crate) fn body(&self) -> &str {
        self.text.split_once("\r\n\r\n").expect("a body").1
    }

    /// The six digits with which it begins.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        let code = self.body()[..6].to_owned();
        assert!(code.bytes().all(|byte| byte.is_ascii_digit()), "{}", self.text);
        code
    }
}

/// The server.
pub(crate) struct Mailbox {
    pub(crate) port: u16,
    manners: Arc<Mutex<VecDeque<Manners>>>,
    arrivals: Queue<Mail>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Mailbox {
    pub(crate) fn start() -> Self {
        Self::start_with(Secrecy::None)
    }

    pub(crate) fn start_with(secrecy: Secrecy) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, arrivals) = channel();
        let mailbox = Self { port, manners: Arc::default(), arrivals, heard: Arc::default() };
        let (manners, heard) = (Arc::clone(&mailbox.manners), Arc::clone(&mailbox.heard));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (manners, heard) = (Arc::clone(&manners), Arc::clone(&heard));
                let (sender, secrecy) = (sender.clone(), secrecy.clone());
                // Whoever hangs up ends the conversation.
                thread::spawn(move || Conversation::begin(stream, secrecy, manners, heard, sender)?.go_on());
            }
        });
        mailbox
    }

    /// What is done with the next mails, one after the other.
    pub(crate) fn will(&self, manners: impl IntoIterator<Item = Manners>) {
        self.manners.lock().expect("no thread panicked").extend(manners);
    }

    /// Forgets what it was told to do.
    pub(crate) fn behave(&self) {
        self.manners.lock().expect("no thread panicked").clear();
    }

    /// Waits for the next mail.
    #[track_caller]
    pub(crate) fn next(&self) -> Mail {
        self.arrivals.recv_timeout(PATIENCE).expect("a mail")
    }

    /// Gives the next mail, if it came already.
    pub(crate) fn came(&self) -> Option<Mail> {
        self.arrivals.try_recv().ok()
    }

    /// Every line that was said to it.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("no thread panicked").clone()
    }
}

trait Wire: Read + Write + Send {}
impl<T: Read + Write + Send> Wire for T {}

struct Conversation {
    tcp: TcpStream,
    wire: Box<dyn Wire>,
    secrecy: Secrecy,
    secret: bool,
    login: Option<(String, String)>,
    manners: Arc<Mutex<VecDeque<Manners>>>,
    heard: Arc<Mutex<Vec<String>>>,
    arrived: Sender<Mail>,
}

impl Conversation {
    fn begin(
        tcp: TcpStream,
        secrecy: Secrecy,
        manners: Arc<Mutex<VecDeque<Manners>>>,
        heard: Arc<Mutex<Vec<String>>>,
        arrived: Sender<Mail>,
    ) -> Option<Self> {
        let wire = Box::new(tcp.try_clone().ok()?);
        let mut conversation = Self { tcp, wire, secrecy, secret: false, login: None, manners, heard, arrived };
        if let Secrecy::Implicit(config) = conversation.secrecy.clone() {
            conversation.encrypt(config)?;
        }
        Some(conversation)
    }

    fn encrypt(&mut self, config: Arc<ServerConfig>) -> Option<()> {
        let tls = ServerConnection::new(config).expect("a connection");
        self.wire = Box::new(StreamOwned::new(tls, self.tcp.try_clone().ok()?));
        self.secret = true;
        Some(())
    }

    fn say(&mut self, line: &str) -> Option<()> {
        self.wire.write_all(format!("{line}\r\n").as_bytes()).ok()?;
        self.wire.flush().ok()
    }

    fn hear(&mut self) -> Option<String> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            let mut byte = [0];
            self.wire.read_exact(&mut byte).ok()?;
            line.push(byte[0]);
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        self.heard.lock().expect("no thread panicked").push(line.clone());
        Some(line)
    }

    fn go_on(&mut self) -> Option<()> {
        self.say("220 mailbox.example ESMTP")?;
        let (mut from, mut to) = (String::new(), String::new());
        let mut manners = None;
        loop {
            let line = self.hear()?;
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.greet()?,
                "STARTTLS" => {
                    self.say("220 go ahead")?;
                    let Secrecy::StartTls(config) = self.secrecy.clone() else { return None };
                    self.encrypt(config)?;
                }
                "AUTH" => {
                    self.login = log_in(rest);
                    self.say("235 welcome")?;
                }
                "MAIL" => {
                    from = address(rest);
                    self.say("250 ok")?;
                }
                "RCPT" => {
                    to = address(rest);
                    manners = self.manners.lock().expect("no thread panicked").pop_front();
                    match manners {
                        Some(Manners::Refuse(status)) => self.say(&format!("{status} {to} is not known here"))?,
                        _ => self.say("250 ok")?,
                    }
                }
                "DATA" => {
                    self.say("354 go on")?;
                    let text = self.hear_mail()?;
                    let (from, to, login) = (from.clone(), to.clone(), self.login.clone());
                    // The test may be over.
                    let _ = self.arrived.send(Mail { from, to, text, secret: self.secret, login });
                    match manners.take() {
                        Some(Manners::HangUp) => return None,
                        Some(Manners::After(end)) => drop(end.recv()),
                        _ => {}
                    }
                    self.say("250 taken")?;
                }
                "QUIT" => return self.say("221 bye"),
                _ => self.say("250 ok")?,
            }
        }
    }

    fn greet(&mut self) -> Option<()> {
        if matches!(self.secrecy, Secrecy::StartTls(_)) && !self.secret {
            self.say("250-mailbox.example")?;
            self.say("250 STARTTLS")
        } else {
            self.say("250-mailbox.example")?;
            self.say("250-8BITMIME")?;
            self.say("250 AUTH PLAIN")
        }
    }

    fn hear_mail(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.hear()?.as_str() {
                "." => return Some(text),
                line => text.extend([line.strip_prefix('.').unwrap_or(line), "\r\n"]),
            }
        }
    }
}

fn address(rest: &str) -> String {
    rest.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or_else(String::new, |(text, _)| text.to_owned())
}

fn log_in(rest: &str) -> Option<(String, String)> {
    let plain = BASE64.decode(rest.strip_prefix("PLAIN ")?.as_bytes()).ok()?;
    let plain = String::from_utf8(plain).ok()?;
    let mut parts = plain.split('\0').skip(1).map(str::to_owned);
    Some((parts.next()?, parts.next()?))
}
