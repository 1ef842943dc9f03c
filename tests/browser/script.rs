//! A script of this folder, running for as long as a test holds it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than any step takes; the scripts give up on one earlier.
const PATIENCE: Duration = Duration::from_mins(2);

/// A running script.
pub(crate) struct Script {
    name: &'static str,
    process: Child,
    requests: Option<ChildStdin>,
    answers: Receiver<String>,
    /// Where its programs keep what they would keep in the home of a person.
    _home: TempDir,
}

impl Script {
    /// Starts `NAME.mjs`.
    pub(crate) fn start(name: &'static str) -> Self {
        assert!(folder().join("node_modules").exists(), "no packages: run `npm ci` in tests/browser");
        let mut node = Command::new("node");
        node.arg(folder().join(name).with_extension("mjs"));
        Self::run(name, node)
    }

    /// Starts `NAME.py`, with the packages of `requirements.txt`.
    pub(crate) fn start_python(name: &'static str) -> Self {
        let program = folder().join(".venv/bin/python");
        assert!(
            program.exists(),
            "no packages: `tests/run` makes tests/browser/.venv, and so does `python3 -m venv tests/browser/.venv && \
             tests/browser/.venv/bin/pip install --requirement tests/browser/requirements.txt`"
        );
        let mut python = Command::new(program);
        // Leaves nothing compiled behind.
        python.arg("-B").arg(folder().join(name).with_extension("py"));
        Self::run(name, python)
    }

    fn run(name: &'static str, mut command: Command) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        command.env("HOME", home.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("its interpreter is installed");
        let requests = process.stdin.take();
        let output = BufReader::new(process.stdout.take().expect("piped"));
        let (lines, answers) = channel();
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
        Self { name, process, requests, answers, _home: home }
    }

    /// Asks for one thing and waits for the answer; an error of the script fails the test.
    #[track_caller]
    pub(crate) fn ask(&mut self, request: &str, argument: &Value) -> Value {
        let mut line = json!({ request: argument }).to_string();
        line.push('\n');
        self.requests.as_mut().expect("open until the end").write_all(line.as_bytes()).expect("the script listens");
        let answer = self.answers.recv_timeout(PATIENCE);
        let answer = answer.unwrap_or_else(|_| panic!("{} gave no answer to {request}", self.name));
        let mut answer: Value = serde_json::from_str(&answer).expect("a line of JSON");
        assert!(answer["error"].is_null(), "{}: {}", self.name, answer["error"].as_str().unwrap_or_default());
        answer["answer"].take()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser")
}

impl Drop for Script {
    fn drop(&mut self) {
        drop(self.requests.take());
        // Its output ends when it does. One that does not come to its end is ended.
        if self.answers.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Disconnected) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}
