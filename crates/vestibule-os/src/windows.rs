use std::os::windows::process::CommandExt as _;
use std::process::Command;

/// `CREATE_NO_WINDOW` of `CreateProcess`.
const NO_WINDOW: u32 = 0x0800_0000;

/// Gives a program a console of its own, without a window. Ctrl-C in this program's console does not
/// reach it, and no window flashes up if this program has no console, as those with a graphical
/// interface.
pub(crate) fn hide_console(command: &mut Command) {
    command.creation_flags(NO_WINDOW);
}
