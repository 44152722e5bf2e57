//! Killed at any moment, the program leaves the old file or the new one, and no lock behind.

use std::fs;
use std::time::{Duration, Instant};

use vestibule_emulator::Emulator;

use crate::support::Lab;

/// How often a program is killed; a full run says `VESTIBULE_KILLS=500`.
fn kills() -> u32 {
    std::env::var("VESTIBULE_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(40)
}

/// The same instants in every run, as far as the machine allows (xorshift64).
struct Instants(u64);

impl Instants {
    /// Some time in the first `span` of a program's life.
    fn next(&mut self, span: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        span.mul_f64(f64::from((self.0 >> 32) as u32) / f64::from(u32::MAX))
    }
}

/// Signed in for longer than the longest run takes.
fn long_session() -> Lab {
    let lab = Lab::over(Emulator::builder().session_duration(Duration::from_secs(90 * 24 * 3600)));
    lab.run(["login"]).succeeded();
    lab
}

/// How long such a run lives on this machine, with all else that it has to do; and a little more.
fn lifetime(lab: &Lab, args: &[&str], prepare: impl Fn(&Lab)) -> Duration {
    prepare(lab);
    let start = Instant::now();
    lab.run(args).succeeded();
    start.elapsed().mul_f64(1.25)
}

/// Kills so many runs, each after `prepare`, and looks at what is left of the session; `next` is
/// what a person does then.
fn check(args: &[&str], prepare: impl Fn(&Lab), next: &[&str]) {
    let lab = long_session();
    let lasts = lifetime(&lab, args, &prepare);
    let mut instants = Instants(0x9e37_79b9_7f4a_7c15);
    let (mut old, mut new) = (0, 0);
    for kill in 0..kills() {
        prepare(&lab);
        let before = fs::read(lab.token_file()).unwrap();
        let ran = lab.vestibule(args).start().killed_after(instants.next(lasts));
        let after = fs::read(lab.token_file()).unwrap();
        if before == after {
            old += 1;
        } else {
            new += 1;
            let token = lab.token();
            let issued = lab.emulator.secrets();
            for key in ["accessToken", "refreshToken", "clientSecret"] {
                let secret = token[key].as_str().unwrap_or_else(|| panic!("kill {kill}: no {key}"));
                assert!(issued.iter().any(|issued| issued == secret), "kill {kill}: a torn {key}");
            }
        }
        assert!(ran.code.is_none_or(|code| code == 0), "kill {kill}: {ran:?}");
        lab.run(next).succeeded();
        lab.run(["export-credentials"]).succeeded();
        assert!(lab.leftovers().is_empty(), "kill {kill}: {:?}", lab.leftovers());
    }
    assert!(0 < old && 0 < new, "{old} old and {new} new: the instants miss the write");
}

#[test]
fn while_signing_in() {
    let login = ["login", "--force"];
    check(&login, |_| {}, &login);
}

/// Killed between the answer and the file, the refresh token is spent: then `login` asks a person.
#[test]
fn while_refreshing() {
    let an_hour_later = |lab: &Lab| lab.pass(Duration::from_secs(3600));
    check(&["export-credentials"], an_hour_later, &["login"]);
}

/// Ctrl-C leaves not even what `kill -9` may.
#[test]
fn ctrl_c_while_refreshing() {
    let lab = long_session();
    let an_hour_later = |lab: &Lab| lab.pass(Duration::from_secs(3600));
    let lasts = lifetime(&lab, &["export-credentials"], an_hour_later);
    let mut instants = Instants(0x2545_f491_4f6c_dd1d);
    for kill in 0..kills() {
        an_hour_later(&lab);
        let export = lab.vestibule(["export-credentials"]).start();
        let ran = export.interrupted_after(instants.next(lasts));
        // Nobody is there to catch it in the first moments.
        assert!(matches!(ran.code, None | Some(0 | 130)), "kill {kill}: {ran:?}");
        assert!(lab.leftovers().is_empty(), "kill {kill}: {:?}", lab.leftovers());
        lab.run(["login"]).succeeded();
    }
}
