//! Signals for who does more with them than to end.

#[cfg(not(unix))]
pub(crate) use other::Signals;
#[cfg(unix)]
pub(crate) use unix::Signals;

#[cfg(unix)]
mod unix {
    use std::io;
    use std::process::{Command, Stdio};
    use std::thread;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
    use signal_hook::iterator::SignalsInfo;
    use signal_hook::iterator::exfiltrator::WithOrigin;

    use crate::exit::Exit;
    use crate::interrupt::Interrupts;

    /// The signals by which people and supervisors end a program or talk to it.
    pub(crate) struct Signals(SignalsInfo<WithOrigin>);

    impl Signals {
        /// From now on Ctrl-C does not end the program by itself.
        pub(crate) fn take_over(interrupts: &Interrupts) -> io::Result<Self> {
            let all = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2];
            let signals = SignalsInfo::new(all)?;
            interrupts.release();
            Ok(Self(signals))
        }

        /// Until somebody has had enough: 130 for Ctrl-C, done for a supervisor's word.
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

        /// Sends on what another process sent to us. What the terminal sends, at Ctrl-C for
        /// example, the command has got as well: it is in the same process group.
        pub(crate) fn pass_to(mut self, child: u32) {
            let pass = move || {
                for origin in self.0.forever() {
                    if origin.process.is_some() {
                        send(origin.signal, child);
                    }
                }
            };
            let _ = thread::Builder::new().name("vestibule-signals".into()).spawn(pass);
        }
    }

    /// By a shell, in which `kill` is built in: the standard library has none, and the system's
    /// would be `unsafe`.
    fn send(signal: i32, to: u32) {
        let _ = Command::new("sh")
            .args(["-c", "kill -\"$0\" \"$1\"", &signal.to_string(), &to.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

#[cfg(not(unix))]
mod other {
    use std::{io, thread};

    use crate::exit::Exit;
    use crate::interrupt::Interrupts;

    /// The console sends Ctrl-C to all programs in it.
    pub(crate) struct Signals;

    impl Signals {
        pub(crate) fn take_over(_interrupts: &Interrupts) -> io::Result<Self> {
            Ok(Self)
        }

        pub(crate) fn wait(self) -> Exit {
            loop {
                thread::park();
            }
        }

        pub(crate) fn pass_to(self, _child: u32) {}
    }
}
