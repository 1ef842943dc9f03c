//! Request bodies that have to keep coming.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

/// The least speed of a body: `bytes` within each `window` spent waiting for the client.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How much has to arrive.
    pub bytes: usize,
    /// In how much waiting. Time that we spend on what has arrived does not count.
    pub window: Duration,
}

/// The body came more slowly than [`Pace`] allows.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub(crate) struct TooSlow;

/// A body that fails with [`TooSlow`]: a client that drips a byte now and then gives its connection back.
pub(super) struct Paced {
    body: Incoming,
    pace: Pace,
    received: usize,
    waited: Duration,
    waiting_since: Option<Instant>,
    alarm: Pin<Box<Sleep>>,
}

impl Paced {
    pub(super) fn new(body: Incoming, pace: Pace) -> Self {
        let alarm = Box::pin(sleep_until(Instant::now() + pace.window));
        Self { body, pace, received: 0, waited: Duration::ZERO, waiting_since: None, alarm }
    }

    fn note_arrival(&mut self, bytes: usize) {
        if let Some(since) = self.waiting_since.take() {
            self.waited += since.elapsed();
        }
        self.received += bytes;
        if self.received >= self.pace.bytes {
            self.received = 0;
            self.waited = Duration::ZERO;
        }
    }

    fn poll_alarm(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.waiting_since.is_none() {
            let now = Instant::now();
            self.waiting_since = Some(now);
            self.alarm.as_mut().reset(now + self.pace.window.saturating_sub(self.waited));
        }
        self.alarm.as_mut().poll(cx)
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.note_arrival(frame.data_ref().map_or(0, Bytes::len));
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => self.poll_alarm(cx).map(|()| Some(Err(TooSlow.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
