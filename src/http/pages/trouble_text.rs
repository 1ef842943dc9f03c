//! The words and the status of every [`PageError`]: what happened, and what to do next.

use http::StatusCode;

use super::trouble::PageError;

/// What a page of trouble says. `next` is for pages without a *start again* button.
pub(super) struct Words {
    pub(super) status: StatusCode,
    pub(super) heading: &'static str,
    pub(super) happened: &'static str,
    pub(super) next: &'static str,
}

impl Words {
    pub(super) fn of(error: &PageError) -> &'static Self {
        match error {
            PageError::Malformed => &MALFORMED,
            PageError::CodeRefused(_) => &CODE_REFUSED,
            PageError::OtherBrowser => &OTHER_BROWSER,
            PageError::NotConfirmed => &NOT_CONFIRMED,
            PageError::Cancelled { .. } => &CANCELLED,
            PageError::Refused(_) => &REFUSED,
            PageError::FormExpired => &FORM_EXPIRED,
            PageError::Unknown => &UNKNOWN,
            PageError::MethodNotAllowed(_) => &METHOD_NOT_ALLOWED,
            PageError::Finished => &FINISHED,
            PageError::Internal(_) => &INTERNAL,
            PageError::Busy { .. } => &BUSY,
            PageError::ProviderBroken(_) => &PROVIDER_BROKEN,
            PageError::ProviderBusy { .. } => &PROVIDER_BUSY,
            PageError::ProviderSilent(_) => &PROVIDER_SILENT,
        }
    }
}

/// What to do where only the wallet can begin anew.
const FROM_THE_WALLET: &str = "Go back to your wallet and open the verification from there again.";

const MALFORMED: Words = Words {
    status: StatusCode::BAD_REQUEST,
    heading: "This link is not complete",
    happened: "A part of the address is missing or was changed on the way. Nothing has happened to your verification.",
    next: FROM_THE_WALLET,
};

const CODE_REFUSED: Words = Words {
    status: StatusCode::UNAUTHORIZED,
    heading: "The confirmation was not accepted",
    happened: "The identity provider did not accept the confirmation you came back with. That happens when it took too \
               long, or when it was used before.",
    next: FROM_THE_WALLET,
};

const OTHER_BROWSER: Words = Words {
    status: StatusCode::UNAUTHORIZED,
    heading: "This is not the browser you started in",
    happened: "For your protection a verification has to end in the browser in which it began. Nothing has been passed \
               on.",
    next: "Go back to that browser, or open the verification from your wallet again and stay in one browser. If you \
           did not start a verification yourself, close this page.",
};

const NOT_CONFIRMED: Words = Words {
    status: StatusCode::UNAUTHORIZED,
    heading: "Not confirmed",
    happened: "Nothing has been passed on, and the account is as it was before.",
    next: "If you did want to go on, open the verification from your wallet again.",
};

const CANCELLED: Words = Words {
    status: StatusCode::FORBIDDEN,
    heading: "The verification was cancelled",
    happened: "You stopped at the identity provider before the end. Nothing has been passed on.",
    next: FROM_THE_WALLET,
};

const REFUSED: Words = Words {
    status: StatusCode::FORBIDDEN,
    heading: "You could not be verified",
    happened: "The identity provider has decided that it cannot confirm who you are.",
    next: "If you think this is a mistake, ask the provider, or the support of your wallet.",
};

const FORM_EXPIRED: Words = Words {
    status: StatusCode::FORBIDDEN,
    heading: "This button no longer works",
    happened: "The page was open for too long, or your browser does not keep cookies. Nothing has been sent.",
    next: "Go back, reload the page and press the button again. Allow cookies for this site if your browser asks.",
};

const UNKNOWN: Words = Words {
    status: StatusCode::NOT_FOUND,
    heading: "There is nothing here",
    happened: "The link is wrong, has expired, or was used before.",
    next: FROM_THE_WALLET,
};

const METHOD_NOT_ALLOWED: Words = Words {
    status: StatusCode::METHOD_NOT_ALLOWED,
    heading: "This address works differently",
    happened: "Your browser, or another program, asked for it in a way it does not offer.",
    next: FROM_THE_WALLET,
};

const FINISHED: Words = Words {
    status: StatusCode::CONFLICT,
    heading: "Already complete",
    happened: "This verification is finished. There is nothing more to confirm.",
    next: "Close this page and go back to your wallet: it shows the result.",
};

const INTERNAL: Words = Words {
    status: StatusCode::INTERNAL_SERVER_ERROR,
    heading: "Something went wrong here",
    happened: "This is our fault, not yours. It has been noted.",
    next: "Please try again in a few minutes. If it happens again, tell the support of your wallet.",
};

const BUSY: Words = Words {
    status: StatusCode::SERVICE_UNAVAILABLE,
    heading: "Too many people at once",
    happened: "We cannot answer right now. Nothing has changed.",
    next: "Please reload this page in a few seconds.",
};

const PROVIDER_BROKEN: Words = Words {
    status: StatusCode::BAD_GATEWAY,
    heading: "The identity provider’s answer was of no use",
    happened: "This is not your fault. The provider answered, but not in a way we can rely on, so nothing has changed. \
               If it happens again, tell the support of your wallet.",
    next: FROM_THE_WALLET,
};

const PROVIDER_BUSY: Words = Words {
    status: StatusCode::SERVICE_UNAVAILABLE,
    heading: "The identity provider is busy",
    happened: "Nothing has changed. Please wait a few minutes before you try again.",
    next: FROM_THE_WALLET,
};

const PROVIDER_SILENT: Words = Words {
    status: StatusCode::GATEWAY_TIMEOUT,
    heading: "The identity provider did not answer",
    happened: "We waited, but no answer came in time. Nothing has changed. Please try again in a few minutes.",
    next: FROM_THE_WALLET,
};
