//! A browser, as far as our pages need one: it follows what it is told, and keeps cookies.

use std::net::SocketAddr;

use url::Url;

use crate::raw_http::{Answer, exchange, request};
use crate::workplace::Server;

/// A browser that opened a customer's page.
pub(super) struct Browser {
    address: SocketAddr,
    link: String,
    cookies: Vec<String>,
    form_token: String,
    start: String,
}

impl Browser {
    /// Opens the link of a customer's page.
    pub(super) fn open(server: &Server, link: &str) -> Self {
        let at = link.find("/kyc-spa/").expect("a customer's page");
        let link = link[at..].to_owned();
        let (form_token, start) = (String::new(), String::new());
        let mut browser = Self { address: server.public, link, cookies: Vec::new(), form_token, start };
        let page = browser.get(&browser.link.clone());
        assert_eq!(page.status, 200, "{}", page.text());
        browser.form_token = between(&page.text(), "name=\"form_token\" value=\"", "\"");
        browser.start = between(&page.text(), "action=\"/kyc-start/", "\"");
        browser
    }

    /// Presses the button; gives the URL at the provider to which it leads.
    pub(super) fn leave(&mut self) -> Url {
        let body = format!("form_token={}", self.form_token);
        let path = format!("POST /kyc-start/{}", self.start);
        let answer = self.send(&path, "content-type: application/x-www-form-urlencoded\r\n", body.as_bytes());
        assert_eq!(answer.status, 303, "{}", answer.text());
        Url::parse(answer.header("location").expect("a redirect")).expect("a URL")
    }

    pub(super) fn get(&mut self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), "", b"")
    }

    pub(super) fn link(&self) -> &str {
        &self.link
    }

    /// What it was given to keep, and what stood in the page.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        let values = self.cookies.iter().filter_map(|cookie| cookie.split_once('=').map(|(_, value)| value));
        values.chain([self.form_token.as_str(), &self.start])
    }

    fn send(&mut self, method_and_path: &str, headers: &str, body: &[u8]) -> Answer {
        let headers = format!("cookie: {}\r\n{headers}", self.cookies.join("; "));
        let answer = exchange(self.address, request(method_and_path, &headers, body));
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let pair = cookie.split(';').next().expect("a pair").to_owned();
            let name = pair.split('=').next().expect("a name").to_owned() + "=";
            self.cookies.retain(|kept| !kept.starts_with(&name));
            self.cookies.push(pair);
        }
        answer
    }
}

fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).expect("an end").0.to_owned()
}
