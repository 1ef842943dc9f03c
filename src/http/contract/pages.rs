//! The customer's pages, and the way to a provider and back. People read the answers, also the refusals.

use utoipa::openapi::path::HttpMethod::{Get, Post};

use super::operation::{Operation, operation};
use super::{body, schema};
use crate::domain::language::Language;
use crate::http::kyc::Ticket;
use crate::http::pages::{LOGO_PATH, SCRIPT_PATH, STYLESHEET_PATH};
use crate::proof::Proofs;

/// What can become of a browser on its way back.
const ARRIVING: [u16; 9] = [400, 401, 403, 404, 409, 500, 502, 503, 504];
/// What can become of a browser that leaves.
const LEAVING: [u16; 8] = [403, 404, 409, 429, 500, 502, 503, 504];

/// All of them.
pub(super) fn operations(proofs: &Proofs) -> Vec<Operation> {
    let mut operations = steps();
    operations.extend(of_providers(proofs));
    operations
}

fn steps() -> Vec<Operation> {
    let form_token = || ("form_token", schema::token().into(), true);
    vec![
        operation(Get, "/", "get_home", "Says what this is.").speaks().shows("The page."),
        stylesheet(),
        loaded(SCRIPT_PATH, "get_script", "The script of the customer's page, which works without.", &["text/javascript"]),
        logo(),
        operation(Get, "/kyc-spa/{access_token}", "get_kyc_spa", "Shows what is asked of a customer.")
            .speaks()
            .segment("access_token", schema::token(), "The token of the customer's page.")
            .query("type", schema::text(), "The customer type; the default one when left out.")
            .shows("The page.")
            .query("note", schema::one_of(["saved", "sent"]), "What came of a form, for our own redirect.")
            .shows_refusals(&[400, 404, 500, 503]),
        operation(Post, "/kyc-spa/{access_token}", "post_kyc_spa", "Gives what the page asks for.")
            .described(
                "From the page's own forms: fields and files by their names, a code as `FIELD_verification`, the wish for \
                 another one as `FIELD:again`, a file by camera as `FIELD:camera`. All of it is taken, or nothing: then \
                 the page is shown again (400), with what is wrong beside each input.",
            )
            .segment("access_token", schema::token(), "The token of the customer's page.")
            .query("type", schema::text(), "The customer type; the default one when left out.")
            .takes_form(body::form_with_files(&[form_token()]))
            .redirects(303, "To the page.")
            .shows_refusals(&[400, 404, 408, 409, 413, 429, 500, 503]),
        waiting(operation(Post, "/kyc-start/{id}", "post_kyc_start", "Leaves for a provider."))
            .described("From the page's own form at once; from a program by a link to a page that asks first.")
            .segment("id", schema::token(), "What the page's form posts to.")
            .takes(body::form_or_json(&[form_token()]))
            .answers::<Ticket>(200, "The link, for a program.")
            .redirects(303, "To the provider, for the page's own form.")
            .refuses(&[404, 409, 429, 500, 503])
            .shows_refusals(&LEAVING),
        waiting(operation(Get, "/kyc-go/{ticket}", "get_kyc_go", "Names the account before the browser leaves."))
            .speaks()
            .segment("ticket", schema::token(), "The ticket of a link.")
            .shows("The page.")
            .shows_refusals(&[404, 409, 500, 502, 503, 504]),
        waiting(operation(Post, "/kyc-go/{ticket}", "post_kyc_go", "Leaves for a provider, once for each ticket."))
            .segment("ticket", schema::token(), "The ticket of a link.")
            .takes_form(body::form(&[form_token()]))
            .redirects(303, "To the provider.")
            .shows_refusals(&LEAVING),
        arriving(operation(Post, "/kyc-confirm", "post_kyc_confirm", "Says, in another browser, whom it verifies."))
            .takes_form(body::form(&[
                form_token(),
                ("sealed", schema::token().into(), true),
                ("answer", schema::one_of(["yes", "no"]).into(), true),
            ])),
        operation(Get, "/kyc-lang/{code}", "get_kyc_lang", "Remembers a language, and goes back to the page before.")
            .segment("code", schema::one_of(Language::ALL.map(Language::code)), "The language.")
            .redirects(303, "To the page before.")
            .shows_refusals(&[404]),
        operation(Get, "/kyc-done", "get_kyc_done", "The end of the way.").speaks().shows("The page."),
    ]
}

/// What pages load.
pub(super) fn loaded(path: &'static str, id: &'static str, summary: &str, types: &[&str]) -> Operation {
    let contents: Vec<_> = types.iter().map(|content_type| (*content_type, schema::text().into())).collect();
    operation(Get, path, id, summary)
        .query("v", schema::text(), "The version, as pages name it: that one is good for a year.")
        .answers_as(200, "It.", &contents)
}

/// How pages look.
pub(super) fn stylesheet() -> Operation {
    loaded(STYLESHEET_PATH, "get_stylesheet", "The stylesheet of all pages.", &["text/css"])
}

/// Whose pages they are.
pub(super) fn logo() -> Operation {
    let types = ["image/png", "image/jpeg", "image/webp"];
    loaded(LOGO_PATH, "get_logo", "The operator's logo.", &types).refuses(&[404])
}

/// What the providers that there are need.
fn of_providers(proofs: &Proofs) -> Vec<Operation> {
    let at = |method, path, id, summary, is_meant: &dyn Fn(&str) -> bool| {
        let names: Vec<_> = proofs.providers().filter(|name| is_meant(name)).collect();
        let operation = (!names.is_empty()).then(|| operation(method, path, id, summary));
        operation.map(|operation| operation.segment("provider", schema::one_of(names), "The provider's name."))
    };
    let proof = "/kyc-proof/{provider}";
    let by_link = at(Get, proof, "get_kyc_proof", "Where a provider sends the browser back to.", &|_| true);
    let takes_posts = |name: &str| proofs.takes_posts(name);
    let by_form = at(Post, proof, "post_kyc_proof", "Where a provider's page posts its answer to.", &takes_posts);
    let has_keys = |name: &str| proofs.public_keys(name).is_some();
    let keys = at(Get, "/kyc-jwks/{provider}", "get_kyc_jwks", "Our public keys, for the provider.", &has_keys);
    let by_link = by_link.map(|operation| {
        arriving(operation.speaks())
            .query("state", schema::text(), "As we sent it.")
            .query("code", schema::text(), "The code; or `error`.")
            .query("error", schema::text(), "Why there is no code.")
            .query("error_description", schema::text(), "What the provider says about it.")
            .query("iss", schema::text(), "Who the provider is (RFC 9207).")
            .query("posted", schema::text(), "All of this, sealed, when it was posted; for our own redirect.")
    });
    let by_form = by_form.map(|operation| {
        let member = |name, is_required| (name, schema::text().into(), is_required);
        let more = ["code", "error", "error_description", "iss"].map(|name| member(name, false));
        let [code, error, description, iss] = more;
        operation
            .takes_form(body::form(&[member("state", true), code, error, description, iss]))
            .redirects(303, "To the GET of the same path, which decides.")
            .shows_refusals(&[400, 404, 405, 500, 503])
    });
    let keys = keys.map(|operation| {
        let set = [("application/json", schema::any_object().into())];
        operation.answers_as(200, "A key set (RFC 7517).", &set).refuses(&[404])
    });
    let tells = |name: &str| proofs.takes_messages(name);
    let webhook = "/kyc-webhook/{provider}";
    let messages = at(Post, webhook, "post_kyc_webhook", "What a provider tells by itself.", &tells);
    let messages = messages.map(|operation| {
        let taken = [("application/json", schema::any_object().into())];
        operation
            .described(
                "Signed as Standard Webhooks says. A message is taken once, and answered alike however often it comes.",
            )
            .header("webhook-id", schema::text(), "The name of the message.")
            .header("webhook-timestamp", schema::text(), "When it was sent, in seconds since 1970.")
            .header("webhook-signature", schema::text(), "One or more `v1,` and the HMAC in base64.")
            .takes(body::message())
            .answers_as(200, "It is taken.", &taken)
            .refuses(&[403, 404, 500, 503])
    });
    by_link.into_iter().chain(by_form).chain(keys).chain(messages).collect()
}

fn arriving(operation: Operation) -> Operation {
    waiting(operation)
        .redirects(302, "Verified; on to the customer's page, or to where the operator wants browsers to go.")
        .shows("Something is left to do or to know.")
        .shows_refusals(&ARRIVING)
}

/// What has to be waited for.
fn waiting(operation: Operation) -> Operation {
    operation.answers_as(202, "Whoever decides has not decided yet.", &[("text/html", schema::text().into())])
}
