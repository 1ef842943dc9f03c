//! The layers of a configuration: defaults of `dev`, file, environment.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use toml::de::DeTable;

use super::environment;
use super::problem::{Fault, Origin, Problem, Problems};
use super::tree::{self, Node, Table, Value};

/// What `dev` starts from, before it generates the rest.
const DEV: &str = include_str!("../../config/dev.toml");

/// The array of which a file's elements stand before those of `dev`, so that neither is lost.
const PREPENDED: &str = "token_issuers";

/// The defaults of `dev`, with what it generated laid over them.
pub(super) fn dev_defaults(generated: serde_json::Value) -> Table {
    let parsed = DeTable::parse(DEV).expect("the defaults of dev are TOML, as a test proves");
    let mut defaults = tree::table_from_toml(parsed.into_inner(), &|_| Origin::Defaults);
    if let Value::Table(generated) = tree::value_from_json(generated) {
        tree::merge(&mut defaults, generated);
    }
    defaults
}

/// Lays a file and the environment over the defaults, or reports what cannot be read at all, which would only make other
/// keys look missing.
pub(super) fn assemble(
    mut base: Table,
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Table, Problems> {
    let mut problems = Vec::new();
    match file.map_or_else(|| Ok(Table::new()), read_file) {
        Ok(mut table) => {
            prepend(&mut table, &mut base);
            tree::merge(&mut base, table);
        }
        Err(problem) => problems.push(problem),
    }
    environment::lay(&mut base, environment, &mut problems);
    if problems.is_empty() { Ok(base) } else { Err(Problems::new(problems)) }
}

fn read_file(path: &Path) -> Result<Table, Problem> {
    let name = Arc::<str>::from(path.display().to_string());
    let whole = |fault| Problem { origin: None, key: name.to_string(), fault };
    let bytes = fs::read(path).map_err(|error| whole(Fault::unreadable(&error)))?;
    let text = String::from_utf8(bytes).map_err(|_| whole("the file is not UTF-8".into()))?;
    let place = |offset| place(&name, &text, offset);
    match DeTable::parse(&text) {
        Ok(table) => Ok(tree::table_from_toml(table.into_inner(), &place)),
        Err(error) => {
            let origin = place(error.span().map_or(0, |span| span.start));
            Err(Problem { origin: Some(origin), key: String::new(), fault: Fault::syntax(&error) })
        }
    }
}

/// Moves the defaults' elements of [`PREPENDED`] behind the file's.
fn prepend(file: &mut Table, base: &mut Table) {
    if let Some(Node { value: Value::List(elements), .. }) = file.get_mut(PREPENDED)
        && let Some(Node { value: Value::List(defaults), .. }) = base.get_mut(PREPENDED)
    {
        elements.append(defaults);
    }
}

fn place(path: &Arc<str>, text: &str, offset: usize) -> Origin {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Origin::File {
        path: Arc::clone(path),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}
