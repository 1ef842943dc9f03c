//! The binary as a container runs it: a user that is not root and owns nothing, a folder that nobody can write to,
//! both listeners on all addresses by environment.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use rstest::rstest;
use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{UnixListener, UnixStream};
use url::Url;

use crate::database::Engine;
use crate::process::Process;
use crate::workplace::{KYCD, Server};

/// The user of the Dockerfile.
const USER: u32 = 10_001;

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test(flavor = "multi_thread")]
async fn it_serves_as_10001_from_a_folder_that_it_cannot_write_to(#[case] engine: Engine) {
    let image = Image::new();
    let database = engine.fresh_database().await;
    let url = match engine {
        Engine::Postgres => image.forward(&database.url),
        Engine::Sqlite => format!("sqlite://{}", image.folder("data").join("kycd.db").display()),
    };
    let keys = image.kycd(&["keys", "generate", "--out", "secrets/keys"], &url).output().expect("kycd starts");
    assert!(!keys.status.success(), "somebody could write to the folder");
    let secrets = image.folder("secrets");
    let keys =
        image.kycd(&["keys", "generate", "--out", &secrets.to_string_lossy()], &url).output().expect("kycd starts");
    assert!(keys.status.success(), "{}", String::from_utf8_lossy(&keys.stderr));

    let server = Server::serving(Process::start(image.kycd(&["serve"], &url)));

    if is_root() {
        let status = fs::read_to_string(format!("/proc/{}/status", server.process.id())).expect("it runs");
        assert!(status.contains(&format!("Uid:\t{USER}\t{USER}\t{USER}\t{USER}\n")), "{status}");
    }
    assert_eq!(server.get("/", "").status, 200);
    let port = format!("\"0.0.0.0:{}\"", server.operator.port());
    let health = image.kycd(&["health"], &url).env("KYCD_OPERATOR__LISTEN", port).output().expect("kycd starts");
    assert!(health.status.success(), "{}", String::from_utf8_lossy(&health.stderr));
    assert!(server.process.stop().0.success());
    let working_folder = fs::read_dir(image.path("root")).expect("the folder").count();
    assert_eq!(working_folder, 0, "it wrote to the root");
}

/// What a container would have: the binary, a root that is read-only, and what is mounted.
struct Image(TempDir);

impl Image {
    fn new() -> Self {
        let image = Self(tempfile::tempdir().expect("a folder"));
        set_mode(image.0.path(), 0o755);
        // Wherever it was built, the user may not get there.
        fs::copy(KYCD, image.path("kycd")).expect("a copy");
        fs::create_dir(image.path("root")).expect("a folder");
        set_mode(&image.path("root"), 0o555);
        image
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Makes a folder that belongs to the user.
    fn folder(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(&path).expect("a folder");
        set_mode(&path, 0o700);
        if is_root() {
            chown(&path, Some(USER), Some(USER)).expect("root may");
        }
        path
    }

    fn kycd(&self, arguments: &[&str], database_url: &str) -> Command {
        let user = format!("{USER}");
        let mut command = if is_root() { Command::new("setpriv") } else { Command::new(self.path("kycd")) };
        if is_root() {
            command.args(["--reuid", &user, "--regid", &user, "--clear-groups", "--no-new-privs", "--"]);
            command.arg(self.path("kycd"));
        }
        let master_key = self.path("secrets/master-1.key");
        command
            .args(arguments)
            .current_dir(self.path("root"))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("KYCD_SERVER__LISTEN", "\"0.0.0.0:0\"")
            .env("KYCD_OPERATOR__LISTEN", "\"0.0.0.0:0\"")
            .env("KYCD_SERVER__PUBLIC_URL", "\"https://kyc.example.com\"")
            .env("KYCD_DATABASE__URL", format!("\"{database_url}\""))
            .env("KYCD_KEYS__MASTER_KEY_FILES", format!("[\"{}\"]", master_key.display()));
        command
    }

    /// Lets the user reach a database whose socket is in a folder of somebody else's.
    fn forward(&self, database_url: &str) -> String {
        let mut url = Url::parse(database_url).expect("a URL");
        let folder = url.host_str().expect("a host").replace("%2F", "/");
        if !folder.starts_with('/') {
            return database_url.to_owned();
        }
        let name = format!(".s.PGSQL.{}", url.port().unwrap_or(5432));
        let socket = self.folder("postgres").join(&name);
        let listener = UnixListener::bind(&socket).expect("a socket");
        if is_root() {
            chown(&socket, Some(USER), Some(USER)).expect("root may");
        }
        let target = Path::new(&folder).join(&name);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let mut server = UnixStream::connect(&target).await.expect("the database listens");
                // Whoever hangs up ends both.
                tokio::spawn(async move { copy_bidirectional(&mut client, &mut server).await });
            }
        });
        let folder = self.path("postgres").display().to_string().replace('/', "%2F");
        url.set_host(Some(&folder)).expect("a host");
        url.into()
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

fn is_root() -> bool {
    fs::metadata("/proc/self").expect("a process").uid() == 0
}
