//! A process of ours, with what it says.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Longer than any start or end takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running process, killed when this is dropped.
pub(crate) struct Process {
    child: Child,
    stdout: Heard,
    stderr: Heard,
}

/// What came out of a pipe so far.
struct Heard {
    said: Arc<(Mutex<Said>, Condvar)>,
    reader: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Said {
    bytes: Vec<u8>,
    ended: bool,
}

impl Process {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let stdout = Heard::from(child.stdout.take().expect("piped"));
        let stderr = Heard::from(child.stderr.take().expect("piped"));
        Self { child, stdout, stderr }
    }

    /// Waits until it has said `words` on standard output.
    #[track_caller]
    pub(crate) fn wait_for_output(&self, words: &str) {
        assert!(self.stdout.wait_for(words), "it never said {words}: {}{}", self.stdout.text(), self.stderr.text());
    }

    /// Waits until it has said `words` on standard error.
    #[track_caller]
    pub(crate) fn wait_for_log(&self, words: &str) {
        assert!(self.stderr.wait_for(words), "it never said {words}: {}{}", self.stdout.text(), self.stderr.text());
    }

    pub(crate) fn output(&self) -> String {
        self.stdout.text()
    }

    pub(crate) fn log(&self) -> String {
        self.stderr.text()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).expect("an id of a process");
        kill(Pid::from_raw(id), signal).expect("it runs");
    }

    /// Waits for the end; gives how it ended, and all it said on standard output and standard error.
    pub(crate) fn end(mut self) -> (ExitStatus, String, String) {
        let status = self.child.wait().expect("it ends");
        self.stdout.finish();
        self.stderr.finish();
        (status, self.stdout.text(), self.stderr.text())
    }

    /// Asks it to stop, and waits for the end.
    pub(crate) fn stop(self) -> (ExitStatus, String, String) {
        self.signal(Signal::SIGTERM);
        self.end()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Heard {
    fn from(mut pipe: impl Read + Send + 'static) -> Self {
        let said = Arc::<(Mutex<Said>, Condvar)>::default();
        let shared = Arc::clone(&said);
        let reader = thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                let read = pipe.read(&mut buffer).unwrap_or(0);
                let mut said = shared.0.lock().expect("no reader panics");
                said.bytes.extend(&buffer[..read]);
                said.ended = read == 0;
                shared.1.notify_all();
                if said.ended {
                    return;
                }
            }
        });
        Self { said, reader: Some(reader) }
    }

    fn wait_for(&self, words: &str) -> bool {
        let (said, changed) = &*self.said;
        let unheard = |said: &mut Said| !said.ended && !is_in(words, &said.bytes);
        let said = said.lock().expect("no reader panics");
        let (said, _) = changed.wait_timeout_while(said, PATIENCE, unheard).expect("no reader panics");
        is_in(words, &said.bytes)
    }

    fn finish(&mut self) {
        self.reader.take().expect("it ends once").join().expect("no reader panics");
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.said.0.lock().expect("no reader panics").bytes).into_owned()
    }
}

fn is_in(words: &str, bytes: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}
