//! `PUT /customer/verification`, deprecated: codes that verify fields.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};

use crate::domain::pii::Pii;
use crate::domain::session::Naming;
use crate::domain::submission::RawValue;
use crate::http::session::Sep10Session;
use crate::http::{ApiError, body, language};
use crate::integration::{CustomerAnswer, CustomerIntegration, PutVerification};

/// The suffix that makes a field's name the name of its code.
const SUFFIX: &str = "_verification";

/// Answers [SEP-12's verification PUT](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#customer-put-verification).
pub(in crate::http) async fn put_verification(
    Sep10Session(session): Sep10Session,
    State(integration): State<Arc<dyn CustomerIntegration>>,
    request: Request,
) -> Result<Json<CustomerAnswer>, ApiError> {
    let mut id = None;
    let mut codes = std::collections::BTreeMap::new();
    for (name, value) in body::read_texts(request).await? {
        let RawValue::Text(text) = value else {
            return Err(ApiError::bad_request("'id' and codes must be text"));
        };
        if name == "id" {
            id = Some(text);
        } else if let Some(field) = name.strip_suffix(SUFFIX) {
            codes.insert(field.to_owned(), Pii::new(text));
        }
    }
    let selector = session.select(Naming { id: id.as_deref(), ..Naming::default() })?;
    let answer = integration
        .put_verification(&session, PutVerification { selector, codes, language: language::spoken() })
        .await?;
    answer.check().map_err(ApiError::internal)?;
    Ok(Json(answer))
}
