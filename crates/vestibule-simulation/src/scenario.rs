use std::time::Duration;

use crate::random::Random;

/// The processes and the faults of one schedule.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// The processes that run the code of `vestibule-sso`.
    pub(crate) clients: Vec<Client>,
    /// The processes of tools that take no lock.
    pub(crate) lockless_clients: Vec<&'static LocklessClient>,
    pub(crate) rotation: Rotation,
    pub(crate) faults: Faults,
    /// The number of rounds; in each, every client needs a token once.
    pub(crate) rounds: u32,
    /// The time between two rounds.
    pub(crate) interval: Duration,
    /// The longest delay of a client in a round.
    pub(crate) spread: Duration,
    pub(crate) session_length: Duration,
    pub(crate) has_read_only_folder: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Client {
    pub(crate) kind: ClientKind,
    /// The offset of its clock from the true time, in seconds.
    pub(crate) clock_offset: i64,
}

/// The kinds of programs that use `vestibule-sso`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientKind {
    /// The command line: a new process each time, which has a helper process refresh.
    Program,
    /// A long-lived process with tasks, which sometimes drops the future.
    Library,
    /// A long-lived process without tasks.
    Blocking,
}

/// A tool that shares the token file and takes no lock, as data.
#[derive(Debug)]
pub(crate) struct LocklessClient {
    pub(crate) name: &'static str,
    /// It refreshes a token that has no more left than this.
    pub(crate) window: Duration,
    pub(crate) write: WriteStyle,
}

/// The way in which a tool writes the token file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WriteStyle {
    /// Opens the file, truncates it, and writes: a reader may see less than the whole.
    InPlace,
    /// Renames a flushed temporary file.
    Replace,
}

const LOCKLESS_CLIENTS: [&LocklessClient; 3] = [
    &LocklessClient {
        name: "aws-cli",
        window: Duration::from_secs(15 * 60),
        write: WriteStyle::InPlace,
    },
    &LocklessClient {
        name: "botocore",
        window: Duration::from_secs(15 * 60),
        write: WriteStyle::Replace,
    },
    &LocklessClient {
        name: "aws-sdk-js",
        window: Duration::from_secs(5 * 60),
        write: WriteStyle::InPlace,
    },
];

/// The refresh token in the response to a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// The next one; the one that was used is void.
    New,
    /// The one that was used, which works again.
    Same,
    /// The response has none; the one that was used works again.
    Absent,
}

/// The probability of each fault, in cases of 100,000.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults {
    /// At each step: the process is killed.
    pub(crate) kill: u32,
    /// At each step: all processes are killed, and what was not flushed may be lost.
    pub(crate) power_cut: u32,
    /// At each step: the disk becomes full, or has room again.
    pub(crate) full_disk: u32,
    /// At each step: the process pauses for up to two seconds.
    pub(crate) pause: u32,
    /// At each step: the process is stopped for up to ten minutes.
    pub(crate) stop: u32,
    /// For each request: it, or its response, does not arrive as it should.
    pub(crate) network: u32,
    /// For each helper process: it cannot be started.
    pub(crate) no_helper: u32,
    /// For each request of a library: the future is dropped.
    pub(crate) dropped_future: u32,
}

impl Scenario {
    pub(crate) fn new(random: &mut Random) -> Self {
        const KINDS: [ClientKind; 3] =
            [ClientKind::Program, ClientKind::Library, ClientKind::Blocking];
        let minutes = |count: u64| Duration::from_secs(60 * count);
        let clocks_differ = random.chance(20_000);
        let client = |random: &mut Random| Client {
            kind: random.pick(&KINDS).unwrap_or(ClientKind::Program),
            clock_offset: match random.below(3) {
                0 if clocks_differ => 7_200 - i64::try_from(random.below(14_400)).unwrap_or(0),
                1 if clocks_differ => 60 - i64::try_from(random.below(120)).unwrap_or(0),
                _ => 0,
            },
        };
        let count = 1 + random.below(4);
        let clients: Vec<_> = (0..count).map(|_| client(random)).collect();
        let rotation = random.pick(&[Rotation::New, Rotation::New, Rotation::Same]);
        let rotation = rotation.unwrap_or(Rotation::New);
        let has_lockless = random.chance(35_000);
        let count = if has_lockless { 1 + random.below(2) } else { 0 };
        let lockless_clients = (0..count).filter_map(|_| random.pick(&LOCKLESS_CLIENTS)).collect();
        // Other tools drop the refresh token where the response has none.
        let drops = rotation == Rotation::Same && !has_lockless && random.chance(50_000);
        Self {
            clients,
            lockless_clients,
            rotation: if drops { Rotation::Absent } else { rotation },
            faults: Faults::new(random),
            rounds: 2 + u32::try_from(random.below(4)).unwrap_or(0),
            interval: minutes(20) + random.up_to(minutes(45)),
            spread: random
                .pick(&[Duration::from_millis(5), Duration::from_secs(3), minutes(8)])
                .unwrap_or_default(),
            session_length: minutes(60 * random.pick(&[1, 3, 12, 12]).unwrap_or(12)),
            has_read_only_folder: random.chance(3_000),
        }
    }
}

impl Faults {
    /// Each schedule has some kinds of faults, often or seldom, since a fault of one kind may hide
    /// the consequences of another.
    fn new(random: &mut Random) -> Self {
        if random.chance(15_000) {
            return Self::default();
        }
        let mut often = |share: u32, most: u64| {
            if random.chance(share) {
                u32::try_from(1 + random.below(most)).unwrap_or_default()
            } else {
                0
            }
        };
        Self {
            kill: often(40_000, 1_500),
            power_cut: often(8_000, 200),
            full_disk: often(20_000, 3_000),
            pause: often(40_000, 5_000),
            stop: often(6_000, 300),
            network: often(50_000, 60_000),
            no_helper: often(15_000, 50_000),
            dropped_future: often(30_000, 50_000),
        }
    }
}
