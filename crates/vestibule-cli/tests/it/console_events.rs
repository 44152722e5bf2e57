//! Ctrl-C in a console of Windows, which sends it to every program that is attached.

use std::io::Read as _;
use std::net::TcpListener;
use std::os::windows::process::CommandExt as _;
use std::process::{Command, Stdio};

use crate::support::{Running, TestEnv, command};

/// `CREATE_NEW_CONSOLE`: Ctrl-C would reach the test otherwise.
const NEW_CONSOLE: u32 = 0x10;

/// Starts the program in a console of its own.
fn start<'a>(env: &'a TestEnv, args: &[&str]) -> Running<'a> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    program.args(args).creation_flags(NEW_CONSOLE);
    let (name, value) = command::wait_for_ctrl_c();
    env.prepared(program).env(name, value).start()
}

/// Presses Ctrl-C in the console of a program.
fn press_ctrl_c(running: &Running<'_>) {
    let id = running.id().to_string();
    let mut sender = match std::env::var_os("VESTIBULE_SEND_CTRL_C") {
        Some(program) => Command::new(program),
        None => {
            let mut powershell = Command::new("powershell");
            powershell.args(["-NoProfile", "-Command", POWERSHELL]);
            powershell
        }
    };
    let sender = sender.arg(id).stdin(Stdio::null()).creation_flags(NEW_CONSOLE);
    assert!(sender.status().unwrap().success());
}

const POWERSHELL: &str = r#"& { param($id)
$type = Add-Type -PassThru -Namespace Test -Name Console -MemberDefinition @'
[DllImport("kernel32.dll")] public static extern bool FreeConsole();
[DllImport("kernel32.dll")] public static extern bool AttachConsole(uint id);
[DllImport("kernel32.dll")] public static extern bool SetConsoleCtrlHandler(IntPtr handler, bool add);
[DllImport("kernel32.dll")] public static extern bool GenerateConsoleCtrlEvent(uint event, uint group);
'@
$null = $type::FreeConsole()
if (-not $type::AttachConsole($id)) { exit 3 }
$null = $type::SetConsoleCtrlHandler([IntPtr]::Zero, $true)
if (-not $type::GenerateConsoleCtrlEvent(0, 0)) { exit 4 }
}"#;

#[test]
fn exec_and_serve_leave_ctrl_c_to_the_command() {
    let env = TestEnv::signed_in();
    let words = command::words();
    for kind in ["exec", "serve"] {
        let mut running = start(&env, &[kind, "--", &words[0], &words[1]]);
        while running.line().unwrap().trim() != "ready" {}
        press_ctrl_c(&running);
        while running.line().unwrap().trim() != "stopped" {}
        running.wait().exits_with(3);
    }
}

#[test]
fn serve_without_a_command_exits_with_130_on_ctrl_c() {
    let env = TestEnv::signed_in();
    let mut running = start(&env, &["serve", "--json"]);
    running.line().unwrap();
    press_ctrl_c(&running);
    running.wait().exits_with(130);
}

#[test]
fn login_interrupted_leaves_no_file() {
    let env = TestEnv::new();
    let mut running = start(&env, &["login", "--no-browser", "--json"]);
    running.event("open");
    press_ctrl_c(&running);
    running.wait().exits_with(130);
    assert!(env.leftovers().is_empty(), "{:?}", env.leftovers());
}

/// It is in a console of its own, which Ctrl-C does not reach.
#[test]
fn interrupt_kills_the_credential_process() {
    let env = TestEnv::new();
    let [program, argument] = command::words();
    env.write(
        ".aws/config",
        &format!("[default]\ncredential_process = \"{program}\" {argument}\n"),
    );
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (name, value) = command::connect_to(&listener);
    let mut export = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    export.arg("export-credentials").creation_flags(NEW_CONSOLE);
    let export = env.prepared(export).env(name, value).start();
    let mut connection = listener.accept().unwrap().0;
    press_ctrl_c(&export);
    export.wait().exits_with(130);
    // A killed process may reset the connection.
    if let Ok(length) = connection.read(&mut [0]) {
        assert_eq!(length, 0);
    }
}
