//! The rules: functions from what is there to what is wrong with it.

use std::collections::BTreeSet;

use crate::source::{Source, functions, is_word};

/// Which other rooms of `src/` each room may name. Whoever is not listed is not known.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("telemetry", &[]),
    ("config", &["domain"]),
    ("egress", &["domain"]),
    ("vault", &["domain"]),
    ("store", &["domain", "vault"]),
    ("auth", &["domain", "vault", "store", "egress"]),
    ("integration", &["domain", "vault", "store", "egress"]),
    ("proof", &["domain", "vault", "store", "egress"]),
    ("outbox", &["domain", "vault", "store", "egress"]),
    ("http", &["domain", "telemetry", "vault", "store", "auth", "integration", "proof", "outbox"]),
    (
        "app",
        &[
            "domain",
            "telemetry",
            "config",
            "egress",
            "vault",
            "store",
            "auth",
            "integration",
            "proof",
            "outbox",
            "http",
        ],
    ),
    (
        "cli",
        &[
            "domain",
            "telemetry",
            "config",
            "egress",
            "vault",
            "store",
            "auth",
            "integration",
            "proof",
            "outbox",
            "http",
            "app",
        ],
    ),
    ("main", &["telemetry", "cli"]),
    ("lib", &[]),
];

/// Words that a thing is called when nobody knew what it is.
const EMPTY_NAMES: &[&str] = &["Manager", "Helper", "Util", "Impl", "Data", "Info"];

/// Everything that is visible at the top of the repository, build products apart.
const TOP_LEVEL: &[&str] =
    &["Cargo.lock", "Cargo.toml", "Dockerfile", "LICENSE", "README.md", "config", "migrations", "src", "tests"];

/// Names the rooms that a source refers to from the root of the crate, each with its line.
fn known_rooms(source: &Source) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (index, token) in source.tokens.iter().enumerate() {
        let own_crate = token.text == "crate" || (token.text == "kycd" && source.path == "main.rs");
        let starts_path = index == 0 || source.text_at(index - 1) != "::";
        let mut next = index + 1;
        if token.text == "super" && starts_path {
            while source.text_at(next) == "::" && source.text_at(next + 1) == "super" {
                next += 2;
            }
            if (next - index).div_ceil(2) < source.depth() {
                continue; // stays inside its room
            }
        } else if !own_crate {
            continue;
        }
        if source.text_at(next) != "::" {
            continue; // `pub(crate)`, `pub(super)`
        }
        if source.text_at(next + 1) != "{" {
            found.push((token.line, source.text_at(next + 1)));
            continue;
        }
        let mut depth = 0;
        for inner in next + 1..source.tokens.len() {
            match source.text_at(inner) {
                "{" => depth += 1,
                "}" => depth -= 1,
                name if depth == 1 && ["{", ","].contains(&source.text_at(inner - 1)) => found.push((token.line, name)),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}

pub(crate) fn dependency_violations(source: &Source) -> Vec<String> {
    let room = source.room();
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![source.at(1, &format!("{room} is no room of the house"))];
    };
    known_rooms(source)
        .into_iter()
        .filter(|(_, known)| *known != room && !allowed.contains(known))
        .map(|(line, known)| source.at(line, &format!("{room} must not know {known}")))
        .collect()
}

/// Reports words that only some places may say.
fn reserved(source: &Source, places: &[&str], is_reserved: impl Fn(&str) -> bool) -> Vec<String> {
    if places.iter().any(|place| source.path == *place || source.room() == *place) {
        return Vec::new();
    }
    let said = source.tokens.iter().filter(|token| is_reserved(&token.text));
    said.map(|token| source.at(token.line, &format!("{} belongs to {}", token.text, places.join(", ")))).collect()
}

pub(crate) fn web_framework_violations(source: &Source) -> Vec<String> {
    reserved(source, &["http"], |word| word == "axum" || word.starts_with("axum_"))
}

/// `egress` reads the statuses that others answer; answering with one is for the edge alone.
pub(crate) fn status_code_violations(source: &Source) -> Vec<String> {
    reserved(source, &["http", "egress"], |word| word == "StatusCode")
}

pub(crate) fn engine_violations(source: &Source) -> Vec<String> {
    reserved(source, &["store/db.rs"], |word| {
        let after_pg = word.strip_prefix("Pg").and_then(|rest| rest.chars().next());
        word.starts_with("Postgres") || word.starts_with("Sqlite") || after_pg.is_some_and(char::is_uppercase)
    })
}

pub(crate) fn opening_violations(source: &Source) -> Vec<String> {
    if source.text.starts_with("//! ") {
        vec![]
    } else {
        vec![source.at(1, "does not open with what it is, `//! …`")]
    }
}

pub(crate) fn empty_name_violations(source: &Source) -> Vec<String> {
    let defined = source.tokens.windows(2).filter_map(|pair| match pair[0].text.as_str() {
        // `http_body::Body` asks its implementors for a type of that name.
        "type" if pair[1].text == "Data" => None,
        "struct" | "enum" | "trait" | "type" | "union" | "mod" => Some(&pair[1]),
        _ => None,
    });
    let is_empty = |name: &str| {
        let module = name.rsplit('_').next().unwrap_or_default().trim_end_matches('s');
        EMPTY_NAMES.iter().any(|word| name.ends_with(word) || module == word.to_lowercase())
    };
    defined
        .filter(|token| is_empty(&token.text))
        .map(|token| source.at(token.line, &format!("{} says nothing", token.text)))
        .collect()
}

pub(crate) fn unfinished_violations(source: &Source) -> Vec<String> {
    let unfinished = |line: &str| line.split(|c| !is_word(c)).any(|word| ["TODO", "FIXME", "XXX"].contains(&word));
    let lines = source.text.lines().enumerate().filter(|(_, line)| unfinished(line));
    lines.map(|(index, _)| source.at(index + 1, "is unfinished")).collect()
}

pub(crate) fn file_length_violations(sources: &[Source]) -> Vec<String> {
    let mut lengths: Vec<_> = sources.iter().map(|source| source.text.lines().count()).collect();
    let long = sources.iter().zip(&lengths).filter(|(_, length)| **length > 400);
    let mut violations: Vec<_> =
        long.map(|(source, length)| source.at(1, &format!("{length} lines, over 400"))).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    if median > 120 {
        violations.push(format!("the median file has {median} lines, over 120"));
    }
    violations
}

pub(crate) fn function_length_violations(sources: &[Source]) -> Vec<String> {
    let (mut violations, mut lengths) = (Vec::new(), Vec::new());
    for source in sources {
        for (name, line, length) in functions(source) {
            lengths.push(length);
            if length > 80 {
                violations.push(source.at(line, &format!("{name} has {length} lines, over 80")));
            }
        }
    }
    lengths.sort_unstable();
    let p90 = lengths.get(lengths.len() * 9 / 10).copied().unwrap_or_default();
    if p90 > 35 {
        violations.push(format!("one function in ten has {p90} lines or more, over 35"));
    }
    violations
}

pub(crate) fn top_level_violations(names: &[&str]) -> Vec<String> {
    let is_visible = |name: &&str| !name.starts_with('.') && *name != "target";
    let there: BTreeSet<_> = names.iter().copied().filter(is_visible).collect();
    let wanted: BTreeSet<_> = TOP_LEVEL.iter().copied().collect();
    let missing = wanted.difference(&there).map(|name| format!("{name} is missing"));
    missing.chain(there.difference(&wanted).map(|name| format!("{name} does not belong at the top"))).collect()
}

pub(crate) fn migration_violations(postgres: &[String], sqlite: &[String]) -> Vec<String> {
    let (postgres, sqlite): (BTreeSet<_>, BTreeSet<_>) = (postgres.iter().collect(), sqlite.iter().collect());
    let one_sided = postgres.symmetric_difference(&sqlite).map(|name| format!("{name} is there for one engine only"));
    let is_named_well = |name: &&&String| {
        let parts = name.strip_suffix(".sql").and_then(|stem| stem.split_once('_'));
        parts.is_some_and(|(number, words)| {
            let is_snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            number.len() == 4 && number.chars().all(|c| c.is_ascii_digit()) && words.chars().all(is_snake)
        })
    };
    let misnamed = postgres.union(&sqlite).filter(|name| !is_named_well(name)).copied().cloned().collect::<Vec<_>>();
    one_sided.chain(misnamed.into_iter().map(|name| format!("{name} is not NNNN_snake_case.sql"))).collect()
}
