//! The house rules hold, for those who run `cargo test` and never `lint`.

use std::process::Command;

#[track_caller]
fn check(command: &str) {
    match Command::new(env!("CARGO_BIN_EXE_xtask")).arg(command).output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => panic!("cargo xtask {command}\n{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => panic!("cargo xtask {command}: {error}"),
    }
}

#[test]
fn every_arrow_points_down() {
    check("floors");
}

#[test]
fn dependencies_stay_within_their_budgets() {
    check("budgets");
}

#[test]
fn foreign_unsafe_code_was_reviewed() {
    check("reviews");
}

#[test]
fn secrets_are_read_where_the_list_says() {
    check("expose");
}

#[test]
fn the_house_is_tidy() {
    check("tidy");
}
