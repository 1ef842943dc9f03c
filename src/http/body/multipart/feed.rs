//! What `multer` is fed with: bounded, so that it cannot buffer more than a part's header needs.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;
use parking_lot::Mutex;

use super::super::super::ApiError;
use super::super::source::Source;

/// How much may be read while looking for a part's header: the header itself, and the bytes that came with it.
const HEADER_BYTES: usize = 32 * 1024;
/// The largest piece given to the parser at once; it keeps at most one of them.
const PIECE_BYTES: usize = 16 * 1024;

/// A body, shared between the parser, which reads it, and us, who say for what.
///
/// The parser takes everything that is ready, and searches its whole buffer for the end of a header at every chunk:
/// without an allowance a header of 32 MiB would be buffered and searched a thousand times.
#[derive(Clone)]
pub(super) struct Feed(Arc<Mutex<State>>);

struct State {
    source: Source,
    piece: Bytes,
    /// A piece was just given: let the parser work before it asks again.
    given: bool,
    allowance: usize,
}

impl Feed {
    pub(super) fn new(source: Source) -> Self {
        Self(Arc::new(Mutex::new(State { source, piece: Bytes::new(), given: false, allowance: HEADER_BYTES })))
    }

    /// Allows as much as a header needs, from here on.
    pub(super) fn expect_header(&self) {
        self.with(|state| state.allowance = HEADER_BYTES);
    }

    /// Allows any amount: the content of a part is counted by who reads it.
    pub(super) fn expect_content(&self) {
        self.with(|state| state.allowance = usize::MAX);
    }

    /// Reads past what follows the last boundary, which may not be much.
    pub(super) async fn finish(&self) -> Result<(), ApiError> {
        self.expect_header();
        while poll_fn(|cx| self.with(|state| state.poll_piece(cx))).await.transpose()?.is_some() {}
        Ok(())
    }

    /// The lock is held for one poll, by one task; a panic in it ends the request.
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock())
    }
}

impl Stream for Feed {
    type Item = Result<Bytes, ApiError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.with(|state| {
            if std::mem::take(&mut state.given) {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            let piece = ready!(state.poll_piece(cx));
            state.given = piece.is_some();
            Poll::Ready(piece)
        })
    }
}

impl State {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, ApiError>>> {
        if self.piece.is_empty() {
            match ready!(self.source.poll_chunk(cx)) {
                Some(Ok(chunk)) => self.piece = chunk,
                end => return Poll::Ready(end),
            }
        }
        let piece = self.piece.split_to(self.piece.len().min(PIECE_BYTES));
        let allowed = self.allowance.checked_sub(piece.len());
        self.allowance = allowed.unwrap_or_default();
        let too_much = || ApiError::bad_request("a multipart header, or what stands around the parts, is too long");
        Poll::Ready(Some(allowed.map(|_| piece).ok_or_else(too_much)))
    }
}
