//! A token file that cannot be written: the refresh token is not spent, or what it bought is used.
//!
//! Mounts need a mount namespace: of root, or of a user namespace. Where the system allows neither,
//! each test causes the nearest fault that needs no privilege.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use vestibule_emulator::Operation;

use crate::support::{Output, TestEnv};

const MINUTE: Duration = Duration::from_secs(60);
const CACHE: &str = ".aws/sso/cache";

/// The command that this test runs, as a shell word.
const PROGRAM: &str = env!("CARGO_BIN_EXE_vestibule");

/// Returns the start of a command line for a shell in a mount namespace of its own.
fn unshare() -> Option<&'static [&'static str]> {
    const WAYS: [&[&str]; 2] =
        [&["unshare", "--mount"], &["unshare", "--map-root-user", "--mount"]];
    let works = |way: &&&[&str]| {
        let mut command = Command::new(way[0]);
        command.args(&way[1..]).args(["sh", "-c", "mount -t tmpfs tmpfs /mnt"]);
        command.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    WAYS.iter().find(works).copied()
}

/// Runs the program after a shell script that has the cache folder as `$CACHE` and the token file
/// as `$TOKEN`, in a mount namespace if `way` is one.
fn run_after(env: &TestEnv, way: &[&str], script: &str, args: &[&str]) -> Output {
    let shell = ["sh", "-c", script, PROGRAM];
    let mut words = way.iter().chain(&shell).chain(args);
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    env.prepared(command).env("CACHE", env.path(CACHE)).env("TOKEN", env.token_file()).run()
}

const THEN_RUN: &str = "exec \"$0\" \"$@\"";
/// The largest size of a file is 0 bytes. SIGXFSZ, which such a write raises, is not ignored.
const NO_FILE_SIZE: &str = "ulimit -f 0; exec \"$0\" \"$@\"";

/// Returns a way to a full disk: a file system of a few pages in place of the cache folder.
fn full_disk() -> (&'static [&'static str], String) {
    match unshare() {
        Some(way) => {
            let script = format!(
                "cp -a \"$CACHE\" \"$HOME/saved\" && mount -t tmpfs -o size=32k,mode=700 tmpfs \
                 \"$CACHE\" && cp -a \"$HOME/saved/.\" \"$CACHE\" && rm -r \"$HOME/saved\" && \
                 ! dd if=/dev/zero of=\"$CACHE/ballast\" 2>/dev/null && {THEN_RUN}"
            );
            (way, script)
        }
        None => (&[], NO_FILE_SIZE.to_owned()),
    }
}

/// Checks that a full disk spends no refresh token: a live token is used, and an expired one is an
/// error of the machine until there is room.
fn check_full_disk(way: &[&str], script: &str, messages: &[&str]) {
    let env = TestEnv::signed_in();
    env.advance(MINUTE * 57);
    let before = fs::read(env.token_file()).unwrap();
    run_after(&env, way, script, &["list-accounts"])
        .succeeded()
        .stderr_contains("the token is not refreshed, since it could not be stored");
    env.advance(MINUTE * 3);
    let ran = run_after(&env, way, script, &["list-accounts"]);
    ran.exits_with(1).stderr_contains("could not write");
    assert!(messages.iter().any(|message| ran.stderr.contains(message)), "{ran:?}");
    assert!(!ran.stderr.contains("vestibule login"), "{ran:?}");
    let ran = run_after(&env, way, script, &["login", "--force"]);
    ran.exits_with(1).stderr_contains(CACHE);
    assert_eq!(env.emulator.count(Operation::CreateToken), 1, "only the sign-in");
    assert_eq!(env.emulator.count(Operation::Logout), 0, "the portal session goes on");
    assert_eq!(fs::read(env.token_file()).unwrap(), before);
    assert!(env.leftovers().is_empty(), "{:?}", env.leftovers());
    env.run(["list-accounts"]).succeeded();
    assert_eq!(env.pages_opened().len(), 1);
}

#[test]
fn full_file_system_spends_no_refresh_token() {
    let (way, script) = full_disk();
    check_full_disk(way, &script, &["No space left on device", "File too large"]);
}

/// The limit of the shell's `ulimit -f`, whose signal would end the program.
#[test]
fn file_size_limit_spends_no_refresh_token_and_does_not_kill_the_program() {
    check_full_disk(&[], NO_FILE_SIZE, &["File too large"]);
}

/// A live token is used; an expired one is refreshed and kept in memory, which is said once.
#[test]
fn read_only_file_system_spends_no_refresh_token_while_the_token_is_valid() {
    let Some(way) = unshare() else {
        return check_read_only_folder(0o400);
    };
    let script = format!(
        "mount --bind \"$CACHE\" \"$CACHE\" && mount -o remount,bind,ro \"$CACHE\" && {THEN_RUN}"
    );
    let env = TestEnv::signed_in();
    let before = fs::read(env.token_file()).unwrap();
    env.advance(MINUTE * 57);
    run_after(&env, way, &script, &["list-accounts"])
        .succeeded()
        .stderr_contains("the token is not refreshed, since it could not be stored");
    assert_eq!(env.emulator.count(Operation::CreateToken), 1);
    env.run(["list-accounts"]).succeeded();
    assert_ne!(fs::read(env.token_file()).unwrap(), before, "the session goes on");

    env.advance(MINUTE * 60);
    let before = fs::read(env.token_file()).unwrap();
    let ran = run_after(&env, way, &script, &["list-accounts"]);
    ran.succeeded();
    assert_eq!(ran.stderr.matches("could not be stored").count(), 1, "{ran:?}");
    assert_eq!(fs::read(env.token_file()).unwrap(), before);
}

/// A container often gets the token file alone, which cannot be replaced by another one.
#[test]
fn token_file_that_is_a_mount_is_written_in_place() {
    let Some(way) = unshare() else {
        return check_read_only_folder(0o600);
    };
    let script = format!("mount --bind \"$TOKEN\" \"$TOKEN\" && {THEN_RUN}");
    let env = TestEnv::signed_in();
    let inode = fs::metadata(env.token_file()).unwrap().ino();
    for refreshes in 1..4 {
        env.advance(MINUTE * if refreshes == 1 { 57 } else { 60 });
        run_after(&env, way, &script, &["list-accounts"]).succeeded();
        assert_eq!(env.emulator.count(Operation::CreateToken), 1 + refreshes);
        assert_eq!(fs::metadata(env.token_file()).unwrap().ino(), inode);
    }
    env.advance(MINUTE * 60);
    env.run(["list-accounts"]).succeeded();
    assert_eq!(env.pages_opened().len(), 1);
}

#[test]
fn file_in_a_folder_that_cannot_be_written_is_written_in_place() {
    check_read_only_folder(0o600);
}

#[test]
fn file_and_folder_that_cannot_be_written_keep_a_refreshed_token_in_memory() {
    check_read_only_folder(0o400);
}

/// Refreshes in a folder of mode 0500, with this mode of the token file.
fn check_read_only_folder(mode: u32) {
    let env = TestEnv::signed_in();
    let can_write = mode & 0o200 != 0;
    fs::set_permissions(env.token_file(), Permissions::from_mode(mode)).unwrap();
    let before = fs::read(env.token_file()).unwrap();
    env.advance(MINUTE * 57);
    let ran = in_read_only_folder(&env, &["list-accounts"]);
    ran.succeeded();
    let is_new = fs::read(env.token_file()).unwrap() != before;
    assert_eq!(is_new, can_write, "a live token is refreshed if the result can be stored");
    assert_eq!(env.emulator.count(Operation::CreateToken), 1 + u64::from(can_write));

    env.advance(MINUTE * 60);
    let before = fs::read(env.token_file()).unwrap();
    let ran = in_read_only_folder(&env, &["list-accounts"]);
    ran.succeeded();
    let warnings = ran.stderr.matches("could not be stored").count();
    assert_eq!(warnings, usize::from(!can_write), "{ran:?}");
    assert_eq!(fs::read(env.token_file()).unwrap() != before, can_write);

    let ran = in_read_only_folder(&env, &["login", "--force"]);
    if !can_write {
        ran.exits_with(1).stderr_contains(CACHE).stderr_contains("hint: make ");
        assert_eq!(env.emulator.count(Operation::Logout), 0, "the portal session goes on");
        assert_eq!(env.pages_opened().len(), 1);
    }
}

/// Runs the program while the cache folder has mode 0500. Modes do not restrict root, so tests that
/// run as root run the program as another user who owns the home folder.
fn in_read_only_folder(env: &TestEnv, args: &[&str]) -> Output {
    const UNPRIVILEGED: u32 = 65534;
    let mut command = if fs::metadata(env.path("")).unwrap().uid() == UNPRIVILEGED
        || tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0
    {
        // The build folder may be readable by root only.
        let program = env.path("program");
        if !program.exists() {
            fs::copy(PROGRAM, &program).unwrap();
        }
        change_owner(&env.path("."), UNPRIVILEGED);
        let mut command = Command::new(program);
        command.uid(UNPRIVILEGED).gid(UNPRIVILEGED);
        command
    } else {
        Command::new(PROGRAM)
    };
    command.args(args);
    let folder = env.path(CACHE);
    fs::set_permissions(&folder, Permissions::from_mode(0o500)).unwrap();
    let ran = env.prepared(command).run();
    fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    ran
}

/// Changes the owner of a path and everything below it.
pub(crate) fn change_owner(path: &Path, to: u32) {
    chown(path, Some(to), Some(to)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            change_owner(&entry.unwrap().path(), to);
        }
    }
}
