//! People at browsers.

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::script::Script;

/// Chromium, in the hands of one person at a time.
pub(crate) struct Browser(Script);

/// What a person sees, and what the browser had to say about it.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) url: String,
    pub(crate) heading: String,
    pub(crate) text: String,
    html: String,
    pub(crate) buttons: Vec<String>,
    /// Where its forms lead.
    pub(crate) forms: Vec<String>,
    hops: Vec<(String, u16)>,
    problems: Vec<String>,
    foreign: Vec<String>,
    canaries: Vec<String>,
}

impl Browser {
    /// Opens a browser in which nobody has been before.
    pub(crate) fn open() -> Self {
        let mut script = Script::start("chromium");
        script.ask("person", &json!("the customer"));
        Self(script)
    }

    /// Hands over to somebody else, or back to somebody; each has cookies of their own.
    pub(crate) fn hand_to(&mut self, person: &str) {
        self.0.ask("person", &json!(person));
    }

    /// Hands over to somebody whose browser runs no scripts.
    pub(crate) fn hand_to_somebody_without_scripts(&mut self) {
        self.0.ask("without_scripts", &json!("somebody without scripts"));
    }

    /// Opens another tab, of the same person; [`hand_to`](Self::hand_to) goes back and forth between them.
    pub(crate) fn open_tab(&mut self, name: &str) {
        self.0.ask("tab", &json!(name));
    }

    /// Goes to an address.
    #[track_caller]
    pub(crate) fn go(&mut self, url: &str) -> Page {
        self.step("open", &json!(url))
    }

    /// Clicks the button or link with these words.
    #[track_caller]
    pub(crate) fn click(&mut self, words: &str) -> Page {
        self.step("click", &json!(words))
    }

    /// Clicks what has these words, and waits until the same page says others.
    #[track_caller]
    pub(crate) fn press(&mut self, words: &str, until: &str) -> Page {
        self.step("press", &json!({ "name": words, "until": until }))
    }

    /// Waits until the page says something by itself.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, words: &str) -> Page {
        self.step("wait", &json!(words))
    }

    /// Checks that axe finds nothing, and that nothing is wider than the window.
    #[track_caller]
    pub(crate) fn is_accessible(&mut self) {
        assert_eq!(self.0.ask("axe", &Value::Null), json!([]));
    }

    /// Loads the same page again.
    #[track_caller]
    pub(crate) fn reload(&mut self) -> Page {
        self.step("reload", &Value::Null)
    }

    /// Types into the fields of these names.
    #[track_caller]
    pub(crate) fn fill(&mut self, fields: &Value) {
        self.0.ask("fill", fields);
    }

    /// Goes to a field and types into it, as a keyboard does.
    #[track_caller]
    pub(crate) fn type_into(&mut self, field: &str, text: &str) {
        self.0.ask("focus", &json!(field));
        self.type_on(text);
    }

    /// Types wherever the person is.
    #[track_caller]
    pub(crate) fn type_on(&mut self, text: &str) {
        self.0.ask("type", &json!(text));
    }

    /// In which field the person is, and what stands in it.
    #[track_caller]
    pub(crate) fn at(&mut self) -> (String, String) {
        serde_json::from_value(self.0.ask("at", &Value::Null)).expect("a field has the focus")
    }

    /// Lets whatever the page asks for below a path fail, with a status or without an answer.
    pub(crate) fn fail(&mut self, path: &str, status: Option<u16>) {
        self.0.ask("fail", &json!({ "path": path, "status": status }));
    }

    /// Waits until the page has felt that twice, and ends it.
    #[track_caller]
    pub(crate) fn mend(&mut self) {
        self.0.ask("mend", &Value::Null);
    }

    /// Loses the cookies.
    pub(crate) fn forget(&mut self) {
        self.0.ask("forget", &Value::Null);
    }

    #[track_caller]
    fn step(&mut self, request: &str, argument: &Value) -> Page {
        let page: Page = serde_json::from_value(self.0.ask(request, argument)).expect("a page");
        assert!(page.problems.is_empty(), "the browser complains about {}: {:?}", page.url, page.problems);
        page
    }
}

impl Page {
    /// Checks status and heading of a page of ours, and that it loaded nothing from elsewhere.
    #[track_caller]
    pub(crate) fn shows(self, status: u16, heading: &str) -> Self {
        assert_eq!((self.status, self.heading.as_str()), (status, heading), "{}", self.text);
        assert_eq!(self.foreign, Vec::<String>::new(), "{}", self.url);
        self
    }

    /// What it asked for that nobody asks for unless a script of somebody else runs.
    pub(crate) fn canaries(&self) -> &[String] {
        &self.canaries
    }

    /// Checks that the page says something.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.text.contains(words), "{words:?} is not in {:?}", self.text);
        self
    }

    /// Checks that something is nowhere in the page, also where nobody sees it.
    #[track_caller]
    pub(crate) fn hides(&self, secret: &str) {
        assert!(!self.html.contains(secret), "{secret} is in {}", self.html);
    }

    /// The address on the way to this page that has this path, and how it answered.
    #[track_caller]
    pub(crate) fn hop_to(&self, path: &str) -> (String, u16) {
        let hop = self.hops.iter().find(|(url, _)| Url::parse(url).is_ok_and(|url| url.path() == path));
        hop.unwrap_or_else(|| panic!("{path} is not in {:?}", self.hops)).clone()
    }
}
