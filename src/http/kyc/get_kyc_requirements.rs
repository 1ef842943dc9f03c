//! `GET /kyc-info/{access_token}`: what is asked of a payment target, for pages and programs that watch it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::header::{ETAG, IF_NONE_MATCH};
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::patience::Patience;
use crate::domain::language::{Language, Text};
use crate::http::language::spoken;
use crate::http::segment::Segment;
use crate::http::{ApiError, Query};
use crate::proof::{Offer, Proofs, Standing, TargetView, Watched};
use crate::store::AccessToken;

/// What is asked, in GNU Taler's shape.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct KycRequirements {
    requirements: Vec<Asked>,
    /// All of them have to be met.
    is_and_combinator: bool,
    /// There are none here.
    #[schema(value_type = Vec<String>)]
    voluntary_measures: [(); 0],
}

/// One thing that is asked.
#[derive(Serialize, ToSchema)]
struct Asked {
    form: Form,
    description: String,
    /// The same by language.
    #[schema(value_type = HashMap<String, String>)]
    description_i18n: Text<String>,
    /// The `{id}` of `/kyc-start/{id}`, for a provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
enum Form {
    /// A provider to go to.
    Link,
    /// A field to be given, on the page or by the wallet.
    Info,
}

/// Answers 200 with what is open, 202 while somebody is looking at it, 204 when nothing is open. With the `ETag` of an
/// earlier answer as `If-None-Match`, it waits until there is another one; if that takes too long, 304.
pub(in crate::http) async fn get_kyc_requirements(
    State(proofs): State<Arc<Proofs>>,
    Segment(token): Segment,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    extensions: Extensions,
) -> Result<Response, ApiError> {
    let query = Query::parse(query.as_deref())?;
    let patience = Patience::of(&query, &extensions)?;
    let unknown = || ApiError::Forbidden("the access token is unknown".into());
    let token = AccessToken::parse(&token).ok_or_else(unknown)?;
    let language = spoken();
    let etag = |watched: &Watched| etag(watched.version(), watched.standing, &watched.requirements, language);
    let is_news = |watched: &Watched| !is_known(&headers, &etag(watched));
    let watched = proofs.watch_linked(&token, query.get("type"), patience.end(), is_news).await?;
    let watched = watched.ok_or_else(unknown)?;
    let etag = etag(&watched);
    let answer = if is_known(&headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match watched.standing {
            Standing::Verified | Standing::Rejected => StatusCode::NO_CONTENT.into_response(),
            Standing::Waiting => (StatusCode::ACCEPTED, Json(info(Vec::new()))).into_response(),
            Standing::Open => {
                let view = proofs.view_watched(&watched, query.get("type")).await?.ok_or_else(unknown)?;
                Json(info(asked(&view, language))).into_response()
            }
        }
    };
    Ok(([(ETAG, etag)], answer).into_response())
}

/// The same as long as the answer is, but for links, which are made anew each time.
pub(super) fn etag(version: i64, standing: Standing, requirements: &str, language: Language) -> String {
    format!("\"{version}-{standing:?}-{}-{requirements}\"", language.code())
}

/// Tells whether the client has that answer ([RFC 9110 §13.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2)).
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let lines = headers.get_all(IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    let mut known = lines.flat_map(|line| line.split(',')).map(str::trim);
    known.any(|known| known == "*" || known.trim_start_matches("W/") == etag)
}

fn info(requirements: Vec<Asked>) -> KycRequirements {
    KycRequirements { requirements, is_and_combinator: true, voluntary_measures: [] }
}

fn asked(view: &TargetView, language: Language) -> Vec<Asked> {
    let fields = view.missing_fields().map(|asked| {
        let description = Text::of(|language| asked.field.description(language).into_owned());
        Asked {
            form: Form::Info,
            description: description.get(language).clone(),
            description_i18n: description,
            id: None,
        }
    });
    let link = |offer: &Offer| Asked {
        form: Form::Link,
        description: offer.display_name.clone(),
        description_i18n: Text::of(|_| offer.display_name.clone()),
        id: Some(offer.start_id.clone()),
    };
    fields.chain(view.offers.iter().map(link)).collect()
}
