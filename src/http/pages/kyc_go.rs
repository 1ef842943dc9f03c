//! `GET /kyc-go/{ticket}`: names the account before the browser leaves, and consumes nothing.

use serde::Serialize;

use super::{Forms, Origin, Page, Subject};

/// The last page before the provider: its POST consumes the ticket, link previews do not.
#[derive(Serialize)]
pub struct KycGo {
    /// Who asks, for which account.
    pub subject: Subject,
    /// The display name of the provider.
    pub provider: String,
    /// The ticket of the path.
    pub ticket: String,
    /// The token of the form.
    pub form_token: String,
    /// Where the button leads in the end: the provider's authorize origin, that of `done_url` if it has one.
    #[serde(skip)]
    pub origins: Vec<Origin>,
}

impl Page for KycGo {
    const TEMPLATE: &'static str = "kyc_go.html";

    fn sample() -> Vec<Self> {
        vec![Self {
            subject: Subject::sample(),
            provider: "Example eID".to_owned(),
            ticket: "c2FtcGxlLXRpY2tldA".to_owned(),
            form_token: "c2FtcGxlLWZvcm0tdG9rZW4".to_owned(),
            origins: Vec::new(),
        }]
    }

    fn forms(&self) -> Forms<'_> {
        Forms::LeadTo(self.origins.iter().collect())
    }
}
