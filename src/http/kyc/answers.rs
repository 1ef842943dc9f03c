//! What the inner modules say, as pages: the statuses of the proof endpoint, and the parts that pages share.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::domain::payto::Payto;
use crate::domain::process::Trouble;
use crate::http::cookies::{self, ProcessCookie};
use crate::http::forms::FormGuard;
use crate::http::pages::{
    self, Again, KycConfirm, KycPending, MaskedAccount, Origin, PageError, Quote, Subject, found, render, see_other,
};
use crate::http::state::{AppState, Site};
use crate::proof::{Arrived, Confirmation, Departed, Offer, Onward, StartError, cookie_entry};

/// When to come back if the provider does not say, or an exchange is under way.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// Answers whoever cannot leave.
pub(super) fn stay(state: &AppState, error: StartError) -> Result<Response, PageError> {
    Err(match error {
        StartError::Pending { provider } => return Ok(pending_page(state, Some(provider))),
        StartError::UnderReview => return Ok(pending_page(state, None)),
        StartError::Unknown => PageError::Unknown,
        StartError::Finished => PageError::Finished,
        StartError::UnderWay => PageError::ProviderBusy { again: None, retry_after: RETRY_AFTER },
        StartError::Provider(trouble) => trouble_page(trouble.kind(), trouble.retry_after(), None),
        StartError::Store(error) => error.into(),
    })
}

/// Names the parties of a verification.
pub(super) fn subject(site: &Site, payto: &Payto, wallet: Option<String>, customer_type: &str) -> Subject {
    Subject {
        operator: site.operator.clone(),
        wallet,
        account: MaskedAccount::of(payto),
        customer_type: (!customer_type.is_empty()).then(|| customer_type.to_owned()),
    }
}

/// Where a form may lead, as the page's policy needs it.
pub(super) fn origins(offer: &Offer) -> Vec<Origin> {
    offer.leads_to.iter().filter_map(Origin::of).collect()
}

/// After how many minutes a provider can be asked again, if it is left alone just now.
pub(super) fn closed_minutes(offer: &Offer) -> Option<u64> {
    offer.closed_for.map(|wait| wait.as_secs().div_ceil(60).max(1))
}

/// Sends the browser off to the provider, with the cookie that proves later that it left, or says why it stays.
pub(super) fn depart(
    state: &AppState,
    headers: &HeaderMap,
    departed: Result<Departed, StartError>,
) -> Result<Response, PageError> {
    let departed = match departed {
        Ok(departed) => departed,
        Err(error) => return stay(state, error),
    };
    let location = HeaderValue::try_from(departed.redirect.as_str()).map_err(PageError::internal)?;
    let mut response = see_other(location);
    let entry = cookie_entry(state.store.vault(), departed.process);
    let cookie = ProcessCookie::read(headers, state.site.secure).with(&entry);
    cookies::append(&mut response, &cookie.to_set_cookie(state.site.secure));
    Ok(response)
}

/// Answers a browser that came back; `said` is the provider's `error_description`.
pub(super) fn arrived(
    state: &AppState,
    guard: &FormGuard,
    arrived: Arrived,
    said: Option<Quote>,
) -> Result<Response, PageError> {
    let again = |offer: Option<Offer>| {
        offer.map(|offer| Again {
            origins: origins(&offer),
            id: offer.start_id,
            provider: offer.display_name,
            form_token: guard.token(state.store.vault()),
        })
    };
    let page = match arrived {
        Arrived::Verified(onward) => onward_page(&onward)?,
        Arrived::Confirm(confirmation) => confirm_page(state, guard, confirmation),
        Arrived::Pending { provider } => pending_page(state, Some(provider)),
        Arrived::UnderReview => pending_page(state, None),
        Arrived::Refused => PageError::Refused.into_response(),
        Arrived::Cancelled(offer) => {
            // To a browser that did not leave, anybody could have the provider say anything.
            let said = said.filter(|_| offer.is_some());
            PageError::Cancelled { again: again(offer), said }.into_response()
        }
        Arrived::Trouble { trouble, retry_after, again: offer } => {
            trouble_page(trouble, retry_after, again(offer)).into_response()
        }
        Arrived::OtherBrowser => PageError::OtherBrowser.into_response(),
        Arrived::Unknown => PageError::Unknown.into_response(),
    };
    Ok(guard.remember(page))
}

fn onward_page(onward: &Onward) -> Result<Response, PageError> {
    let location = match onward {
        Onward::Url(url) => url.as_str().to_owned(),
        Onward::Page { access_token, customer_type } if customer_type.is_empty() => format!("/kyc-spa/{access_token}"),
        Onward::Page { access_token, customer_type } => format!("/kyc-spa/{access_token}?type={customer_type}"),
        Onward::Done => "/kyc-done".to_owned(),
    };
    Ok(found(HeaderValue::try_from(location).map_err(PageError::internal)?))
}

/// Says who has not decided yet: a provider, or else the operator.
fn pending_page(state: &AppState, provider: Option<String>) -> Response {
    render(&KycPending { operator: state.site.operator.clone(), provider })
}

fn confirm_page(state: &AppState, guard: &FormGuard, confirmation: Confirmation) -> Response {
    pages::render(&KycConfirm {
        subject: subject(&state.site, &confirmation.payto, None, &confirmation.customer_type),
        provider: confirmation.display_name,
        sealed: confirmation.sealed,
        form_token: guard.token(state.store.vault()),
        origins: confirmation.leads_to.iter().filter_map(Origin::of).collect(),
    })
}

fn trouble_page(trouble: Trouble, retry_after: Option<Duration>, again: Option<Again>) -> PageError {
    match trouble {
        Trouble::CodeRefused => PageError::CodeRefused(again),
        Trouble::Nonsense => PageError::ProviderBroken(again),
        Trouble::TimedOut => PageError::ProviderSilent(again),
        Trouble::Busy => PageError::ProviderBusy { again, retry_after: retry_after.unwrap_or(RETRY_AFTER) },
    }
}
