//! What is chosen on the customer's page, is chosen by its name.

use rstest::rstest;
use serde_json::json;

use crate::browser::Page;
use crate::database::Engine;
use crate::setting::Setting;

async fn start(engine: Engine) -> Setting {
    let types = json!({
        "world": {
            "fields": ["address_country_code", "card.country_code", "language_code", "id_type", "sex"],
            "optional_fields": ["acme.country"],
        },
        "region": { "fields": ["id_country_code"], "choices": { "id_country_code": ["MEX", "ESP", "AUT"] } },
    });
    let fields = json!({
        "acme.country": { "type": "string", "format": "country", "description": "Country of the head office" },
    });
    let sections = json!({ "customer_types": types, "custom_fields": fields });
    Setting::with_sections(engine, |_| json!({}), sections).await
}

/// The choices of an input of a page, in their order.
#[track_caller]
fn offered<'p>(page: &'p Page, name: &str) -> Vec<(&'p str, &'p str)> {
    let (_, select) =
        page.body.split_once(&format!("<select id=\"{name}\"")).unwrap_or_else(|| panic!("{}", page.body));
    let options = select.split("</select>").next().unwrap().split("<option value=\"").skip(1);
    options.map(|option| option.split_once("\">").unwrap()).map(|(code, name)| (code, until_tag(name))).collect()
}

fn until_tag(text: &str) -> &str {
    text.split('<').next().unwrap()
}

#[rstest]
#[case::in_english(
    "en", "Please choose", ("Afghanistan", "Zimbabwe"), [("AUT", "Austria"), ("MEX", "Mexico"), ("ESP", "Spain")]
)]
#[case::in_spanish(
    "es", "Elija una opción", ("Afganistán", "Zimbabue"), [("AUT", "Austria"), ("ESP", "España"), ("MEX", "México")]
)]
#[case::in_german(
    "de", "Bitte wählen", ("Afghanistan", "Zypern"), [("MEX", "Mexiko"), ("AUT", "Österreich"), ("ESP", "Spanien")]
)]
#[tokio::test]
async fn countries_are_chosen_by_their_names(
    #[case] language: &str,
    #[case] none: &str,
    #[case] (first, last): (&str, &str),
    #[case] region: [(&str, &str); 3],
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = start(engine).await;
    let (world, some) = (setting.target_page("world").await, setting.target_page("region").await);
    let browser = setting.browser();
    let world = browser.get(&format!("{world}&lang={language}")).await;
    for (name, length) in [("address_country_code", 3), ("acme.country", 3), ("card.country_code", 2)] {
        let offered = offered(&world, name);
        assert_eq!((offered[0], offered.len()), (("", none), 251), "{name}");
        assert_eq!((offered[1].1, offered[250].1), (first, last), "{name}");
        assert!(offered[1..].iter().all(|(code, _)| code.len() == length), "{name}");
    }
    assert!(!world.body.contains("ISO 3166") && !world.body.contains("ISO 639"), "nobody writes a code");
    let some = browser.get(&format!("{some}&lang={language}")).await;
    assert_eq!(offered(&some, "id_country_code")[1..], region);
}

#[rstest]
#[case::in_english("en", ["Passport", "Identity card", "Female", "German"])]
#[case::in_spanish("es", ["Pasaporte", "Documento nacional de identidad", "Mujer", "Alemán"])]
#[case::in_german("de", ["Reisepass", "Personalausweis", "Weiblich", "Deutsch"])]
#[tokio::test]
async fn what_sep_9_has_words_for_is_chosen_in_those_of_the_page(
    #[case] language: &str,
    #[case] words: [&str; 4],
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = start(engine).await;
    let page = setting.target_page("world").await;
    let shown = setting.browser().get(&format!("{page}&lang={language}")).await;
    let choices = [("id_type", "passport"), ("id_type", "id_card"), ("sex", "female"), ("language_code", "de")];
    for ((name, value), words) in choices.into_iter().zip(words) {
        assert!(offered(&shown, name).contains(&(value, words)), "{:?}", offered(&shown, name));
    }
}

#[rstest]
#[tokio::test]
async fn what_was_chosen_stays_chosen_until_it_is_taken(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = start(engine).await;
    let page = setting.target_page("world").await;
    let browser = setting.browser();
    let mut form = browser.get(&page).await.hidden_fields();
    let chosen = [("address_country_code", "MEX"), ("card.country_code", "ES"), ("language_code", "es")];
    form.extend(chosen.map(|(name, code)| (name.to_owned(), code.to_owned())));
    form.insert("acme.country".to_owned(), "Atlantis".to_owned());

    let refused = browser.post(&page, &form).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    for (code, name) in [("MEX", "Mexico"), ("ES", "Spain"), ("es", "Spanish")] {
        assert!(refused.body.contains(&format!("<option value=\"{code}\" selected>{name}</option>")), "{name}");
    }

    form.remove("acme.country");
    form.extend([("id_type", "passport"), ("sex", "other")].map(|(name, code)| (name.to_owned(), code.to_owned())));
    let taken = browser.post(&page, &form).await;
    assert_eq!(taken.status, 303, "{}", taken.body);
    assert_eq!(setting.status("world").await, "ACCEPTED");
}
