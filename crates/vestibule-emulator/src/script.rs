//! Scripts that schedule faults: sentences such as `fail CreateToken twice with slow_down`.

use crate::error::{Error, ErrorKind};
use crate::fault_schedule::Rule;
use crate::operation::Operation;

/// Parses one sentence a line. Empty lines and those that begin with `#` are ignored.
pub(crate) fn parse(text: &str) -> Result<Vec<Rule>, Error> {
    let mut rules = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            rules.extend(parse_sentence(line).map_err(|error| error.with_line(index + 1))?);
        }
    }
    Ok(rules)
}

/// Parses `fail OPERATION [TIMES] with FAULT [and FAULT]…` into a rule for each fault.
pub(crate) fn parse_sentence(text: &str) -> Result<Vec<Rule>, Error> {
    let words = text.split_whitespace().collect::<Vec<_>>();
    let with = words.iter().position(|word| *word == "with");
    let (Some(&"fail"), Some(&name), Some(with)) = (words.first(), words.get(1), with) else {
        let form = "`fail CreateToken twice with slow_down`";
        return Err(invalid(format!("`{}` is not of the form {form}", text.trim())));
    };
    let operation = parse_operation(name)?;
    let times = parse_times(words.get(2..with).unwrap_or_default())?;
    words[with + 1..]
        .split(|word| *word == "and")
        .map(|fault| Ok(Rule { operation, times, fault: fault.join(" ").parse()? }))
        .collect()
}

/// Parses the name of an operation, or `anything`.
pub(crate) fn parse_operation(name: &str) -> Result<Option<Operation>, Error> {
    if name == "anything" { Ok(None) } else { name.parse().map(Some) }
}

/// Parses `once`, which is the default, `twice`, `3 times` or `always`.
fn parse_times(words: &[&str]) -> Result<Option<u32>, Error> {
    match words {
        [] | ["once"] => Ok(Some(1)),
        ["twice"] => Ok(Some(2)),
        ["always"] => Ok(None),
        [number, "times"] if number.parse::<u32>().is_ok() => Ok(number.parse().ok()),
        _ => Err(invalid(format!(
            "`{}` is not a number of times; write `once`, `twice`, `3 times` or `always`",
            words.join(" ")
        ))),
    }
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidScript, message)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::fault::Fault;

    #[test]
    fn sentences_are_parsed_to_rules() {
        let text = "\
# The service is busy, and then the gateway.
fail CreateToken twice with slow_down
  fail ListAccounts 3 times with 429 and retry-after:30

fail anything always with latency:250
fail Logout with reset
";
        let rule = |operation, times, fault| Rule { operation, times, fault };
        let accounts = Some(Operation::ListAccounts);
        assert_eq!(
            parse(text).unwrap(),
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
        let error = parse(&format!("\n{sentence}")).unwrap_err();
        assert_eq!(error.line(), Some(2));
        assert!(error.message().contains(problem), "{error}");
    }

    #[test]
    fn invalid_sentence_is_named_with_what_to_write() {
        check("break Logout with reset", "is not of the form `fail CreateToken twice");
        check("fail Logout reset", "is not of the form");
        check("fail with reset", "`with` is not an operation");
        check(
            "fail CreateTokne with reset",
            "`CreateTokne` is not an operation; did you mean `CreateToken`?",
        );
        check(
            "fail Logout -1 times with reset",
            "`-1 times` is not a number of times; write `once`",
        );
        check("fail Logout with two words", "`two words` is not a fault");
        check("fail Logout with reset and", "`` is not a fault");
    }
}
