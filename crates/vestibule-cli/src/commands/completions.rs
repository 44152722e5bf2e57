use clap::CommandFactory as _;
use clap_complete::Shell as Known;
use serde_json::json;

use crate::advice::Failure;
use crate::app::App;
use crate::args::{Cli, Completions, Shell};
use crate::exit::Exit;

/// Defines completion for a shell; names of profiles and sessions are asked for while typing.
pub(crate) fn run(app: &App<'_>, args: &Completions) -> Result<Exit, Failure> {
    let script = match args.shell {
        Shell::Bash => generated(Known::Bash) + BASH,
        Shell::Zsh => zsh(&generated(Known::Zsh)),
        Shell::Fish => generated(Known::Fish) + FISH,
        Shell::Powershell => powershell(&generated(Known::PowerShell)),
    };
    if app.printer.json {
        app.printer.result(&json!({ "script": script }).to_string())?;
    } else {
        app.printer.raw(&script)?;
    }
    Ok(Exit::Done)
}

fn generated(shell: Known) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "vestibule", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Names go through no expansion: one may hold whatever a shell would act on.
const BASH: &str = r#"
_vestibule_with_names() {
    local list name
    case "${COMP_WORDS[COMP_CWORD-1]}" in
        --profile) list=list-profiles ;;
        --sso-session|--session-name) list=list-sessions ;;
        *) _vestibule "$@"; return ;;
    esac
    COMPREPLY=()
    while IFS= read -r name; do
        [[ "$name" == "${COMP_WORDS[COMP_CWORD]}"* ]] && COMPREPLY+=("$(printf '%q' "$name")")
    done < <(vestibule "$list" 2>/dev/null)
    return 0
}
complete -F _vestibule_with_names -o bashdefault -o default vestibule
"#;

const FISH: &str = r"
complete -c vestibule -l profile -x -a '(vestibule list-profiles 2>/dev/null)'
complete -c vestibule -l sso-session -x -a '(vestibule list-sessions 2>/dev/null)'
complete -c vestibule -l session-name -x -a '(vestibule list-sessions 2>/dev/null)'
";

const ZSH: &str = r#"
_vestibule_profiles() {
    local -a names
    names=("${(@f)$(vestibule list-profiles 2>/dev/null)}")
    compadd -a names
}

_vestibule_sessions() {
    local -a names
    names=("${(@f)$(vestibule list-sessions 2>/dev/null)}")
    compadd -a names
}
"#;

/// Puts functions in the place of files where names are wanted.
fn zsh(script: &str) -> String {
    let (first, rest) = script.split_once('\n').unwrap_or((script, ""));
    let mut lines = format!("{first}\n{ZSH}");
    for line in rest.lines() {
        let names = if line.contains("'--profile=[") {
            "_vestibule_profiles"
        } else if line.contains("'--sso-session=[") || line.contains("'--session-name=[") {
            "_vestibule_sessions"
        } else {
            "_default"
        };
        lines += &line.replace(":_default'", &format!(":{names}'"));
        lines.push('\n');
    }
    lines
}

const POWERSHELL: &str = r#"
    $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition })
    $names = switch ($before[-1].Extent.Text) {
        '--profile' { vestibule list-profiles 2>$null }
        '--sso-session' { vestibule list-sessions 2>$null }
        '--session-name' { vestibule list-sessions 2>$null }
    }
    if ($names) {
        $names | Where-Object { $_.StartsWith($wordToComplete) } | ForEach-Object {
            $word = if ($_ -match '^[\w.-]+$') { $_ } else { "'" + $_.Replace("'", "''") + "'" }
            [CompletionResult]::new($word, $_, [CompletionResultType]::ParameterValue, $_)
        }
        return
    }
"#;

/// Asks for names before anything else is completed.
fn powershell(script: &str) -> String {
    let start = "param($wordToComplete, $commandAst, $cursorPosition)\n";
    script.replacen(start, &format!("{start}{POWERSHELL}"), 1)
}
