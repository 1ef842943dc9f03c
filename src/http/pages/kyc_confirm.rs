//! Shown at `/kyc-proof/{provider}` when the browser that returns is not the one that left (`confirm` binding).

use serde::Serialize;

use super::{Forms, Origin, Page, Subject};

/// Asks for one click before the code is exchanged: `POST /kyc-confirm` with `sealed` and `answer` = `yes` or `no`.
#[derive(Serialize)]
pub struct KycConfirm {
    /// Who asks, for which account.
    pub subject: Subject,
    /// The display name of the provider.
    pub provider: String,
    /// The sealed code and process.
    pub sealed: String,
    /// The token of the form.
    pub form_token: String,
    /// Where the answer leads in the end: the origin of `done_url`, if the provider has one.
    #[serde(skip)]
    pub origins: Vec<Origin>,
}

impl Page for KycConfirm {
    const TEMPLATE: &'static str = "kyc_confirm.html";
    const SHOWS_ITS_URL: bool = false;

    fn sample() -> Vec<Self> {
        vec![Self {
            subject: Subject::sample(),
            provider: "Example eID".to_owned(),
            sealed: "c2FtcGxlLXNlYWxlZC1jb2Rl".to_owned(),
            form_token: "c2FtcGxlLWZvcm0tdG9rZW4".to_owned(),
            origins: Vec::new(),
        }]
    }

    fn forms(&self) -> Forms<'_> {
        Forms::LeadTo(self.origins.iter().collect())
    }
}
