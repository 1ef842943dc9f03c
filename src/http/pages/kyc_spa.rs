//! `GET /kyc-spa/{access_token}`: what is asked of the customer, by whom, and how things stand.

use serde::Serialize;
use url::Url;

use super::{Forms, Origin, Page, Subject};
use crate::proof::Standing;

/// The customer's page.
#[derive(Serialize)]
pub struct KycSpa {
    subject: Subject,
    standing: Standing,
    missing_fields: Vec<MissingField>,
    unverified_fields: Vec<String>,
    offers: Vec<Offer>,
    form_token: String,
    #[serde(skip)]
    origins: Vec<Origin>,
}

/// A SEP-9 field that the wallet has yet to send.
#[derive(Serialize)]
pub struct MissingField {
    /// The name in SEP-9.
    pub name: String,
    /// What it is, in words.
    pub description: String,
}

/// A provider who can be asked, with its button.
#[derive(Serialize)]
pub struct Offer {
    /// The `{id}` of `POST /kyc-start/{id}`.
    pub id: String,
    /// The display name of the provider.
    pub provider: String,
    /// What the provider will tell, in words.
    pub shares: Vec<String>,
    /// Where the button leads in the end: the provider's authorize origin, that of `done_url` if it has one.
    #[serde(skip)]
    pub origins: Vec<Origin>,
}

impl KycSpa {
    /// Puts the page together.
    #[must_use]
    pub fn new(
        subject: Subject,
        standing: Standing,
        missing_fields: Vec<MissingField>,
        unverified_fields: Vec<String>,
        offers: Vec<Offer>,
        form_token: String,
    ) -> Self {
        let origins = offers.iter().flat_map(|offer| offer.origins.iter().cloned()).collect();
        Self { subject, standing, missing_fields, unverified_fields, offers, form_token, origins }
    }

    fn sample_of(standing: Standing, asks: bool) -> Self {
        let missing = MissingField { name: "birth_date".to_owned(), description: "date of birth".to_owned() };
        let offer = Offer {
            id: "0b5f7a52-5a0e-4d4e-9d43-2f4c8a7f9e11".to_owned(),
            provider: "Example eID".to_owned(),
            shares: vec!["first name".to_owned(), "last name".to_owned(), "e-mail address".to_owned()],
            origins: Url::parse("https://eid.example.com/authorize")
                .ok()
                .as_ref()
                .and_then(Origin::of)
                .into_iter()
                .collect(),
        };
        let unverified = vec!["mobile phone number".to_owned()];
        let (missing, unverified, offers) =
            if asks { (vec![missing], unverified, vec![offer]) } else { Default::default() };
        let form_token = "c2FtcGxlLWZvcm0tdG9rZW4".to_owned();
        Self::new(Subject::sample(), standing, missing, unverified, offers, form_token)
    }
}

impl Page for KycSpa {
    const TEMPLATE: &'static str = "kyc_spa.html";

    fn sample() -> Vec<Self> {
        let mut bare = Self::sample_of(Standing::Open, true);
        bare.subject.wallet = None;
        bare.subject.customer_type = None;
        vec![
            Self::sample_of(Standing::Open, true),
            bare,
            Self::sample_of(Standing::Verified, false),
            Self::sample_of(Standing::Contested, true),
            Self::sample_of(Standing::Waiting, false),
            Self::sample_of(Standing::Rejected, false),
        ]
    }

    fn forms(&self) -> Forms<'_> {
        if self.offers.is_empty() { Forms::None } else { Forms::LeadTo(&self.origins) }
    }
}
