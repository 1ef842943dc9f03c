//! Files as SEP-12 describes them to who reaches them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::clock::Timestamp;
use crate::store::PostedFile;

/// One file.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct FileAnswer {
    /// The id by which a PUT names it.
    file_id: String,
    /// The type, told by its content.
    content_type: &'static str,
    /// The size in bytes.
    size: i64,
    /// When it goes, unless a PUT names it before.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    /// The customer, once there is one.
    customer_id: Option<Uuid>,
}

impl From<PostedFile> for FileAnswer {
    fn from(file: PostedFile) -> Self {
        Self {
            file_id: file.id.to_string(),
            content_type: file.file_type.content_type(),
            size: file.size,
            expires_at: file.expires_at.map(Timestamp::rfc3339),
            customer_id: file.customer,
        }
    }
}
