//! `POST /customer/files`: a file by itself, to be named by a PUT that is no multipart one.

use axum::Json;
use axum::extract::{Request, State};

use super::files::FileAnswer;
use crate::domain::file::{FileType, Inspected};
use crate::domain::session::Session;
use crate::http::body::{self, FileContent, FileSink};
use crate::http::session::Sep10Session;
use crate::http::uploads::Arrivals;
use crate::http::{ApiError, Query};
use crate::store::{FileQuota, FileUpload, PostedFile, Store};

/// The one part of the body.
const PART: &str = "file";

/// Answers [SEP-12's files POST](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#post-request).
pub(in crate::http) async fn post_files(
    Sep10Session(session): Sep10Session,
    State(store): State<Store>,
    State(quota): State<FileQuota>,
    request: Request,
) -> Result<Json<FileAnswer>, ApiError> {
    if !Query::parse(request.uri().query())?.is_empty() {
        return Err(ApiError::bad_request("a POST of a file has no parameters"));
    }
    // Before the body is read; once more, for sure, when the file is there.
    store.check_quota(session.account(), quota).await?;
    let mut file = OneFile { arrivals: Arrivals::new(&store), arrived: None };
    match file.post(request, &session, quota).await {
        Ok(posted) => {
            file.arrivals.keep();
            Ok(Json(posted.into()))
        }
        Err(refusal) => {
            file.arrivals.discard().await;
            Err(refusal)
        }
    }
}

struct OneFile {
    arrivals: Arrivals,
    arrived: Option<(FileUpload, Inspected)>,
}

impl OneFile {
    async fn post(&mut self, request: Request, session: &Session, quota: FileQuota) -> Result<PostedFile, ApiError> {
        body::read_file(request, PART, self).await?;
        let missing = || ApiError::bad_request(format!("'{PART}' must be a part of the body"));
        let (upload, inspected) = self.arrived.take().ok_or_else(missing)?;
        Ok(upload.post(inspected, session.key(), quota).await?)
    }
}

impl FileSink for OneFile {
    async fn store(&mut self, name: &str, content: &mut FileContent) -> Result<(), ApiError> {
        let arrived = self.arrivals.receive(&FileType::ALL, content).await;
        self.arrived = Some(arrived.map_err(|unfit| unfit.refuse(name, &FileType::ALL))?);
        Ok(())
    }
}
