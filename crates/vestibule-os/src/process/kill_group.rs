use std::process::Child;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The ids of the commands that are running in process groups of their own.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// Returns the ids. One is removed while the list is locked and its process is waited for, since the
/// system may use it again from then on.
pub(super) fn running() -> MutexGuard<'static, Vec<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kills the commands of every [`Shell`](crate::Shell) with everything that they started, for a
/// program that is about to exit. Commands at the terminal get its signals, and are left alone.
pub fn kill_commands() {
    running().drain(..).for_each(kill_group_of);
}

/// Kills a command and everything that it started, and waits for it.
///
/// A command in the group of this process is killed alone. Errors are ignored: the command may have
/// exited by itself.
pub(super) fn kill_group(child: &mut Child, shares_our_group: bool) {
    if !shares_our_group || cfg!(windows) {
        kill_group_of(child.id());
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Kills the process group of a child.
///
/// Its id is that of the first process, which is not reused before the process is waited for.
#[cfg(unix)]
fn kill_group_of(id: u32) {
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;
    if let Ok(id) = i32::try_from(id) {
        let _ = killpg(Pid::from_raw(id), Signal::SIGKILL);
    }
}

/// Windows has no process groups. A process whose parent is killed keeps the parent's id, which may
/// be another process's later, so that only processes younger than their parent count.
#[cfg(windows)]
fn kill_group_of(id: u32) {
    let descendants = windows::descendants(id);
    windows::kill(id);
    descendants.into_iter().for_each(windows::kill);
}

#[cfg(windows)]
mod windows {
    use winsafe::{HPROCESS, HPROCESSLIST, co};

    /// Returns the ids of all processes below a process, parents first; those that could be found.
    pub(super) fn descendants(root: u32) -> Vec<u32> {
        let processes = processes();
        let mut found = vec![(root, started_at(root))];
        let mut next = 0;
        while let Some(&(parent, parent_started)) = found.get(next) {
            for &(id, parent_id) in &processes {
                let started = started_at(id);
                let is_known = found.iter().any(|&(known, _)| known == id);
                if parent_id == parent && parent_started <= started && !is_known {
                    found.push((id, started));
                }
            }
            next += 1;
        }
        found.into_iter().skip(1).map(|(id, _)| id).collect()
    }

    /// Returns the id of each process, with that of its parent.
    fn processes() -> Vec<(u32, u32)> {
        let Ok(mut list) = HPROCESSLIST::CreateToolhelp32Snapshot(co::TH32CS::SNAPPROCESS, None)
        else {
            return Vec::new();
        };
        let processes = list.iter_processes().map_while(Result::ok);
        processes.map(|process| (process.th32ProcessID, process.th32ParentProcessID)).collect()
    }

    /// Returns the time at which a process started, or `None` if it is gone.
    fn started_at(id: u32) -> Option<u64> {
        let process =
            HPROCESS::OpenProcess(co::PROCESS::QUERY_LIMITED_INFORMATION, false, id).ok()?;
        let (created, ..) = process.GetProcessTimes().ok()?;
        Some(created.into())
    }

    /// Kills a process. Errors are ignored: it may have exited by itself.
    pub(super) fn kill(id: u32) {
        if let Ok(process) = HPROCESS::OpenProcess(co::PROCESS::TERMINATE, false, id) {
            let _ = process.TerminateProcess(1);
        }
    }
}
