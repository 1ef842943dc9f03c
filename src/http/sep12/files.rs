//! `POST` and `GET /customer/files`, which this server does not offer.

use crate::http::ApiError;
use crate::http::session::Sep10Session;

/// Answers 501, after the token check.
pub(in crate::http) async fn files(_: Sep10Session) -> ApiError {
    ApiError::NotImplemented("/customer/files")
}
