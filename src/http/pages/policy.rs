//! The headers of every page: what a browser may load, send and keep.

use http::{HeaderMap, HeaderValue, header};
use url::Url;

use super::Forms;

/// Scheme, host and port of a place to which a form may lead by redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Takes the origin of an http or https URL; `None` for other schemes, and for hosts with characters that mean
    /// something in a Content-Security-Policy (URLs allow `;` and `,` there).
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https"))?;
        let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte));
        plain.then(|| Self(url.origin().ascii_serialization()))
    }
}

/// The headers of a page with these forms, and with our script if it is live.
///
/// A page with a form sends its referrer to itself: under `no-referrer` browsers post `Origin: null`.
pub(super) fn headers(forms: &Forms<'_>, is_live: bool) -> HeaderMap {
    let (referrer, action) = match forms {
        Forms::None => ("no-referrer", "'none'".to_owned()),
        Forms::LeadTo(origins) => {
            let mut action = "'self'".to_owned();
            for Origin(origin) in origins {
                action.push(' ');
                action.push_str(origin);
            }
            ("same-origin", action)
        }
    };
    let script = if is_live { "script-src 'self'; connect-src 'self'; " } else { "" };
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; {script}base-uri 'none'; frame-ancestors 'none'; \
         form-action {action}"
    );
    HeaderMap::from_iter([
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static(referrer)),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::try_from(policy).expect("an Origin holds letters, digits and .-_[]:/ only"),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    ])
}
