//! Ctrl-C, and on Windows the other events of a console.

#[cfg(unix)]
pub(crate) use unix::Interrupts;
#[cfg(windows)]
pub(crate) use windows::{ConsoleEvent, ConsoleEvents, Interrupts};

#[cfg(unix)]
mod unix {
    use std::io::{self, Read as _};
    use std::os::unix::net::UnixStream;
    use std::sync::atomic::AtomicBool;
    use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
    use std::thread;

    use nix::sys::termios::{self, LocalFlags, SetArg, Termios};
    use signal_hook::SigId;
    use signal_hook::consts::{SIGINT, SIGXFSZ};
    use signal_hook::flag;
    use signal_hook::low_level::{pipe, unregister};

    use crate::exit::Exit;

    /// Exits the program with 130 on Ctrl-C, but not while a file is being written.
    #[derive(Clone, Debug)]
    pub(crate) struct Interrupts(Arc<Mutex<Handler>>);

    #[derive(Debug, Default)]
    struct Handler {
        actions: Vec<SigId>,
        /// Wakes the thread of [`Interrupts::run_before_exit`].
        waker: Option<UnixStream>,
    }

    impl Interrupts {
        /// Installs the signal handler.
        ///
        /// The handler exits by itself: a waiting thread would add a tenth to the run time of a
        /// credential helper. If no handler can be installed, the signal ends the program, which
        /// shells report as 130 too.
        pub(crate) fn install() -> Self {
            // A write beyond `ulimit -f` is an error then, as on a full disk. Not ignored, since
            // that would be passed on to commands.
            let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
            let interrupts = Self(Arc::default());
            interrupts.handler().register();
            interrupts
        }

        /// Runs `restore` on Ctrl-C, before the program exits: in a thread, since a signal handler can
        /// do nothing with the terminal. If no thread can be started, the handler exits by itself.
        pub(crate) fn run_before_exit(&self, restore: fn()) {
            let Ok((mut woken, waker)) = UnixStream::pair() else { return };
            let wait = move || {
                if woken.read_exact(&mut [0]).is_ok() {
                    restore();
                    let status = i32::from(Exit::Interrupted as u8);
                    vestibule_os::defer_exit_during_writes(status).exit(status);
                }
            };
            let thread = thread::Builder::new().name("vestibule-interrupt".into()).spawn(wait);
            let mut handler = self.handler();
            handler.waker = thread.is_ok().then_some(waker);
            if !handler.actions.is_empty() {
                handler.unregister();
                handler.register();
            }
        }

        fn handler(&self) -> MutexGuard<'_, Handler> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }

        /// Removes the signal handler.
        pub(crate) fn uninstall(&self) {
            self.handler().unregister();
        }

        /// Runs a prompt in a terminal mode in which Ctrl-C is a key, so that the prompt can clean up
        /// the screen.
        pub(crate) fn suspended<T>(&self, prompt: impl FnOnce() -> T) -> T {
            // The prompt raises SIGINT when it reads Ctrl-C; with any action registered, that does not
            // end the process.
            let action = flag::register(SIGINT, Arc::new(AtomicBool::new(false)));
            self.uninstall();
            let mode = KeyMode::enter();
            let answer = prompt();
            drop(mode);
            self.handler().register();
            if let Ok(action) = action {
                unregister(action);
            }
            answer
        }
    }

    impl Handler {
        fn register(&mut self) {
            let status = i32::from(Exit::Interrupted as u8);
            let guard = vestibule_os::defer_exit_during_writes(status);
            let waker = self.waker.as_ref().and_then(|waker| waker.try_clone().ok());
            let exit = match waker {
                Some(waker) => [pipe::register(SIGINT, waker).ok(), None],
                // In this order, so that a write that completes in between sees one of the two flags.
                None => [
                    flag::register(SIGINT, guard.requested).ok(),
                    flag::register_conditional_shutdown(SIGINT, status, guard.is_idle).ok(),
                ],
            };
            self.actions.extend(exit.into_iter().flatten());
        }

        fn unregister(&mut self) {
            for action in self.actions.drain(..) {
                unregister(action);
            }
        }
    }

    /// A terminal that passes keys on one by one, without echo and without signals. Restored on drop.
    struct KeyMode(Termios);

    impl KeyMode {
        /// Returns `None` if stdin is not a terminal.
        fn enter() -> Option<Self> {
            let before = termios::tcgetattr(io::stdin()).ok()?;
            let mut keys = before.clone();
            keys.local_flags.remove(LocalFlags::ISIG | LocalFlags::ICANON | LocalFlags::ECHO);
            termios::tcsetattr(io::stdin(), SetArg::TCSADRAIN, &keys).ok()?;
            Some(Self(before))
        }
    }

    impl Drop for KeyMode {
        fn drop(&mut self) {
            // Ignored: the terminal is gone.
            let _ = termios::tcsetattr(io::stdin(), SetArg::TCSADRAIN, &self.0);
        }
    }
}

#[cfg(windows)]
mod windows {
    use std::future::poll_fn;
    use std::io;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, OnceLock};
    use std::task::{Context, Poll};
    use std::thread;

    use tokio::signal::windows::{
        CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close,
        ctrl_logoff, ctrl_shutdown,
    };
    use vestibule::world::block_on;

    use crate::exit::Exit;

    /// Exits the program with 130 on Ctrl-C, but not while a file is being written.
    #[derive(Clone, Debug)]
    pub(crate) struct Interrupts {
        /// Events are for a command that this program started, or for a prompt.
        are_ignored: Arc<AtomicBool>,
        restore: Arc<OnceLock<fn()>>,
    }

    impl Interrupts {
        /// Starts a thread that waits for events of the console. If that fails, the console ends the
        /// program.
        pub(crate) fn install() -> Self {
            let interrupts = Self { are_ignored: Arc::default(), restore: Arc::default() };
            let Self { are_ignored, restore } = interrupts.clone();
            let Ok(mut events) = ConsoleEvents::new() else { return interrupts };
            let status = i32::from(Exit::Interrupted as u8);
            let guard = vestibule_os::defer_exit_during_writes(status);
            let wait = move || {
                loop {
                    events.next();
                    if are_ignored.load(Ordering::SeqCst) {
                        continue;
                    }
                    if let Some(restore) = restore.get() {
                        restore();
                    }
                    // Those in consoles of their own do not receive the event.
                    vestibule_os::kill_commands();
                    guard.exit(status);
                }
            };
            let _ = thread::Builder::new().name("vestibule-console".into()).spawn(wait);
            interrupts
        }

        /// Runs `restore` on Ctrl-C, before the program exits.
        pub(crate) fn run_before_exit(&self, restore: fn()) {
            let _ = self.restore.set(restore);
        }

        /// Ignores the events from now on.
        pub(crate) fn uninstall(&self) {
            self.are_ignored.store(true, Ordering::SeqCst);
        }

        /// Runs a prompt, which reads Ctrl-C as a key and cleans up the screen.
        pub(crate) fn suspended<T>(&self, prompt: impl FnOnce() -> T) -> T {
            let before = self.are_ignored.swap(true, Ordering::SeqCst);
            let answer = prompt();
            self.are_ignored.store(before, Ordering::SeqCst);
            answer
        }
    }

    /// A kind of event that ends programs.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum ConsoleEvent {
        /// Ctrl-C or Ctrl-Break.
        Interrupt,
        /// The window is closed, or the user signs out. Windows ends the program some seconds later.
        Close,
    }

    /// The events of the console that this program is attached to.
    #[derive(Debug)]
    pub(crate) struct ConsoleEvents {
        keys: (CtrlC, CtrlBreak),
        ends: (CtrlClose, CtrlLogoff, CtrlShutdown),
    }

    impl ConsoleEvents {
        pub(crate) fn new() -> io::Result<Self> {
            let keys = (ctrl_c()?, ctrl_break()?);
            Ok(Self { keys, ends: (ctrl_close()?, ctrl_logoff()?, ctrl_shutdown()?) })
        }

        /// Waits for the next event.
        pub(crate) fn next(&mut self) -> ConsoleEvent {
            block_on(poll_fn(|context| self.poll(context)))
        }

        fn poll(&mut self, context: &mut Context<'_>) -> Poll<ConsoleEvent> {
            let (c, r#break) = &mut self.keys;
            let is_key = c.poll_recv(context).is_ready() | r#break.poll_recv(context).is_ready();
            let (close, logoff, shutdown) = &mut self.ends;
            let is_end = close.poll_recv(context).is_ready()
                | logoff.poll_recv(context).is_ready()
                | shutdown.poll_recv(context).is_ready();
            match (is_key, is_end) {
                (_, true) => Poll::Ready(ConsoleEvent::Close),
                (true, false) => Poll::Ready(ConsoleEvent::Interrupt),
                (false, false) => Poll::Pending,
            }
        }
    }
}
