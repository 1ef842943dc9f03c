//! Values that know where they come from, and how one layer of them covers another.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Origin;

/// Values by key.
pub(super) type Table = BTreeMap<String, Node>;

/// A value and the place it was written at: its key's, or its own inside an array.
pub(super) struct Node {
    pub(super) origin: Origin,
    pub(super) value: Value,
}

/// What a key can hold.
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Flag(bool),
    List(Vec<Node>),
    Table(Table),
    /// What no key of this program takes: fractions, dates, integers beyond 64 bits, null.
    Other,
}

/// Reads a parsed TOML table; `origin` tells which place a byte offset is.
pub(super) fn table_from_toml(table: DeTable<'_>, origin: &impl Fn(usize) -> Origin) -> Table {
    table
        .into_iter()
        .map(|(key, value)| {
            let place = origin(key.span().start);
            (key.into_inner().into_owned(), Node { origin: place, value: value_from_toml(value.into_inner(), origin) })
        })
        .collect()
}

/// Reads a parsed TOML value; see [`table_from_toml`].
pub(super) fn value_from_toml(value: DeValue<'_>, origin: &impl Fn(usize) -> Origin) -> Value {
    let element = |element: &Spanned<DeValue<'_>>| Node {
        origin: origin(element.span().start),
        value: value_from_toml(element.get_ref().clone(), origin),
    };
    match value {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(integer) => {
            i64::from_str_radix(integer.as_str(), integer.radix()).map_or(Value::Other, Value::Integer)
        }
        DeValue::Boolean(flag) => Value::Flag(flag),
        DeValue::Array(elements) => Value::List(elements.iter().map(element).collect()),
        DeValue::Table(table) => Value::Table(table_from_toml(table, origin)),
        DeValue::Float(_) | DeValue::Datetime(_) => Value::Other,
    }
}

/// Reads what the program itself made up.
pub(super) fn value_from_json(value: serde_json::Value) -> Value {
    let node = |value| Node { origin: Origin::Defaults, value: value_from_json(value) };
    match value {
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Number(number) => number.as_i64().map_or(Value::Other, Value::Integer),
        serde_json::Value::Bool(flag) => Value::Flag(flag),
        serde_json::Value::Array(elements) => Value::List(elements.into_iter().map(node).collect()),
        serde_json::Value::Object(table) => {
            Value::Table(table.into_iter().map(|(key, value)| (key, node(value))).collect())
        }
        serde_json::Value::Null => Value::Other,
    }
}

/// Lays `over` on `base`: tables merge key by key, everything else is replaced whole.
pub(super) fn merge(base: &mut Table, over: Table) {
    for (key, node) in over {
        match base.entry(key) {
            Entry::Vacant(place) => {
                place.insert(node);
            }
            Entry::Occupied(mut held) => lay(held.get_mut(), node),
        }
    }
}

fn lay(held: &mut Node, over: Node) {
    match (&mut held.value, over.value) {
        (Value::Table(base), Value::Table(table)) => {
            // A key that is missing is looked for where somebody began the table.
            if held.origin == Origin::Defaults {
                held.origin = over.origin;
            }
            merge(base, table);
        }
        (_, value) => *held = Node { origin: over.origin, value },
    }
}
