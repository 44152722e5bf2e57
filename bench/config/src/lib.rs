//! Generator of the benchmark's config file: all common kinds of profiles in turn.

use std::fmt::Write;

/// Returns a config file with the given number of profiles of about 200 bytes, and an SSO session per
/// hundred profiles.
pub fn config_file(profiles: usize) -> String {
    let mut text = String::new();
    for index in 0..profiles {
        if index % 100 == 0 {
            write_session(&mut text, index);
        }
        write_profile(&mut text, index);
    }
    text
}

fn write_session(text: &mut String, index: usize) {
    text.push_str(&format!(
        "[sso-session team-{index}]\n\
         sso_region = eu-central-1\n\
         sso_start_url = https://team-{index}.awsapps.com/start\n\
         sso_registration_scopes = sso:account:access\n\n"
    ));
}

fn write_profile(text: &mut String, index: usize) {
    let account = 100_000_000_000 + index;
    let session = index - index % 100;
    let _ = writeln!(
        text,
        "# Account {account}, owned by team {session}\n[profile account-{index}-reader]"
    );
    let body = match index % 5 {
        0 | 1 => format!(
            "sso_session = team-{session}\nsso_account_id = {account}\nsso_role_name = ReadOnlyAccess\n\
             region = eu-central-1\noutput = json\n"
        ),
        2 => format!(
            "role_arn = arn:aws:iam::{account}:role/deploy\nsource_profile = account-{session}-reader\n\
             role_session_name = user ; for the audit log\nregion = us-east-1\n"
        ),
        3 => format!(
            "region=us-west-2\ns3 =\n    max_concurrent_requests = 20\n    addressing_style = path\n\
             credential_process = /usr/local/bin/get-credentials --account {account}\n"
        ),
        _ => format!(
            "aws_access_key_id = AKIDEXAMPLE{index}\n\
             aws_secret_access_key = an/example+of+forty+characters+in+length\n\
             region = ap-southeast-2   # nearest\noutput = table\n"
        ),
    };
    let _ = writeln!(text, "{body}");
}
