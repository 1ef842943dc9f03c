//! Where browsers are sent, and what is kept of them.

use std::collections::HashMap;

use kycd::domain::language::Language;
use kycd::egress::Configured;
use kycd::proof::oauth2::{Endpoints, OAuth2, SettingsError};
use kycd::proof::{Arrival, Provider, Start, Trouble};
use serde_json::{Value, json};
use url::Url;

use crate::provider::{Document, Mode};
use crate::{STATE, Setting, Told, begin, come_back, redirect_uri, told, verified};

fn parameters(url: &Url) -> HashMap<String, String> {
    let parameters: HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(parameters.len(), url.query_pairs().count(), "no parameter twice (RFC 6749 §3.1)");
    parameters
}

#[tokio::test]
async fn a_browser_is_sent_with_state_and_challenge() {
    let (server, provider) = Setting::plain().await.provider();
    let departure = begin(&provider).await.unwrap();
    assert!(departure.redirect.as_str().starts_with(&format!("{}/authorize?", server.origin)));
    let parameters = parameters(&departure.redirect);
    assert_eq!(parameters["state"], STATE);
    assert_eq!(parameters["redirect_uri"], redirect_uri().as_str());
    assert_eq!(parameters["scope"], "profile");
    assert_eq!(parameters["code_challenge_method"], "S256");
    assert_eq!(parameters["code_challenge"].len(), 43);
    assert!(!parameters.contains_key("nonce"), "plain OAuth 2.0 has no ID token to repeat it");
}

#[tokio::test]
async fn every_departure_has_its_own_verifier_and_nonce() {
    let (_server, provider) = Setting::openid().await.provider();
    let [first, second] = [begin(&provider).await.unwrap(), begin(&provider).await.unwrap()];
    for name in ["code_challenge", "nonce"] {
        assert_ne!(parameters(&first.redirect)[name], parameters(&second.redirect)[name]);
    }
    assert_ne!(first.kept.to_bytes(), second.kept.to_bytes());
}

#[tokio::test]
async fn what_is_kept_for_one_browser_does_not_serve_another() {
    let (server, provider) = Setting::plain().await.provider();
    let [first, second] = [begin(&provider).await.unwrap(), begin(&provider).await.unwrap()];
    let returned = server.authorize(&second.redirect);
    let arrival = Arrival { redirect_uri: &redirect_uri(), code: &returned.code, iss: None, kept: &first.kept };
    assert_eq!(told(provider.complete(arrival).await), Told::Retry(Trouble::CodeRefused));
    assert_eq!(come_back(&server, &provider, &first, None).await, verified());
}

#[tokio::test]
async fn more_parameters_join_those_of_the_url() {
    let mut setting = Setting::plain().await;
    let Endpoints::Given { urls, .. } = &mut setting.settings.endpoints else { unreachable!("plain gives its URLs") };
    urls.authorize.set_query(Some("tenant=a%20b&prompt=none&state=fixed"));
    setting.settings.authorize_parameters =
        vec![("prompt".to_owned(), "login".to_owned()), ("response_type".to_owned(), "token".to_owned())];
    let (_server, provider) = setting.provider();
    let parameters = parameters(&begin(&provider).await.unwrap().redirect);
    assert_eq!(parameters["tenant"], "a b");
    assert_eq!(parameters["prompt"], "login", "the operator's replace the URL's");
    assert_eq!(parameters["response_type"], "code", "and ours replace the operator's");
    assert_eq!(parameters["state"], STATE);
}

async fn asked_to_speak(setting: Setting) -> Option<String> {
    let (_server, provider) = setting.provider();
    let start = Start { redirect_uri: &redirect_uri(), state: STATE, language: Some(Language::De) };
    parameters(&provider.begin(start).await.unwrap().redirect).remove("ui_locales")
}

/// OpenID Connect Core §3.1.2.1.
#[tokio::test]
async fn an_openid_provider_is_asked_to_speak_as_the_person_does() {
    assert_eq!(asked_to_speak(Setting::openid().await).await.as_deref(), Some("de"));
    let speaks = |tags: Value| Mode::Says(Document::Metadata, "ui_locales_supported", tags);
    let setting = Setting::openid().await.misbehaving(speaks(json!(["en", "de-AT"])));
    assert_eq!(asked_to_speak(setting).await.as_deref(), Some("de"));
    let setting = Setting::openid().await.misbehaving(speaks(json!(["en", "fr"])));
    assert_eq!(asked_to_speak(setting).await, None, "it says that it does not");
    assert_eq!(asked_to_speak(Setting::plain().await).await, None, "it may not know what that means");
    let mut setting = Setting::openid().await;
    setting.settings.authorize_parameters = vec![("ui_locales".to_owned(), "fr".to_owned())];
    assert_eq!(asked_to_speak(setting).await.as_deref(), Some("fr"), "the operator knows better");
}

#[tokio::test]
async fn nobody_is_asked_to_speak_a_language_that_nobody_chose() {
    let (_server, provider) = Setting::openid().await.provider();
    assert!(!parameters(&begin(&provider).await.unwrap().redirect).contains_key("ui_locales"));
}

#[tokio::test]
async fn the_origin_that_browsers_are_sent_to_is_told() {
    let setting = Setting::openid().await;
    let mode = Mode::Says(Document::Metadata, "authorization_endpoint", "https://login.example.com/a?b=c".into());
    let (_server, provider) = setting.misbehaving(mode).provider();
    assert_eq!(provider.authorize_origin().await.as_deref(), Some("https://login.example.com"));
    let (_server, provider) = Setting::openid().await.misbehaving(Mode::Omits(Document::Metadata, "issuer")).provider();
    assert_eq!(provider.authorize_origin().await, None);
}

#[tokio::test]
async fn pkce_is_left_out_only_where_a_nonce_takes_its_place() {
    let mut setting = Setting::openid().await;
    setting.settings.pkce = false;
    let (server, provider) = setting.provider();
    let departure = begin(&provider).await.unwrap();
    assert!(!parameters(&departure.redirect).contains_key("code_challenge"));
    assert_eq!(come_back(&server, &provider, &departure, None).await, verified());

    let mut setting = Setting::plain().await;
    setting.settings.pkce = false;
    let client = Configured::new(setting.limits, true).unwrap();
    assert_eq!(OAuth2::new(setting.settings, client, setting.clock).err(), Some(SettingsError::Unbound));
}

#[tokio::test]
async fn a_provider_tells_its_names() {
    let (_server, provider) = Setting::plain().await.provider();
    assert_eq!((provider.name(), provider.display_name()), ("eid", "Example eID"));
}
