use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use vestibule_world::{Files, Guard, PreparedWrite, WriteMode};
use zeroize::Zeroizing;

use crate::PlantedBug;
use crate::client_process::Process;
use crate::disk::{TOKEN_FILE, read_token};
use crate::simulation::{Simulation, State};

/// The steps are those of `vestibule_os::DiskFiles`, in the same order.
impl Files for Process {
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        self.step("open", path);
        let file = self.state().disk.open(path).ok_or(io::ErrorKind::NotFound)?;
        self.step("read", path);
        let mut state = self.state();
        let now = state.now;
        let file = state.disk.file(file);
        let (contents, is_whole, is_ours) = (file.contents.clone(), file.is_whole, file.is_ours);
        if path == Path::new(TOKEN_FILE) {
            match (is_whole, is_ours) {
                (true, _) => {}
                (false, true) => {
                    state.violation("a process read half a token file of ours".to_owned());
                }
                (false, false) => state.observed.justify(now),
            }
            let is_locked = state.disk.holds_lock(self.pid);
            let process = &mut state.processes[self.pid];
            let earlier = process.last_read.replace(contents.clone());
            let rereads_nothing = state.planted_bug == Some(PlantedBug::NoReread) && is_locked;
            if let Some(earlier) = earlier.filter(|_| rereads_nothing) {
                return Ok(Zeroizing::new(earlier));
            }
        }
        Ok(Zeroizing::new(contents))
    }

    fn replace(&self, path: &Path, contents: &[u8], mode: WriteMode) -> io::Result<()> {
        self.step("create a temporary file for", path);
        self.require_writable()?;
        self.step("write the temporary file of", path);
        self.require_room()?;
        self.persist(path, contents, mode);
        Ok(())
    }

    fn prepare(&self, path: &Path, _len: usize) -> io::Result<Option<Box<dyn PreparedWrite>>> {
        self.step("create a temporary file for", path);
        self.require_writable()?;
        self.step("reserve room for", path);
        let has_room = self.require_room();
        if self.state().planted_bug != Some(PlantedBug::StoreBeforeProbe) {
            has_room?;
        }
        self.step("flush the temporary file of", path);
        Ok(Some(Box::new(Prepared { process: self.clone(), path: path.to_owned() })))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step("remove", path);
        self.require_writable()?;
        let removed = self.state().disk.remove(path);
        removed.then_some(()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        self.step("list", folder);
        Ok(self.state().disk.list(folder))
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn Guard>>> {
        self.step("open", path);
        self.step("lock", path);
        let mut state = self.state();
        let lock = match state.disk.lock(path, self.pid) {
            None if state.planted_bug == Some(PlantedBug::NoLock) => 0,
            None => return Ok(None),
            Some(lock) => lock,
        };
        Ok(Some(Box::new(HeldLock { simulation: self.simulation.clone(), lock })))
    }

    fn probe(&self, path: &Path) -> io::Result<()> {
        self.step("create a temporary file for", path);
        self.require_writable()?;
        self.require_room()
    }
}

impl Process {
    fn step(&self, action: &str, path: &Path) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // The digest in the name says nothing.
        let kind = name.rsplit_once('.').map_or(&*name, |(_, kind)| kind);
        self.simulation.step(self.pid, &format!("{action} {kind}"));
    }

    fn require_writable(&self) -> io::Result<()> {
        let is_read_only = self.state().disk.is_read_only;
        if is_read_only { Err(io::ErrorKind::ReadOnlyFilesystem.into()) } else { Ok(()) }
    }

    fn require_room(&self) -> io::Result<()> {
        let is_full = self.state().disk.is_full;
        if is_full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    /// Renames a temporary file with these contents over the path.
    fn persist(&self, path: &Path, contents: &[u8], mode: WriteMode) {
        let file = self.state().disk.create(contents, true);
        if mode != WriteMode::BestEffort {
            self.step("flush the temporary file of", path);
            self.state().disk.file(file).is_flushed = true;
        }
        self.step("rename", path);
        {
            let mut state = self.state();
            state.disk.rename(file, path);
            state.token_is_stored();
        }
        if mode != WriteMode::BestEffort {
            self.step("flush the folder of", path);
            self.state().disk.flush_folder();
        }
    }
}

impl State {
    /// Records which token the token file has now.
    pub(crate) fn token_is_stored(&mut self) {
        let file = self.disk.open(Path::new(TOKEN_FILE));
        let token = file.and_then(|file| read_token(&self.disk.file(file).contents));
        if let Some(token) = token {
            self.service.stored(token.access);
        }
    }
}

#[derive(Debug)]
struct Prepared {
    process: Process,
    path: PathBuf,
}

impl PreparedWrite for Prepared {
    fn commit(self: Box<Self>, contents: &[u8]) -> io::Result<()> {
        self.process.step("write the temporary file of", &self.path);
        if self.process.state().planted_bug == Some(PlantedBug::StoreBeforeProbe) {
            self.process.require_room()?;
        }
        self.process.persist(&self.path, contents, WriteMode::Durable);
        Ok(())
    }
}

struct HeldLock {
    simulation: Simulation,
    lock: u64,
}

impl fmt::Debug for HeldLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HeldLock").field(&self.lock).finish()
    }
}

impl Guard for HeldLock {}

impl Drop for HeldLock {
    fn drop(&mut self) {
        self.simulation.state().disk.unlock(self.lock);
    }
}
