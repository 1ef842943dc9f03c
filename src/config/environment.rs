//! Keys by environment variable: `KYCD_SECTION__KEY`, whose value is TOML.

use std::collections::BTreeSet;
use std::ffi::OsString;

use toml::de::DeValue;

use super::problem::{Fault, Origin, Problem};
use super::tree::{self, Node, Table, Value};

const PREFIX: &str = "kycd_";
const SEPARATOR: &str = "__";
/// What Kubernetes tells every container about a service that is called `kycd`
/// ([documentation](https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables)).
const OF_KUBERNETES: [&str; 2] = ["service_", "port"];

/// Lays the variables over `base`, the shorter names first, so that `KYCD_LOG__FORMAT` covers a part of `KYCD_LOG`.
pub(super) fn lay(
    base: &mut Table,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    problems: &mut Vec<Problem>,
) {
    let mut variables = environment.into_iter().filter_map(ours).collect::<Vec<_>>();
    variables.sort();
    let mut given = BTreeSet::new();
    for (normal, name, value) in variables {
        let outcome = path_in(base, &normal).and_then(|path| {
            if !given.insert(path.clone()) {
                return Err("another variable gives the same key".into());
            }
            Ok((path, parse(&name, value)?))
        });
        match outcome {
            Ok((path, value)) => tree::merge(base, nest(&path, &Origin::Variable(name), value)),
            Err(fault) => problems.push(Problem { origin: Some(Origin::Variable(name)), key: String::new(), fault }),
        }
    }
}

/// Keeps the variables with our prefix: the rest of the name in the form of [`normal`], the name, the value.
fn ours((name, value): (OsString, OsString)) -> Option<(String, String, OsString)> {
    let name = name.to_string_lossy().into_owned();
    let normal = normal(&name).strip_prefix(PREFIX)?.to_owned();
    let is_ours = !OF_KUBERNETES.iter().any(|prefix| normal.starts_with(prefix));
    is_ours.then_some((normal, name, value))
}

/// The form in which names are compared: lower case, `_` for `-`.
fn normal(name: &str) -> String {
    name.to_ascii_lowercase().replace('-', "_")
}

fn parse(name: &str, value: OsString) -> Result<Value, Fault> {
    let text = value.into_string().map_err(|_| "the value is not UTF-8")?;
    let value = DeValue::parse(text.trim()).map_err(|_| "the value is not TOML (text stands in quotes)")?;
    Ok(tree::value_from_toml(value.into_inner(), &|_| Origin::Variable(name.to_owned())))
}

/// Finds the keys that a variable means: those of the layers below if they match, new ones otherwise.
fn path_in(base: &Table, name: &str) -> Result<Vec<String>, Fault> {
    let mut table = Some(base);
    let mut path = Vec::new();
    for segment in name.split(SEPARATOR) {
        let mut matches = table.into_iter().flatten().filter(|(key, _)| normal(key) == segment);
        let held = matches.next();
        if matches.next().is_some() {
            return Err("several keys match this name".into());
        }
        path.push(held.map_or_else(|| segment.to_owned(), |(key, _)| key.clone()));
        table = match held {
            Some((_, Node { value: Value::Table(inner), .. })) => Some(inner),
            _ => None,
        };
    }
    Ok(path)
}

/// Wraps a value in the tables of its path.
fn nest(path: &[String], origin: &Origin, value: Value) -> Table {
    let Some((last, parents)) = path.split_last() else { return Table::new() };
    let leaf = Table::from([(last.clone(), Node { origin: origin.clone(), value })]);
    parents.iter().rev().fold(leaf, |inner, key| {
        Table::from([(key.clone(), Node { origin: origin.clone(), value: Value::Table(inner) })])
    })
}
