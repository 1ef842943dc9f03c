//! A browser without scripts: it keeps cookies, fills in forms, and follows a redirect when it is told to.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use http::{HeaderMap, Request, header};
use kycd::egress::{Configured, Limits};
use serde_json::Value;
use url::Url;

use crate::provider::Return;
use crate::words::without_random;

/// The browser of one person.
pub(crate) struct Browser {
    client: Configured,
    pub(crate) origin: String,
    pub(crate) cookies: Mutex<BTreeMap<String, String>>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Browser {
    /// `origin` is where the server really listens, whatever it is called in URLs.
    pub(crate) fn new(origin: &str) -> Self {
        // Longer than the server lets anybody wait for a change.
        let limits = Limits { connect: Duration::from_secs(30), total: Duration::from_mins(3), body: 1 << 20 };
        Self { client: Configured::new(limits, true).unwrap(), origin: origin.to_owned(), cookies: Mutex::default() }
    }

    /// The same browser, with the server at another address.
    pub(crate) fn at(&self, origin: &str) -> Self {
        Self {
            client: self.client.clone(),
            origin: origin.to_owned(),
            cookies: Mutex::new(self.cookies.lock().unwrap().clone()),
        }
    }

    pub(crate) async fn get(&self, place: &str) -> Page {
        self.send("GET", place, &[], "").await
    }

    /// Comes back from the provider `eid`.
    pub(crate) async fn come_back(&self, returned: &Return) -> Page {
        self.get(&way_back("eid", returned)).await
    }

    /// Opens a page and presses its button, which leads to a provider.
    pub(crate) async fn leave(&self, page: &str) -> Url {
        let page = self.get(page).await;
        assert_eq!(page.status, 200, "{}", page.body);
        self.press(&page).await.destination()
    }

    /// Presses the only, or the first, button of a page.
    pub(crate) async fn press(&self, page: &Page) -> Page {
        self.submit(page, &[("answer", "yes")]).await
    }

    /// Submits the form of a page, with some fields replaced or added.
    pub(crate) async fn submit(&self, page: &Page, changes: &[(&str, &str)]) -> Page {
        let mut fields = page.hidden_fields();
        fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post(&page.action().expect("a form"), &fields).await
    }

    /// Posts a form as a page of the server would.
    pub(crate) async fn post(&self, place: &str, fields: &BTreeMap<String, String>) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
        self.send("POST", place, &headers, &body).await
    }

    /// Posts a form with files as a page of the server would.
    pub(crate) async fn post_files(
        &self,
        place: &str,
        fields: &BTreeMap<String, String>,
        files: &[(&str, &[u8])],
    ) -> Page {
        let headers = [("content-type", MULTIPART), ("sec-fetch-site", "same-origin")];
        self.send("POST", place, &headers, multipart(fields, files)).await
    }

    /// Posts `{}` to a route that scripts use.
    pub(crate) async fn post_json(&self, place: &str) -> Page {
        self.send("POST", place, &[("content-type", "application/json")], "{}").await
    }

    /// Posts a form as a page of somebody else would: `Lax` cookies stay at home.
    pub(crate) async fn post_from_elsewhere(&self, place: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
        let page = Self::new(&self.origin).send("POST", place, &headers, &body).await;
        self.keep_cookies(&page);
        page
    }

    /// Sends any request, and checks what holds of every answer.
    pub(crate) async fn send(
        &self,
        method: &str,
        place: &str,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> Page {
        // The path of a URL, whatever the server is called in it.
        let path = if place.starts_with('/') { place } else { place.splitn(4, '/').nth(3).unwrap() };
        let uri = format!("{}/{}", self.origin, path.trim_start_matches('/'));
        // A connection that waits for the next request can be closed just when that is sent.
        let mut request = Request::builder().method(method).uri(uri).header(header::CONNECTION, "close");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let answer = self.client.send(request.body(body.as_ref().to_vec()).unwrap()).await.unwrap();
        let page = Page {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            body: String::from_utf8(answer.body().to_vec()).unwrap(),
        };
        self.keep_cookies(&page);
        if method != "HEAD" {
            page.check(place);
        }
        page
    }

    fn keep_cookies(&self, page: &Page) {
        for cookie in page.set_cookies() {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Page {
    /// The page without its tokens, for looking that a short word is not in it.
    pub(crate) fn words(&self) -> String {
        without_random(&self.body)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// Where a redirect leads.
    #[track_caller]
    pub(crate) fn destination(&self) -> Url {
        assert!(matches!(self.status, 302 | 303), "{} {}", self.status, self.body);
        Url::parse("https://kyc.example.com").unwrap().join(self.header("location")).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{} {}", self.status, self.body))
    }

    /// Where its form is posted to, if it has one besides those of the customer's own page.
    pub(crate) fn action(&self) -> Option<String> {
        let forms = self.body.split("<form method=\"post\" action=\"").skip(1);
        let mut actions = forms.filter_map(|form| form.split('"').next());
        actions.find(|action| !action.starts_with("/kyc-spa/")).map(str::to_owned)
    }

    pub(crate) fn hidden_fields(&self) -> BTreeMap<String, String> {
        let inputs = self.body.split("<input type=\"hidden\" name=\"").skip(1);
        inputs
            .map(|input| {
                let mut parts = input.split('"');
                (parts.next().unwrap().to_owned(), parts.nth(1).unwrap().to_owned())
            })
            .collect()
    }

    /// Whether it has the button that starts again.
    pub(crate) fn offers_to_start_again(&self) -> bool {
        self.body.contains("Start again with") && self.action().is_some_and(|action| action.starts_with("/kyc-start/"))
    }

    /// What every answer promises (OA-19), and that no code is ever shown.
    #[track_caller]
    fn check(&self, place: &str) {
        let is_public = place.starts_with("/kyc-jwks/") && self.status == 200;
        assert_eq!(self.header("cache-control") == "no-store", !is_public, "{place}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{place}");
        if let Some((_, code)) =
            form_urlencoded::parse(place.split_once('?').map_or(b"", |(_, query)| query.as_bytes()))
                .find(|(name, value)| name == "code" && !value.is_empty())
        {
            assert!(!self.words().contains(&*code), "a page shows a code");
            assert!(!self.header("location").contains(&*code), "a redirect carries a code");
        }
        if self.header("content-type").starts_with("application/json") {
            self.check_json();
        } else if !matches!(self.status, 204 | 304) {
            self.check_page();
        }
    }

    #[track_caller]
    fn check_json(&self) {
        if self.status >= 400 {
            let Value::Object(members) = self.json() else { panic!("{}", self.body) };
            let message = members["error"].as_str().expect("a text");
            assert!(members.len() == 1 && message.chars().count() <= 300, "{}", self.body);
        }
    }

    #[track_caller]
    fn check_page(&self) {
        let has_form = self.body.contains("<form");
        let referrer = if has_form { "same-origin" } else { "no-referrer" };
        assert_eq!(self.header("referrer-policy"), referrer, "{}", self.body);
        let policy = self.header("content-security-policy");
        let is_live = self.body.contains("<script src=\"/assets/kycd.js?v=");
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
        assert_eq!(policy.contains("script-src 'self'; connect-src 'self'"), is_live, "{policy}");
        let action = if has_form { "form-action 'self'" } else { "form-action 'none'" };
        assert!(policy.contains(action) && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(self.body.matches("<script").count(), usize::from(is_live), "{}", self.body);
        for attribute in ["src=\"", "href=\"", "action=\""] {
            for value in self.body.split(attribute).skip(1) {
                // The same page in another language is `?…`.
                let is_ours = value.starts_with(['/', '?', '#']) && !value.starts_with("//");
                assert!(is_ours || value.starts_with("data:,"), "{value}");
            }
        }
    }
}

/// How a form with files is posted.
pub(crate) const MULTIPART: &str = "multipart/form-data; boundary=edge";

/// Writes such a form; each file is one of a field.
pub(crate) fn multipart(fields: &BTreeMap<String, String>, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(head.as_bytes());
    }
    for (name, file) in files {
        let disposition = format!("content-disposition: form-data; name=\"{name}\"; filename=\"photo\"");
        body.extend(format!("--edge\r\n{disposition}\r\ncontent-type: image/jpeg\r\n\r\n").as_bytes());
        body.extend(*file);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge--\r\n");
    body
}

/// The address at which a provider sends the browser back.
pub(crate) fn way_back(provider: &str, returned: &Return) -> String {
    let pairs = [("code", &returned.code), ("state", &returned.state)];
    with_query(&format!("/kyc-proof/{provider}"), &pairs.map(|(name, value)| (name, value.as_str())))
}

/// A path with parameters.
pub(crate) fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}
