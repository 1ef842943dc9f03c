//! `POST /console/customers/{id}/reveal`: shows one value or picture of a customer, or saves another file, for a reason.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use data_encoding::BASE64;
use uuid::Uuid;

use super::customer_page::{CustomerPage, Names};
use super::draft::read_reason;
use super::refused::Refused;
use super::session::ConsoleSession;
use crate::domain::file::FileType;
use crate::http::ApiError;
use crate::http::forms::text;
use crate::http::operator::{file_answer, parse_id};
use crate::http::pages::{console, render};
use crate::http::segment::Segment;
use crate::http::state::AppState;
use crate::integration::review::{Content, Revealed};
use crate::store::FileRecord;

/// Takes `field` and `reason`.
pub(in crate::http) async fn post_console_reveal(
    session: ConsoleSession,
    State(state): State<AppState>,
    Segment(id): Segment,
    request: Request,
) -> Result<Response, Refused> {
    let values = session.read(request, state.store.vault()).await?;
    let (field, reason) = (text(&values, "field").unwrap_or_default(), read_reason(&values)?);
    let id = parse_id(&id)?;
    if field.is_empty() || reason.is_empty() {
        let mut page = CustomerPage::find(&state, &session, id).await?;
        page.choose(field);
        page.refuse(StatusCode::BAD_REQUEST, "Choose what you want to read, and say why.");
        return Ok(page.show());
    }
    let revealed = state.reviews.reveal(id, &session.name, field, &reason).await?;
    tracing::info!(operator = session.name, customer_id = %id, "a value was revealed");
    shown(&state, &session, id, revealed).await
}

/// Pictures are shown as values are, other files are saved.
async fn shown(state: &AppState, session: &ConsoleSession, id: Uuid, revealed: Revealed) -> Result<Response, Refused> {
    let page = |value: String, picture| console::Revealed {
        desk: session.desk(state.store.vault()),
        id: id.to_string(),
        label: Names(&state.requirements).of(&revealed.field),
        value,
        picture,
    };
    let file = match &revealed.content {
        Content::Value(value) => return Ok(render(&page(value.expose().clone(), None))),
        Content::File(file) => file,
    };
    let content = state.store.read_file(file.id).await?.ok_or(ApiError::NotFound)?;
    if !is_picture(file) {
        return Ok(file_answer(file.file_type, &content));
    }
    let encoded = BASE64.encode(&content);
    Ok(render(&page(String::new(), Some(format!("{};base64,{encoded}", file.file_type.content_type())))))
}

/// Whether a browser shows it without running anything.
fn is_picture(file: &FileRecord) -> bool {
    file.quarantine.is_none() && matches!(file.file_type, FileType::Jpeg | FileType::Png | FileType::Webp)
}
