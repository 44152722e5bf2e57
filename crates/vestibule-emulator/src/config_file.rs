//! The settings of an emulator as a TOML file.

mod tables;
mod value;

use std::ops::Range;

use crate::builder::Builder;
use crate::error::{Error, ErrorKind};
use tables::ConfigFile;

impl Builder {
    /// Applies the settings of a TOML file. The README has all of them.
    ///
    /// ```
    /// let emulator = vestibule_emulator::Emulator::builder()
    ///     .toml(
    ///         r#"
    ///         region = "eu-west-1"
    ///         start-urls = ["https://my-company.awsapps.com/start"]
    ///         users = ["ann", "bob"]
    ///         auto-approve = true
    ///         rotation = "reuse-ends-session"
    ///         faults = ["fail CreateToken twice with slow_down"]
    ///
    ///         [[account]]
    ///         id = "111122223333"
    ///         name = "Sample"
    ///         roles = ["SampleRole", "ReadOnly"]
    ///
    ///         [[session]]
    ///         user = "ann"
    ///         access-token = "token-of-ann"
    ///
    ///         [[access-key]]
    ///         account = "111122223333"
    ///         id = "AKIAIOSFODNN7EXAMPLE"
    ///         secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    ///
    ///         [durations]
    ///         session = "8h"
    ///         access-token = "1h"
    ///         role-credentials = "1h"
    ///
    ///         [clock]
    ///         start = "2026-01-01T00:00:00Z"
    ///         stands-still = true
    ///         "#,
    ///     )?
    ///     .build();
    /// # Ok::<(), vestibule_emulator::Error>(())
    /// ```
    ///
    /// # Errors
    /// The first problem in the file, with its position.
    pub fn toml(self, text: &str) -> Result<Self, Error> {
        let file: ConfigFile =
            toml::from_str(text).map_err(|error| error_at(text, error.span(), error.message()))?;
        file.apply(self).map_err(|(span, problem)| error_at(text, Some(span), &problem))
    }
}

fn error_at(text: &str, span: Option<Range<usize>>, problem: &str) -> Error {
    let before = span.and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Error::new(ErrorKind::InvalidConfig, problem.replace('\n', "; "))
        .with_line(before.matches('\n').count() + 1)
        .with_column(before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = Builder::default().toml(text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }

    #[test]
    fn problem_is_reported_with_its_position_and_what_to_write() {
        check(
            "regoin = \"us-east-1\"",
            "1:1: unknown field `regoin`, expected one of `region`, `st",
        );
        check(
            "\nregion = \"us east\"",
            "2:10: `us east` is not a region; write one as `us-east-1`",
        );
        check("region = \"us\\u001b[2J\"", r"1:10: `us\u{1b}[2J` is not a region; ");
        check("region = 1", "1:10: invalid type: integer `1`, expected a string");
        check("users = [\"ann\"", "1:15: ");
        check("start-urls = [\"x\"]", "1:15: `x` is not a start URL; write one such as `https://");
        check("[[account]]\nid = \"1\"", "2:6: `1` is not an account id; write its twelve digits");
        check("[[account]]\nname = \"Sample\"", "1:1: missing field `id`");
        check(
            "[[container]]\naccount = \"111122223333\"\nrole = \"Task\"",
            "3:8: a container has exactly one of `ecs-id`, `eks-subject`, `greengrass-token`",
        );
        check("[[iam-user]]\naccount = \"1\"\nname = \"dev\"", "2:11: `1` is not an account id; ");
        check(
            "[clock]\nstart = \"noon\"",
            "2:9: `noon` is not a time; write one as `2026-01-01T00",
        );
        check("[durations]\nsession = \"8\"", "2:11: `8` is not a duration; write one as `90s`");
        check("rotation = \"no\"", "1:12: `no` is not a rotation; write one of `single-use`, ");
        check("faults = [\n  \"fail X with reset\",\n]", "2:3: `X` is not an operation; write");
    }
}
