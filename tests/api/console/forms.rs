//! WEB-03: what no page of the session posted is refused, and changes nothing.

use rstest::rstest;

use super::{Office, Window, customer, form_token, version};
use crate::client::Call;
use crate::database::Engine;

/// A form that would be taken, to be sent in some other way.
struct Form<'a> {
    window: Window<'a>,
    path: String,
    fields: Vec<(&'static str, String)>,
}

impl<'a> Form<'a> {
    fn of(office: &'a Office, name: &str) -> Self {
        let id = office.waiting(1);
        let mut window = office.signed_in();
        let page = window.get(&customer(&id));
        let token = ("form_token", form_token(&page));
        let (path, more) = match name {
            "decision" => {
                let decision =
                    [("type", "sep6".to_owned()), ("status", "ACCEPTED".to_owned()), ("version", version(&page))];
                (format!("{}/decisions", customer(&id)), decision.to_vec())
            }
            "reveal" => {
                let reveal = [("field", "last_name".to_owned()), ("reason", "to see".to_owned())];
                (format!("{}/reveal", customer(&id)), reveal.to_vec())
            }
            _ => ("/console/sign-out".to_owned(), Vec::new()),
        };
        Self { window, path, fields: [token].into_iter().chain(more).collect() }
    }

    fn call(&self) -> Call<'a> {
        self.window.call("POST", &self.path)
    }

    fn fields(&self) -> Vec<(&str, &str)> {
        self.fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    fn text(&self) -> String {
        self.fields
            .iter()
            .map(|(name, value)| format!("{name}={}", value.replace(' ', "+")))
            .collect::<Vec<_>>()
            .join("&")
    }
}

#[rstest]
#[case::no_token("no token")]
#[case::an_empty_token("an empty token")]
#[case::the_token_of_another_session("another session's token")]
#[case::the_token_of_the_form_to_sign_in("the token of signing in")]
#[case::of_another_site("cross-site")]
#[case::of_a_neighbour("same-site")]
#[case::as_text("text/plain")]
#[case::as_nothing("")]
#[case::with_the_token_in_the_query("query")]
fn web_03_a_form_of_somebody_else_is_403(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] trick: &str,
    #[values("decision", "reveal", "sign-out")] name: &str,
) {
    let office = Office::open(engine);
    let mut form = Form::of(&office, name);
    let with_token = |form: &mut Form<'_>, token: String| form.fields[0].1 = token;

    let answer = match trick {
        "no token" => form.call().form(&form.fields()[1..]),
        "an empty token" => {
            with_token(&mut form, String::new());
            form.call().form(&form.fields())
        }
        "another session's token" => {
            let token = form_token(&office.signed_in().get("/console"));
            with_token(&mut form, token);
            form.call().form(&form.fields())
        }
        "the token of signing in" => {
            let token = form_token(&office.window().get("/console"));
            with_token(&mut form, token);
            form.call().form(&form.fields())
        }
        site @ ("cross-site" | "same-site") => form.call().header("sec-fetch-site", site).form(&form.fields()),
        "query" => form.call().raw_query(&form.text()).form(&form.fields()[1..]),
        content_type => form.call().body(content_type, form.text()),
    };
    let answer = answer.send();

    assert_eq!(answer.status, 403, "{}", answer.text());
    assert_eq!(office.status(1), "PROCESSING");
    assert_eq!(office.server.count("audit_entries"), 0);
    assert_eq!(form.window.get("/console").status, 200, "and nobody is signed out");
}

/// The same form as it should be: what is refused above is not refused for something else.
#[rstest]
#[case::from_our_page(Some("same-origin"))]
#[case::typed_by_the_person(Some("none"))]
#[case::from_an_old_browser(None)]
fn a_form_of_our_own_page_is_taken(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] site: Option<&str>,
    #[values(("decision", 303), ("reveal", 200), ("sign-out", 303))] form: (&str, u16),
) {
    let office = Office::open(engine);
    let (name, status) = form;
    let form = Form::of(&office, name);
    let call = form.call().form(&form.fields());

    let answer = site.into_iter().fold(call, |call, site| call.header("sec-fetch-site", site)).send();

    assert_eq!(answer.status, status, "{}", answer.text());
}
