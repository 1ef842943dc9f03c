//! What the Dockerfile promises, checked without a container engine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use toml::Table;

/// An instruction and its arguments, continuation lines joined.
type Instruction = (String, String);

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Reads the Dockerfile as its stages, each opened by its `FROM`.
fn stages() -> Vec<Vec<Instruction>> {
    let text = fs::read_to_string(root().join("Dockerfile")).expect("a Dockerfile").replace("\\\n", " ");
    let mut stages: Vec<Vec<Instruction>> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let (name, arguments) = line.split_once(' ').expect("an instruction has arguments");
        if name == "FROM" {
            stages.push(Vec::new());
        }
        stages.last_mut().expect("FROM comes first").push((name.to_owned(), arguments.trim().to_owned()));
    }
    stages
}

/// Lists the arguments of all instructions of that name in a stage.
fn arguments<'a>(stage: &'a [Instruction], name: &str) -> Vec<&'a str> {
    stage.iter().filter(|(own, _)| own == name).map(|(_, arguments)| arguments.as_str()).collect()
}

fn built() -> Vec<Instruction> {
    stages().swap_remove(0)
}

fn shipped() -> Vec<Instruction> {
    stages().pop().expect("a stage")
}

/// Lists what the build stage copies from the repository.
fn build_inputs() -> Vec<String> {
    let build = built();
    let copied = arguments(&build, "COPY").into_iter().flat_map(|line| {
        let words: Vec<_> = line.split_whitespace().map(ToOwned::to_owned).collect();
        words[..words.len() - 1].to_vec()
    });
    copied.collect()
}

#[test]
fn it_runs_as_a_fixed_number_that_is_not_root() {
    assert_eq!(arguments(&shipped(), "USER"), ["10001:10001"]);
}

#[test]
fn it_runs_the_server_unless_told_otherwise_and_asks_it_how_it_is() {
    let shipped = shipped();

    assert_eq!(arguments(&shipped, "ENTRYPOINT"), [r#"["kycd"]"#]);
    assert_eq!(arguments(&shipped, "CMD"), [r#"["serve"]"#]);
    let health = arguments(&shipped, "HEALTHCHECK").concat();
    assert!(health.ends_with(r#"CMD ["kycd", "health"]"#), "{health}");
}

#[test]
fn both_listeners_accept_from_everywhere_on_the_exposed_ports() {
    let shipped = shipped();
    // Each value stands in the single quotes of the Dockerfile, and is TOML inside them.
    let environment = arguments(&shipped, "ENV").join(" ");
    let listen = |name: &str| {
        let (_, rest) = environment.split_once(&format!("{name}='")).expect("the variable is set");
        let value = rest.split('\'').next().expect("a value");
        let table: Table = format!("listen = {value}").parse().expect("TOML");
        table["listen"].as_str().expect("a string").to_owned()
    };

    assert_eq!(listen("KYCD_SERVER__LISTEN"), "0.0.0.0:8000");
    assert_eq!(listen("KYCD_OPERATOR__LISTEN"), "0.0.0.0:8001");
    assert_eq!(arguments(&shipped, "EXPOSE"), ["8000 8001"]);
}

#[test]
fn it_is_built_by_the_promised_rust_on_the_system_that_it_ships_on() {
    let manifest: Table = fs::read_to_string(root().join("Cargo.toml")).expect("a manifest").parse().expect("TOML");
    let rust = manifest["package"]["rust-version"].as_str().expect("a version").to_owned();
    let (built, shipped) = (built(), shipped());
    let image = arguments(&built, "FROM")[0];

    assert!(image.starts_with(&format!("rust:{rust}-slim-")), "{image}");
    let system = image.split_whitespace().next().and_then(|name| name.rsplit('-').next()).expect("a system");
    // A binary linked with a newer C library than the one it meets does not start.
    assert_eq!(arguments(&shipped, "FROM"), [format!("debian:{system}-slim")]);
    assert!(arguments(&built, "RUN").concat().contains("cargo build --locked --release"));
}

#[test]
fn the_build_gets_everything_it_needs_and_nothing_is_ignored_on_the_way() {
    let ignored = fs::read_to_string(root().join(".dockerignore")).expect("a .dockerignore");
    let let_through: Vec<_> = ignored.lines().filter_map(|line| line.strip_prefix('!')).collect();
    assert_eq!(build_inputs(), let_through);

    let context = tempfile::tempdir().expect("a folder");
    for name in build_inputs() {
        let copied = Command::new("cp").arg("-r").arg(root().join(name)).arg(context.path()).status().expect("cp");
        assert!(copied.success());
    }
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version=1", "--no-deps"])
        .current_dir(context.path())
        .output()
        .expect("cargo");
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    assert_embeds_only_what_is_there(context.path());
}

/// Follows every `include_str!` and `include_bytes!` of the copied sources.
fn assert_embeds_only_what_is_there(context: &Path) {
    let list =
        Command::new("grep").args(["-rnoE", r#"include_(str|bytes)!\("[^"]+"\)"#, "src"]).current_dir(context).output();
    for line in String::from_utf8(list.expect("grep").stdout).expect("UTF-8").lines() {
        let (file, rest) = line.split_once(':').expect("file:line:text");
        let embedded = rest.split('"').nth(1).expect("a path in quotes");
        let path = context.join(file).parent().expect("a folder").join(embedded);
        assert!(path.exists(), "{file} embeds {embedded}, which the image's build does not have");
    }
}

#[test]
fn the_image_is_the_binary_and_declares_nothing_to_write_to() {
    let shipped = shipped();

    // With a read-only root filesystem, what a stage would make at start or keep in a volume is not there.
    assert_eq!(arguments(&shipped, "VOLUME"), [] as [&str; 0]);
    assert_eq!(arguments(&shipped, "WORKDIR"), [] as [&str; 0]);
    assert_eq!(arguments(&shipped, "RUN"), [] as [&str; 0]);
}
