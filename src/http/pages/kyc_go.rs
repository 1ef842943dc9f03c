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
    /// After how many minutes it can be asked again, if it is left alone just now.
    pub closed_minutes: Option<u64>,
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
        let page = |closed_minutes| Self {
            subject: Subject::sample(),
            provider: "Example eID".to_owned(),
            closed_minutes,
            ticket: "c2FtcGxlLXRpY2tldA".to_owned(),
            form_token: "c2FtcGxlLWZvcm0tdG9rZW4".to_owned(),
            origins: Vec::new(),
        };
        vec![page(None), page(Some(1))]
    }

    fn forms(&self) -> Forms<'_> {
        Forms::LeadTo(self.origins.iter().collect())
    }
}
