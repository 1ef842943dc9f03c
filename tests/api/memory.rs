//! How much memory uploads take, of the binary as it is run.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

use rstest::rstest;
use serde_json::Value;
use tempfile::TempDir;

use crate::database::{Database, Engine};
use crate::parallel::admitted;
use crate::raw_http::{Answer, exchange};
use crate::samples;

const MEBIBYTE: u64 = 1 << 20;

/// `kycd dev` on a database of the test's.
struct Binary {
    process: Child,
    public: SocketAddr,
    token: String,
    // Whoever closes this ends the process at its next line.
    _output: BufReader<ChildStdout>,
    _folder: TempDir,
    _database: Database,
}

impl Binary {
    fn start(engine: Engine) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let database = runtime.block_on(engine.fresh_database());
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (config, data) = (folder.path().join("kycd.toml"), folder.path().join("data"));
        fs::write(&config, format!("[database]\nurl = \"{}\"\nacquire_timeout = \"10s\"\n", database.url))
            .expect("a file");
        let mut process = Command::new(env!("CARGO_BIN_EXE_kycd"))
            .args(["dev", "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0", "--config"])
            .arg(&config)
            .arg("--data-dir")
            .arg(&data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("kycd dev starts");
        let mut output = BufReader::new(process.stdout.take().expect("piped"));
        let about = wait_for(&data.join("dev.json"), &mut output);
        let text = |name: &str| about[name].as_str().expect("a text").to_owned();
        let port = text("public_url").rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        let public = SocketAddr::from(([127, 0, 0, 1], port));
        Self { process, public, token: text("token"), _output: output, _folder: folder, _database: database }
    }

    /// The most memory that the process ever had, in bytes; the kernel counts it per processor and adds up roughly, so
    /// that a later answer may be a little less.
    fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
    }

    /// Gives a photo; comes again while the database is busy with others.
    fn put(&self, memo: usize, photo: &[u8]) -> Answer {
        let part = |name: &str| format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        let start = format!("{}{memo}\r\n{}", part("memo"), part("photo_id_front"));
        let body = [start.as_bytes(), photo, b"\r\n--XX--\r\n"].concat();
        let head = format!(
            "PUT /customer HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\
             content-type: multipart/form-data; boundary=XX\r\n\r\n",
            self.token,
            body.len()
        );
        admitted(|| exchange(self.public, [head.as_bytes(), &body].concat()))
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends");
    }
}

/// Reads what the process says until it has written its file, which it does when it accepts connections.
fn wait_for(file: &Path, output: &mut impl BufRead) -> Value {
    let mut said = String::new();
    while !file.exists() {
        assert!(output.read_line(&mut said).expect("text") > 0, "kycd dev ended: {said}");
    }
    serde_json::from_slice(&fs::read(file).expect("a file")).expect("JSON")
}

/// Files are sealed while they arrive, and are never in memory whole: what all of them take together, with the buffers of
/// as many connections on both sides, is less than half of them.
#[rstest]
#[case::eight(8, 10)]
#[case::sixty_four(64, 3)]
fn uploads_at_once_take_little_memory(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] uploads: usize,
    #[case] size: usize,
) {
    let binary = Binary::start(engine);
    let photo = samples::jpeg(size << 20);
    assert_eq!(binary.put(0, &samples::jpeg(1024)).status, 202);
    let before = binary.peak();

    thread::scope(|scope| {
        for memo in 1..=uploads {
            let (binary, photo) = (&binary, &photo);
            scope.spawn(move || {
                let answer = binary.put(memo, photo);
                assert_eq!(answer.status, 202, "{}", answer.text());
            });
        }
    });

    let grown = binary.peak().saturating_sub(before);

    assert!(grown < (uploads * size / 2) as u64 * MEBIBYTE, "{} KiB for {uploads} uploads of {size} MiB", grown / 1024);
}

/// FILE-08 and FILE-09: what would unpack to gigabytes takes no memory.
#[rstest]
#[case::huge_png(&samples::png_of(60_000, 60_000, &[]), 400)]
#[case::huge_jpeg(&samples::jpeg_of(65_500, 65_500), 400)]
#[case::bomb(&samples::png_with(&[(b"zTXt", &[b"a\0\0".as_slice(), &samples::packed_zeros(256 << 20)].concat())]), 400)]
#[case::bomb_for_a_picture(&samples::png_packing(8, 8, &samples::packed_zeros(256 << 20)), 400)]
#[case::large_picture(&samples::png_packing(9_000, 9_000, &samples::packed_zeros(9_000 * 27_001)), 202)]
#[case::stream(&[b"%PDF-1.7\n1 0 obj\nstream\n", samples::packed_zeros(256 << 20).as_slice(), b"\nendstream\n%%EOF"].concat(), 202)]
#[case::animation(&samples::webp(10_000), 400)]
fn a_file_that_unpacks_to_much_takes_little_memory(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] content: &[u8],
    #[case] status: u16,
) {
    let binary = Binary::start(engine);
    assert_eq!(binary.put(0, &samples::jpeg(600 * 1024)).status, 202);
    let before = binary.peak();

    assert_eq!(binary.put(1, content).status, status);

    let grown = binary.peak().saturating_sub(before);
    assert!(grown < 16 * MEBIBYTE, "{} KiB", grown / 1024);
}
