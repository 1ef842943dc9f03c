//! What the inner modules refuse, as the edge answers it.

use std::time::Duration;

use super::ApiError;
use super::forms::ForeignForm;
use super::pages::PageError;
use crate::domain::session::NamingError;
use crate::domain::submission::SubmissionError;
use crate::integration::review::ReviewError;
use crate::integration::{IntegrationError, wrong_code};
use crate::store::{PostError, StoreError};

/// When to come back while the database is busy.
const RETRY_AFTER: Duration = Duration::from_secs(2);

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) => Self::Unavailable { retry_after: RETRY_AFTER, cause: Some(error.into()) },
            StoreError::Database(_) | StoreError::Vault(_) | StoreError::Corrupt { .. } => Self::internal(error),
        }
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) => Self::Busy { retry_after: RETRY_AFTER },
            StoreError::Database(_) | StoreError::Vault(_) | StoreError::Corrupt { .. } => Self::internal(error),
        }
    }
}

impl From<ForeignForm> for PageError {
    fn from(ForeignForm: ForeignForm) -> Self {
        Self::FormExpired
    }
}

impl From<ForeignForm> for ApiError {
    fn from(ForeignForm: ForeignForm) -> Self {
        Self::Forbidden("this form is too old, or no page of this server sent it: open the page again".into())
    }
}

impl From<PostError> for ApiError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Full { retry_after } => Self::TooManyFiles { retry_after },
            PostError::Store(error) => error.into(),
        }
    }
}

impl From<NamingError> for ApiError {
    fn from(error: NamingError) -> Self {
        match error {
            NamingError::Account | NamingError::Memo(_) | NamingError::Contradiction => {
                Self::bad_request(error.to_string())
            }
            NamingError::Forbidden => Self::Forbidden(error.to_string().into()),
            NamingError::UnknownId => Self::NotFound,
        }
    }
}

impl From<SubmissionError> for ApiError {
    fn from(error: SubmissionError) -> Self {
        Self::bad_request(error)
    }
}

impl From<ReviewError> for ApiError {
    fn from(error: ReviewError) -> Self {
        match error {
            ReviewError::NotFound => Self::NotFound,
            ReviewError::Invalid(message) => Self::bad_request(message),
            ReviewError::Conflict(message) => Self::Conflict(message.into()),
            ReviewError::Store(error) => error.into(),
        }
    }
}

impl From<IntegrationError> for ApiError {
    fn from(error: IntegrationError) -> Self {
        match error {
            IntegrationError::NotFound => Self::NotFound,
            IntegrationError::Forbidden => Self::Forbidden(error.to_string().into()),
            IntegrationError::Invalid(message) => Self::bad_request(message),
            IntegrationError::WrongCode(field) => Self::bad_request(wrong_code(&field)),
            IntegrationError::Changed => Self::Conflict(error.to_string().into()),
            IntegrationError::NotImplemented(what) => Self::NotImplemented(what),
            IntegrationError::Store(error) => error.into(),
            IntegrationError::Failed(cause) => Self::Internal(cause),
        }
    }
}
