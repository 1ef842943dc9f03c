//! The bytes of a body, counted.

use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, HttpBody};
use bytes::Bytes;

use super::super::ApiError;
use super::super::serve::TooSlow;
use crate::domain::causes::causes;
use crate::domain::language::Text;

/// A body whose chunks come as they arrive, until there are too many bytes.
pub(super) struct Source {
    body: Body,
    left: usize,
}

impl Source {
    pub(super) fn new(body: Body, limit: usize) -> Self {
        Self { body, left: limit }
    }

    /// The next bytes, at least one.
    pub(super) fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, ApiError>>> {
        loop {
            let Some(frame) = ready!(Pin::new(&mut self.body).poll_frame(cx)) else {
                return Poll::Ready(None);
            };
            // Trailers are read past.
            let chunk = frame.map(|frame| frame.into_data().unwrap_or_default());
            match chunk {
                Ok(chunk) if chunk.is_empty() => {}
                Ok(chunk) => {
                    let counted = self.left.checked_sub(chunk.len()).ok_or_else(too_large);
                    return Poll::Ready(Some(counted.map(|left| {
                        self.left = left;
                        chunk
                    })));
                }
                Err(error) => return Poll::Ready(Some(Err(broken(&error)))),
            }
        }
    }

    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, ApiError> {
        poll_fn(|cx| self.poll_chunk(cx)).await.transpose()
    }

    /// Reads everything into memory.
    pub(super) async fn collect(&mut self, limit: usize) -> Result<Vec<u8>, ApiError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if bytes.len() + chunk.len() > limit {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

pub(super) fn too_large() -> ApiError {
    ApiError::PayloadTooLarge(&Text {
        en: "the body is too large",
        es: "los datos enviados son demasiado grandes",
        de: "die gesendeten Daten sind zu groß",
    })
}

fn broken(error: &axum::Error) -> ApiError {
    if causes(error).any(<dyn Error>::is::<TooSlow>) {
        ApiError::RequestTimeout
    } else {
        ApiError::bad_request("the body broke off")
    }
}
