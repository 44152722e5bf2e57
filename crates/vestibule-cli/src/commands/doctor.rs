use std::path::Path;

use serde_json::{Value, json};
use vestibule::Configuration;
use vestibule_doctor::{
    self as doctor, CacheFile, CacheFileState, Cause, Context, Finding, Remedy, State, cache_files,
    examine,
};
use vestibule_serve::agent::Client;
use vestibule_types::with_causes;

use crate::agent_session::{self, client_error};
use crate::app::App;
use crate::args::Doctor;
use crate::directory_profile::DirectoryProfile;
use crate::error::{Error, correct, hint as library_hint};
use crate::exit::Exit;
use crate::keychain_helper::keychain_hint;
use crate::local_time::time;
use crate::printer::Tone;
use crate::quoting::{Dialect, shell_word};
use crate::screen::printable;
use crate::token_store::{self, ProgramStore};
use crate::waiting::Wait;

/// Runs all checks; with `--fix` applies the safe fixes and checks again.
///
/// Returns the highest exit code of the remaining findings, as `status --all` does.
pub(crate) fn run(app: &App<'_>, args: &Doctor) -> Result<Exit, Error> {
    let mut configuration = app.configuration()?;
    let folder = token_store::folder(&app.vars)?;
    let mut rows = Vec::new();
    let mut findings = examined(app, &configuration, folder.as_deref());
    if args.fix {
        let fixable = findings.iter().filter(|finding| finding.fix.is_some());
        rows.extend(fixable.filter_map(|finding| {
            let outcome = finding.fix.as_ref()?.apply(&configuration);
            Some(Row::fixed(finding, outcome))
        }));
    }
    if !rows.is_empty() {
        configuration = app.configuration()?;
        findings = examined(app, &configuration, folder.as_deref());
    }
    rows.extend(findings.iter().map(Row::finding));
    rows.extend(agent_session::path(&app.vars, app.global, app.role).map(Row::agent));
    rows.extend(keychain(app, &configuration, folder.as_deref())?);
    rows.extend(
        DirectoryProfile::of_working_directory(&app.vars).err().as_ref().map(Row::directory),
    );
    if app.printer.json {
        let rows: Vec<Value> = rows.iter().map(Row::json).collect();
        app.printer.result(&json!({ "findings": rows }).to_string())?;
    } else {
        rows.iter().try_for_each(|row| row.print(app))?;
    }
    Ok(rows.iter().map(|row| row.exit).max().unwrap_or(Exit::Done))
}

fn examined(
    app: &App<'_>,
    configuration: &Configuration,
    token_folder: Option<&Path>,
) -> Vec<Finding> {
    let _waiting = Wait::begin("Checking files and services");
    let context = Context::new(configuration).with_token_folder(token_folder);
    examine(&if app.printer.json { context } else { context.with_time_format(time) })
}

/// Checks the keychain, if tokens are stored in it.
fn keychain(
    app: &App<'_>,
    configuration: &Configuration,
    token_folder: Option<&Path>,
) -> Result<Option<Row>, Error> {
    let ProgramStore::Keychain { helper, .. } = app.store()? else { return Ok(None) };
    let files = cache_files(&Context::new(configuration).with_token_folder(token_folder));
    let is_used = |file: &CacheFile| matches!(file.state, CacheFileState::InKeychain { .. });
    if !files.iter().any(is_used) && !token_store::is_keychain_configured(configuration) {
        return Ok(None);
    }
    Ok(Some(match helper.check() {
        Ok(name) => Row {
            check: "keychain",
            word: "ok",
            tone: Tone::Good,
            text: format!("tokens can be stored in {name}"),
            hint: None,
            exit: Exit::Done,
        },
        Err(error) => Row {
            check: "keychain",
            word: "problem",
            tone: Tone::Bad,
            text: with_causes(&error),
            hint: Some(keychain_hint(&error).unwrap_or_else(|| {
                "unlock the keychain, or sign in with vestibule login --token-store files"
                    .to_owned()
            })),
            exit: Exit::Failed,
        },
    }))
}

/// One line of the report.
struct Row {
    check: &'static str,
    word: &'static str,
    tone: Tone,
    text: String,
    hint: Option<String>,
    exit: Exit,
}

impl Row {
    fn finding(finding: &Finding) -> Self {
        let (word, tone, exit) = match finding.state {
            State::Ok => ("ok", Tone::Good, Exit::Done),
            State::Note => ("note", Tone::Quiet, Exit::Done),
            State::Problem(cause) => ("problem", Tone::Bad, exit(cause)),
        };
        let hint = match &finding.fix {
            Some(_) => Some("vestibule doctor --fix".to_owned()),
            None => finding.remedy.as_ref().and_then(hint),
        };
        Self { check: finding.check, word, tone, text: finding.text.clone(), hint, exit }
    }

    /// Returns the row of the agent that supplies the credentials.
    fn agent(path: &str) -> Self {
        let check = "agent";
        match Client::new(path).check() {
            Ok(()) => {
                let text = format!("the agent at {} supplies the credentials", printable(path));
                Self { check, word: "ok", tone: Tone::Good, text, hint: None, exit: Exit::Done }
            }
            Err(error) => {
                let (text, hint) = (with_causes(&error), client_error(&error).hint());
                Self { check, word: "problem", tone: Tone::Bad, text, hint, exit: Exit::Failed }
            }
        }
    }

    /// Returns the row of a `.aws-profile` file that is not trusted, or cannot be used.
    fn directory(error: &Error) -> Self {
        let (text, hint) = (error.message(), error.hint());
        let (check, word, tone) = ("folder", "note", Tone::Quiet);
        Self { check, word, tone, text, hint, exit: Exit::Done }
    }

    fn fixed(finding: &Finding, outcome: Result<(), doctor::Error>) -> Self {
        let (check, hint) = (finding.check, None);
        match outcome {
            Ok(()) => {
                let text = finding.text.clone();
                Self { check, word: "fixed", tone: Tone::Good, text, hint, exit: Exit::Done }
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
                let text = format!("{error}{}", cause.unwrap_or_default());
                Self { check, word: "problem", tone: Tone::Bad, text, hint, exit: Exit::Failed }
            }
        }
    }

    fn print(&self, app: &App<'_>) -> std::io::Result<()> {
        let printer = &app.printer;
        // Padded before it is colored.
        let word = printer.tone(self.tone, &format!("{:7}", self.word));
        printer.result(&format!("{word}  {:12}  {}", self.check, self.text))?;
        let Some(hint) = &self.hint else { return Ok(()) };
        printer.result(&format!("{:23}{} {hint}", "", printer.tone(Tone::Command, "hint:")))
    }

    fn json(&self) -> Value {
        json!({ "check": self.check, "state": self.word, "message": self.text,
                "remedy": self.hint })
    }
}

fn exit(cause: Cause) -> Exit {
    match cause {
        Cause::Configuration => Exit::Configuration,
        Cause::SignInNeeded => Exit::SignInNeeded,
        _ => Exit::Failed,
    }
}

fn hint(remedy: &Remedy) -> Option<String> {
    Some(match remedy {
        Remedy::Correct { place } => correct(place),
        Remedy::Library(remedy) => return library_hint(remedy),
        Remedy::Unset(variables) => Dialect::current().removal(variables),
        Remedy::SetClock if cfg!(target_os = "linux") => "sudo timedatectl set-ntp true".to_owned(),
        Remedy::SetClock => "set the clock of this machine, then try again".to_owned(),
        Remedy::Connect { to } => {
            format!(
                "check the network and the proxy settings (HTTPS_PROXY): {to} must be reachable"
            )
        }
        Remedy::TrustCertificate => {
            "set AWS_CA_BUNDLE, or ca_bundle in ~/.aws/config, to a PEM file \
                                     with the root certificate of your organization"
                .to_owned()
        }
        Remedy::ChangeOwner { folder, owner } => {
            format!("sudo chown -R {owner} {}", shell_word(&folder.display().to_string()))
        }
        Remedy::RestrictFolder { folder } => {
            format!("chmod go-w {}", shell_word(&folder.display().to_string()))
        }
        _ => return None,
    })
}
