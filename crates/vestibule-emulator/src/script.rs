//! What is to go wrong, as sentences: `fail CreateToken twice with slow_down`.

use crate::faults::{Fault, Rule};
use crate::operation::Operation;

/// A sentence that says nothing about what is to go wrong.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {problem}")]
#[non_exhaustive]
pub struct ScriptError {
    /// Counted from one.
    pub line: usize,
    /// What is wrong with it, and what to write.
    pub problem: String,
}

/// A sentence a line; empty lines and those that begin with `#` say nothing.
pub(crate) fn read(text: &str) -> Result<Vec<Rule>, ScriptError> {
    let mut rules = Vec::new();
    for (before, line) in text.lines().enumerate() {
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            let read = sentence(line);
            rules.extend(read.map_err(|problem| ScriptError { line: before + 1, problem })?);
        }
    }
    Ok(rules)
}

/// `fail OPERATION [HOW OFTEN] with FAULT [and FAULT]…`: a rule for each fault.
pub(crate) fn sentence(text: &str) -> Result<Vec<Rule>, String> {
    let words = text.split_whitespace().collect::<Vec<_>>();
    let with = words.iter().position(|word| *word == "with");
    let (Some(&"fail"), Some(&name), Some(with)) = (words.first(), words.get(1), with) else {
        let form = "`fail CreateToken twice with slow_down`";
        return Err(format!("`{}` is not of the form {form}", text.trim()));
    };
    let operation = operation(name)?;
    let times = times(words.get(2..with).unwrap_or_default())?;
    words[with + 1..]
        .split(|word| *word == "and")
        .map(|fault| Ok(Rule { operation, times, fault: fault_named(&fault.join(" "))? }))
        .collect()
}

/// One, or `anything`.
pub(crate) fn operation(name: &str) -> Result<Option<Operation>, String> {
    if name == "anything" {
        return Ok(None);
    }
    name.parse().map(Some).map_err(|_| {
        let names = Operation::ALL.map(Operation::name).join(", ");
        format!("`{name}` is not an operation; write one of {names}, or `anything`")
    })
}

/// `once`, which may be left out, `twice`, `3 times` or `always`.
fn times(words: &[&str]) -> Result<Option<u32>, String> {
    match words {
        [] | ["once"] => Ok(Some(1)),
        ["twice"] => Ok(Some(2)),
        ["always"] => Ok(None),
        [number, "times"] if number.parse::<u32>().is_ok() => Ok(number.parse().ok()),
        _ => Err(format!(
            "`{}` is not how often; write `once`, `twice`, `3 times` or `always`",
            words.join(" ")
        )),
    }
}

pub(crate) fn fault_named(text: &str) -> Result<Fault, String> {
    text.parse().map_err(|unknown| format!("`{text}` is {unknown}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn sentences_are_rules() {
        let text = "\
# The service is busy, then something in between is.
fail CreateToken twice with slow_down
  fail ListAccounts 3 times with 429 and retry-after:30

fail anything always with latency:250
fail Logout with reset
";
        let rule = |operation, times, fault| Rule { operation, times, fault };
        let accounts = Some(Operation::ListAccounts);
        assert_eq!(
            read(text).unwrap(),
            [
                rule(Some(Operation::CreateToken), Some(2), Fault::slow_down()),
                rule(accounts, Some(3), Fault::Status(http::StatusCode::TOO_MANY_REQUESTS)),
                rule(accounts, Some(3), Fault::RetryAfter(Duration::from_secs(30))),
                rule(None, None, Fault::Latency(Duration::from_millis(250))),
                rule(Some(Operation::Logout), Some(1), Fault::Reset),
            ]
        );
    }

    #[track_caller]
    fn check(sentence: &str, problem: &str) {
        let error = read(&format!("\n{sentence}")).unwrap_err();
        assert_eq!(error.line, 2);
        assert!(error.problem.contains(problem), "{error}");
    }

    #[test]
    fn what_is_wrong_is_named_with_what_to_write() {
        check("break Logout with reset", "is not of the form `fail CreateToken twice");
        check("fail Logout reset", "is not of the form");
        check("fail with reset", "`with` is not an operation");
        check("fail CreateTokne with reset", "`CreateTokne` is not an operation; write one of Reg");
        check("fail Logout -1 times with reset", "`-1 times` is not how often; write `once`");
        check("fail Logout with two words", "`two words` is not a fault: expected an error code");
        check("fail Logout with reset and", "`` is not a fault");
    }
}
