//! Signal handling of `serve`, which waits for signals or forwards them to its command.

#[cfg(unix)]
pub(crate) use unix::Signals;
#[cfg(windows)]
pub(crate) use windows::Signals;

#[cfg(unix)]
mod unix {
    use std::io;
    use std::thread;

    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
    use signal_hook::iterator::SignalsInfo;
    use signal_hook::iterator::exfiltrator::WithOrigin;

    use crate::exit::Exit;
    use crate::interrupt::Interrupts;
    use crate::waiting;

    /// The signals that users and supervisors send.
    pub(crate) struct Signals(SignalsInfo<WithOrigin>);

    impl Signals {
        /// Replaces the handler that exits on Ctrl-C.
        pub(crate) fn take_over(interrupts: &Interrupts) -> io::Result<Self> {
            let all = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2];
            let signals = SignalsInfo::new(all)?;
            interrupts.uninstall();
            waiting::stop();
            Ok(Self(signals))
        }

        /// Waits for a signal that ends the program: 130 for Ctrl-C, 0 for SIGTERM.
        pub(crate) fn wait(mut self) -> Exit {
            for origin in self.0.forever() {
                match origin.signal {
                    SIGINT | SIGQUIT => return Exit::Interrupted,
                    SIGTERM | SIGHUP => return Exit::Done,
                    _ => {}
                }
            }
            Exit::Done
        }

        /// Forwards the signals that another process sends. Signals of the terminal, such as that
        /// of Ctrl-C, reach the command directly: it is in the same process group.
        pub(crate) fn forward_to(mut self, child: u32) {
            let forward = move || {
                for origin in self.0.forever() {
                    if origin.process.is_some() {
                        send(origin.signal, child);
                    }
                }
            };
            let _ = thread::Builder::new().name("vestibule-signals".into()).spawn(forward);
        }
    }

    fn send(signal: i32, process: u32) {
        let (Ok(process), Ok(signal)) = (i32::try_from(process), Signal::try_from(signal)) else {
            return;
        };
        // Ignored: the command has just exited.
        let _ = kill(Pid::from_raw(process), signal);
    }
}

#[cfg(windows)]
mod windows {
    use std::io;

    use crate::exit::Exit;
    use crate::interrupt::{ConsoleEvent, ConsoleEvents, Interrupts};
    use crate::waiting;

    /// The events of the console. It sends each to every program that is attached to it, so that
    /// the command of `serve` receives them without us.
    pub(crate) struct Signals(ConsoleEvents);

    impl Signals {
        /// Replaces the handler that exits on Ctrl-C.
        pub(crate) fn take_over(interrupts: &Interrupts) -> io::Result<Self> {
            let events = ConsoleEvents::new()?;
            interrupts.uninstall();
            waiting::stop();
            Ok(Self(events))
        }

        /// Waits for an event that ends the program: 130 for Ctrl-C, 0 if the console is closed.
        pub(crate) fn wait(mut self) -> Exit {
            match self.0.next() {
                ConsoleEvent::Interrupt => Exit::Interrupted,
                ConsoleEvent::Close => Exit::Done,
            }
        }

        pub(crate) fn forward_to(self, _child: u32) {}
    }
}
