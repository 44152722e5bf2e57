//! Programs that give credentials.

use super::{Fix, Row, row};

const GOOD: &str = "credential_process = printf '%s' \
    '{\"Version\":1,\"AccessKeyId\":\"AKIAIOSFODNN7EXAMPLE\",\"SecretAccessKey\":\"x\"}'";

/// Returns a row for a program, which the user replaces by one that works.
fn program(name: &'static str, command: &str) -> Row {
    row(name).config(&format!("[default]\ncredential_process = {command}\n"))
}

/// Returns a program that prints a text.
fn printing(text: &str) -> String {
    format!("printf '%s' '{text}'")
}

pub(super) fn rows() -> Vec<Row> {
    let good = || Fix::Line(GOOD);
    vec![
        program("program that does not exist", "/no/such/program")
            .fails(1, "exited with status 127", "~/.aws/config:2")
            .correct(good()),
        program("program that is not executable", "~/helper")
            .file("helper", "#!/bin/sh\n")
            .fails(1, "exited with status 126", "~/.aws/config:2")
            .correct(good()),
        program("program that fails", "false")
            .fails(1, "`false` exited with status 1", "~/.aws/config:2")
            .correct(good()),
        program("program that prints something else", "echo hello")
            .fails(1, "invalid JSON", "~/.aws/config:2")
            .correct(good()),
        program("version", &printing("{\"Version\":2}"))
            .fails(1, "`Version` is not 1", "~/.aws/config:2")
            .correct(good()),
        program("missing secret", &printing("{\"Version\":1,\"AccessKeyId\":\"A\"}"))
            .fails(1, "`SecretAccessKey` is missing or empty", "~/.aws/config:2")
            .correct(good()),
        program(
            "expired credentials",
            &printing(
                "{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"x\",\
                 \"SessionToken\":\"t\",\"Expiration\":\"2020-01-01T00:00:00Z\"}",
            ),
        )
        .fails(1, "expired at TIME", "~/.aws/config:2")
        .hint(
            "check why `printf` (credential_process, ~/.aws/config:2) gives expired credentials",
            [good()],
        ),
        program("program of itself", "PROGRAM export-credentials")
            .fails(1, "call each other in a loop", "~/.aws/config:2")
            .correct(good()),
    ]
}
