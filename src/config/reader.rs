//! Reads a tree of values into typed ones: asks for keys, notes what is wrong with them, and reports in the end every
//! key that nobody asked for.
//!
//! Reading never stops at a problem: a getter notes it and gives nothing (or the default), so one pass finds them all.

use std::collections::{BTreeMap, BTreeSet};

use super::Mode;
use super::problem::{Fault, Origin, Problem, Problems, join};
use super::tree::{Node, Table, Value};

static EMPTY: Table = Table::new();

/// One table that is being read.
pub(super) struct Section<'t> {
    mode: Mode,
    key: String,
    origin: Option<&'t Origin>,
    table: &'t Table,
    asked: Vec<&'static str>,
    problems: Vec<Problem>,
}

/// Reads a whole tree.
///
/// # Errors
/// Everything that was found.
pub(super) fn read<T>(
    mode: Mode,
    tree: &Table,
    read: impl FnOnce(&mut Section<'_>) -> Option<T>,
) -> Result<T, Problems> {
    let mut root =
        Section { mode, key: String::new(), origin: None, table: tree, asked: Vec::new(), problems: Vec::new() };
    let value = read(&mut root);
    root.report_unknown();
    match value {
        Some(value) if root.problems.is_empty() => Ok(value),
        _ => Err(Problems::new(root.problems)),
    }
}

impl<'t> Section<'t> {
    /// How strict to be.
    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// Reads the value of `key`, or takes the default.
    pub(super) fn or<T>(&mut self, key: &'static str, default: T, parse: impl FnOnce(&Value) -> Result<T, Fault>) -> T {
        self.optional(key, parse).unwrap_or(default)
    }

    /// Reads the value of `key`, which must be there.
    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&Value) -> Result<T, Fault>,
    ) -> Option<T> {
        if !self.has(key) {
            self.note(key, "is required");
        }
        self.optional(key, parse)
    }

    /// Reads the value of `key`, if it is there.
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&Value) -> Result<T, Fault>,
    ) -> Option<T> {
        match parse(&self.ask(key)?.value) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.note(key, fault);
                None
            }
        }
    }

    /// Reads the elements of an array, those that can be; `None` when the key is not there.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        mut parse: impl FnMut(&Value) -> Result<T, Fault>,
    ) -> Option<Vec<T>> {
        let elements = self.elements(key)?;
        let mut values = Vec::with_capacity(elements.len());
        for (index, Node { origin, value }) in elements.iter().enumerate() {
            match parse(value) {
                Ok(value) => values.push(value),
                Err(fault) => {
                    let key = format!("{}[{index}]", join(&self.key, key));
                    self.problems.push(Problem { origin: Some(origin.clone()), key, fault });
                }
            }
        }
        Some(values)
    }

    /// Reads the elements of an array that must have some.
    pub(super) fn filled_list<T>(
        &mut self,
        key: &'static str,
        parse: impl FnMut(&Value) -> Result<T, Fault>,
    ) -> Vec<T> {
        match self.table.get(key).map(|node| &node.value) {
            None => self.note(key, "is required"),
            Some(Value::List(elements)) if elements.is_empty() => self.note(key, "must not be empty"),
            Some(_) => {}
        }
        self.list(key, parse).unwrap_or_default()
    }

    /// Reads a table with fixed keys; one that is not there counts as empty.
    pub(super) fn section<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Section<'_>) -> T) -> T {
        let (origin, table) = self.table(key).unzip();
        self.within(join(&self.key, key), origin, table.unwrap_or(&EMPTY), read)
    }

    /// Reads an array of tables, and keeps those that can be read.
    pub(super) fn sections<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&mut Section<'_>) -> Option<T>,
    ) -> Vec<T> {
        let mut values = Vec::new();
        for (index, node) in self.elements(key).into_iter().flatten().enumerate() {
            let path = format!("{}[{index}]", join(&self.key, key));
            values.extend(self.member(path, node, None, &mut read));
        }
        values
    }

    /// Reads a table whose keys are names and whose values are tables. With a `shorthand`, a value that is no table
    /// stands for a table with that one key.
    pub(super) fn named<T>(
        &mut self,
        key: &'static str,
        shorthand: Option<&'static str>,
        mut read: impl FnMut(&str, &mut Section<'_>) -> Option<T>,
    ) -> BTreeMap<String, T> {
        let mut values = BTreeMap::new();
        for (name, node) in self.table(key).into_iter().flat_map(|(_, table)| table) {
            let path = join(&join(&self.key, key), name);
            if let Some(value) = self.member(path, node, shorthand, |section| read(name, section)) {
                values.insert(name.clone(), value);
            }
        }
        values
    }

    /// Reads a table whose keys are names and whose values are arrays with some elements.
    pub(super) fn named_lists<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str, &Value) -> Result<T, Fault>,
    ) -> BTreeMap<String, Vec<T>> {
        let mut lists = BTreeMap::new();
        for (name, node) in self.table(key).into_iter().flat_map(|(_, table)| table) {
            let parsed = match &node.value {
                Value::List(elements) if !elements.is_empty() => {
                    elements.iter().map(|element| parse(name, &element.value)).collect()
                }
                _ => Err("must be an array with at least one element".into()),
            };
            match parsed {
                Ok(list) => {
                    lists.insert(name.clone(), list);
                }
                Err(fault) => {
                    let key = join(&join(&self.key, key), name);
                    self.problems.push(Problem { origin: Some(node.origin.clone()), key, fault });
                }
            }
        }
        lists
    }

    /// The names in a table, whatever stands behind them.
    pub(super) fn names(&self, key: &str) -> BTreeSet<String> {
        match self.table.get(key) {
            Some(Node { value: Value::Table(table), .. }) => table.keys().cloned().collect(),
            _ => BTreeSet::new(),
        }
    }

    /// Whether `key` is given.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Notes that something is wrong with `key`.
    pub(super) fn note(&mut self, key: &str, fault: impl Into<Fault>) {
        let origin = self.table.get(key).map(|node| &node.origin).or(self.origin).cloned();
        self.problems.push(Problem { origin, key: join(&self.key, key), fault: fault.into() });
    }

    /// Notes that something is wrong with this table as a whole.
    pub(super) fn note_here(&mut self, fault: impl Into<Fault>) {
        self.problems.push(Problem { origin: self.origin.cloned(), key: self.key.clone(), fault: fault.into() });
    }

    fn ask(&mut self, key: &'static str) -> Option<&'t Node> {
        self.asked.push(key);
        self.table.get(key)
    }

    fn elements(&mut self, key: &'static str) -> Option<&'t [Node]> {
        if let Value::List(elements) = &self.ask(key)?.value {
            return Some(elements);
        }
        self.note(key, "must be an array");
        None
    }

    fn table(&mut self, key: &'static str) -> Option<(&'t Origin, &'t Table)> {
        if let Node { origin, value: Value::Table(table) } = self.ask(key)? {
            return Some((origin, table));
        }
        self.note(key, "must be a table");
        None
    }

    fn member<T>(
        &mut self,
        path: String,
        node: &Node,
        shorthand: Option<&'static str>,
        read: impl FnOnce(&mut Section<'_>) -> Option<T>,
    ) -> Option<T> {
        match (&node.value, shorthand) {
            (Value::Table(table), _) => self.within(path, Some(&node.origin), table, read),
            (Value::Text(text), Some(key)) => {
                let short = Node { origin: node.origin.clone(), value: Value::Text(text.clone()) };
                self.within(path, Some(&node.origin), &Table::from([(key.to_owned(), short)]), read)
            }
            _ => {
                let fault = shorthand.map_or("must be a table", |_| "must be text or a table").into();
                self.problems.push(Problem { origin: Some(node.origin.clone()), key: path, fault });
                None
            }
        }
    }

    fn within<T>(
        &mut self,
        key: String,
        origin: Option<&Origin>,
        table: &Table,
        read: impl FnOnce(&mut Section<'_>) -> T,
    ) -> T {
        let mut inner = Section { mode: self.mode, key, origin, table, asked: Vec::new(), problems: Vec::new() };
        let value = read(&mut inner);
        inner.report_unknown();
        self.problems.append(&mut inner.problems);
        value
    }

    fn report_unknown(&mut self) {
        let mut known = std::mem::take(&mut self.asked);
        known.sort_unstable();
        known.dedup();
        for key in self.table.keys().filter(|key| !known.contains(&key.as_str())) {
            self.note(key, Fault::unknown(&known));
        }
    }
}
