//! Somebody who reads German, and then Spanish, on the whole way.

use rstest::rstest;

use crate::browser::Browser;
use crate::database::Engine;
use crate::server::Server;

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_language_is_chosen_by_a_click_and_lasts_to_the_end(#[case] engine: Engine) {
    let server = Server::start(engine, "").await;
    let mut browser = Browser::open();

    browser.go(server.dev("kyc_url")).shows(200, "Confirm who you are");
    browser.click("Deutsch").shows(200, "Bestätigen Sie Ihre Identität").says("Vorname");
    browser.click("Weiter zu Sandbox").shows(200, "Identitätsdienst zum Ausprobieren");
    let cancelled = browser.click("Abbrechen").shows(403, "Die Prüfung wurde abgebrochen");

    // Its URL has what the provider answered, which the page does not show; the browser knows where it is.
    let again = browser.click("Español").shows(403, "La verificación se ha cancelado");
    assert_eq!(again.url, cancelled.url);
    browser.click("Empezar de nuevo con Sandbox").shows(200, "Proveedor de identidad de prueba");
    let end = browser.click("Verificarme").shows(200, "Su identidad está verificada");

    assert_eq!(end.url, server.dev("kyc_url"));
    let customer = server.get_customer(server.dev("token"), "sep6-high");
    assert_eq!(customer["status"], "ACCEPTED");
}
