//! A listener that counts its callers and gives them all the same answer.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// The listener.
pub(crate) struct Receiver {
    pub(crate) port: u16,
    /// Answers that may be given; as many as there are callers, unless a test holds them back.
    pub(crate) turns: Arc<Semaphore>,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
}

impl Receiver {
    /// Answers with a status line and headers, and an empty body.
    pub(crate) async fn start(head: &str) -> Self {
        Self::answering(format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n"), Semaphore::MAX_PERMITS).await
    }

    /// Answers with a body.
    pub(crate) async fn with_body(body: &str) -> Self {
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        Self::answering(answer, Semaphore::MAX_PERMITS).await
    }

    /// Answers as often as it gets turns.
    pub(crate) async fn held_back() -> Self {
        Self::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_owned(), 0).await
    }

    async fn answering(answer: String, turns: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let receiver = Self {
            port,
            turns: Arc::new(Semaphore::new(turns)),
            requests: Arc::default(),
            connections: Arc::default(),
        };
        let (turns, requests) = (Arc::clone(&receiver.turns), Arc::clone(&receiver.requests));
        let connections = Arc::clone(&receiver.connections);
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                *connections.lock().unwrap() += 1;
                let (turns, requests, answer) = (Arc::clone(&turns), Arc::clone(&requests), answer.clone());
                tokio::spawn(async move {
                    let mut head = vec![0; 4096];
                    let read = socket.read(&mut head).await.unwrap_or(0);
                    requests.lock().unwrap().push(String::from_utf8_lossy(&head[..read]).into_owned());
                    turns.acquire().await.unwrap().forget();
                    let _ = socket.write_all(answer.as_bytes()).await;
                });
            }
        });
        receiver
    }

    /// How often somebody connected.
    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    /// What was said, up to the first pause.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}
