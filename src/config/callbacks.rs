//! `[callbacks]`: whom wallets may have told of changes, and for how long.

use url::Host;

use super::parse;
use super::problem::Fault;
use super::reader::Section;
use super::tree::{Node, Value};

/// Callbacks of SEP-12.
#[derive(Clone, Debug)]
pub struct Callbacks {
    /// Whose hosts may be told.
    pub hosts: CallbackHosts,
    /// Whether they are told on after ACCEPTED or REJECTED.
    pub continue_after_terminal: bool,
}

/// Whose hosts may be told of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackHosts {
    /// Any public one.
    Any,
    /// That of the wallet's client domain.
    ClientDomain,
    /// Those listed, in lower case and A-labels.
    Listed(Vec<String>),
}

impl Callbacks {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let after_terminal = [("stop", false), ("continue", true)];
        Self {
            hosts: section.or("hosts", CallbackHosts::Any, hosts),
            continue_after_terminal: section.or("after_terminal", false, parse::choice(&after_terminal)),
        }
    }
}

fn hosts(value: &Value) -> Result<CallbackHosts, Fault> {
    match value {
        Value::List(names) if !names.is_empty() => {
            names.iter().map(host).collect::<Result<_, _>>().map(CallbackHosts::Listed)
        }
        Value::Text(word) if word == "any" => Ok(CallbackHosts::Any),
        Value::Text(word) if word == "client_domain" => Ok(CallbackHosts::ClientDomain),
        _ => Err("must be \"any\", \"client_domain\", or a list of domains".into()),
    }
}

fn host(name: &Node) -> Result<String, Fault> {
    let host = Host::parse(&parse::text(&name.value)?).map_err(|_| "must hold domains, like \"wallet.example.com\"")?;
    Ok(host.to_string())
}
