//! A program's system calls, as far as they matter for what survives a power cut.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// What was asked of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// A file was opened.
    Open(PathBuf),
    /// Something was written to a file.
    Write(PathBuf),
    /// A file or directory was synced: `fsync` or `fdatasync`, nothing less.
    Sync(PathBuf),
    /// A file got a name: a rename or a link.
    Rename(PathBuf, PathBuf),
    /// Something was about to be written to standard output.
    Say(String),
}

/// A call and the thread that made it.
#[derive(Debug, Clone)]
pub struct Done {
    /// Which call; it had succeeded.
    pub call: Call,
    /// For whoever reads a failure.
    #[expect(dead_code, reason = "shown when a test fails")]
    pub thread: i32,
}

/// Runs a program on a store and returns what it asked of the system, in order, over all threads.
/// `None` where programs may not be watched.
#[expect(
    clippy::zombie_processes,
    reason = "the end of the program is waited for together with its threads"
)]
pub fn watched(program: &str, arguments: &[&str], store: &Path) -> Option<Vec<Done>> {
    // The shell waits for a line, so that the watch is there before the program begins.
    let mut child = Command::new("sh")
        .args(["-c", "read go && exec \"$0\" \"$@\"", program])
        .args(arguments)
        .env("DEEDBOX_STORE", store)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap());
    let mut go = child.stdin.take().unwrap();
    if ptrace::attach(pid).is_err() {
        child.kill().unwrap();
        child.wait().unwrap();
        return None;
    }
    waitpid(pid, Some(WaitPidFlag::__WALL)).unwrap();
    let options = Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_TRACECLONE
        | Options::PTRACE_O_TRACEFORK
        | Options::PTRACE_O_TRACEVFORK
        | Options::PTRACE_O_TRACEEXEC
        | Options::PTRACE_O_EXITKILL;
    ptrace::setoptions(pid, options).unwrap();
    ptrace::syscall(pid, None).unwrap();
    writeln!(go, "go").unwrap();
    drop(go);
    let mut watch = Watch::default();
    watch.follow(pid);
    Some(watch.done)
}

#[derive(Default)]
struct Watch {
    /// The call that each thread is in.
    begun: HashMap<Pid, Option<Call>>,
    done: Vec<Done>,
}

impl Watch {
    fn follow(&mut self, main: Pid) {
        let any = Pid::from_raw(-1);
        let mut status = None;
        // Threads that are gone are reported too; the process itself comes last.
        while status != Some(main) {
            let signal = match waitpid(any, Some(WaitPidFlag::__WALL)).unwrap() {
                WaitStatus::PtraceSyscall(thread) => {
                    self.at_call(thread);
                    resume(thread, None);
                    continue;
                }
                WaitStatus::Exited(thread, _) | WaitStatus::Signaled(thread, _, _) => {
                    status = Some(thread);
                    continue;
                }
                WaitStatus::Stopped(thread, signal) => {
                    // New threads begin with a stop that is nobody's signal.
                    let ours = matches!(signal, Signal::SIGSTOP | Signal::SIGTRAP);
                    (thread, (!ours).then_some(signal))
                }
                WaitStatus::PtraceEvent(thread, _, _) => (thread, None),
                other => panic!("{other:?}"),
            };
            resume(signal.0, signal.1);
        }
    }

    /// At the beginning of a call, or at its end.
    fn at_call(&mut self, thread: Pid) {
        let Ok(registers) = ptrace::getregs(thread) else {
            return;
        };
        // The system marks the beginning so.
        if registers.rax == (-i64::from(libc::ENOSYS)).cast_unsigned() {
            let call = call(thread, &registers);
            // A word is out as soon as it is begun; a sync counts when it is done.
            if let Some(call @ Call::Say(_)) = call {
                self.note(thread, call);
                self.begun.insert(thread, None);
            } else {
                self.begun.insert(thread, call);
            }
            return;
        }
        if let Some(Some(call)) = self.begun.remove(&thread)
            && registers.rax.cast_signed() >= 0
        {
            self.note(thread, call);
        }
    }

    fn note(&mut self, thread: Pid, call: Call) {
        self.done.push(Done {
            call,
            thread: thread.as_raw(),
        });
    }
}

fn resume(thread: Pid, signal: Option<Signal>) {
    // It may have been killed meanwhile.
    let _ = ptrace::syscall(thread, signal);
}

fn call(thread: Pid, registers: &libc::user_regs_struct) -> Option<Call> {
    let (first, second, third) = (registers.rdi, registers.rsi, registers.rdx);
    let path = |at| text(thread, at).map(PathBuf::from);
    let file = || fs::read_link(format!("/proc/{thread}/fd/{first}")).ok();
    Some(match i64::try_from(registers.orig_rax).ok()? {
        libc::SYS_openat => Call::Open(path(second)?),
        libc::SYS_write if first == 1 => Call::Say(bytes(thread, second, third)),
        libc::SYS_write
        | libc::SYS_pwrite64
        | libc::SYS_writev
        | libc::SYS_pwritev
        | libc::SYS_copy_file_range => Call::Write(file()?),
        libc::SYS_fsync | libc::SYS_fdatasync => Call::Sync(file()?),
        libc::SYS_rename | libc::SYS_link => Call::Rename(path(first)?, path(second)?),
        libc::SYS_renameat | libc::SYS_renameat2 | libc::SYS_linkat => {
            Call::Rename(path(second)?, path(registers.r10)?)
        }
        _ => return None,
    })
}

fn bytes(thread: Pid, at: u64, length: u64) -> String {
    let mut bytes = vec![0; usize::try_from(length.min(1 << 16)).unwrap()];
    let memory = File::open(format!("/proc/{thread}/mem"));
    let read = memory.and_then(|m| m.read_at(&mut bytes, at)).unwrap_or(0);
    bytes.truncate(read);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A text that ends with a zero.
fn text(thread: Pid, at: u64) -> Option<OsString> {
    let memory = File::open(format!("/proc/{thread}/mem")).ok()?;
    let mut text = Vec::new();
    let mut byte = [0];
    while memory.read_at(&mut byte, at + text.len() as u64).ok()? == 1 {
        if byte == [0] {
            return Some(OsString::from_vec(text));
        }
        text.push(byte[0]);
    }
    None
}
