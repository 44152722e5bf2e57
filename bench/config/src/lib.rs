//! The file that is parsed: profiles of every kind that people have, in turn.

use std::fmt::Write;

/// A config file with so many profiles, each some 200 bytes long, and one session for every hundred.
pub fn file(profiles: usize) -> String {
    let mut text = String::new();
    for at in 0..profiles {
        if at % 100 == 0 {
            session(&mut text, at);
        }
        profile(&mut text, at);
    }
    text
}

fn session(text: &mut String, at: usize) {
    text.push_str(&format!(
        "[sso-session team-{at}]\n\
         sso_region = eu-central-1\n\
         sso_start_url = https://team-{at}.awsapps.com/start\n\
         sso_registration_scopes = sso:account:access\n\n"
    ));
}

fn profile(text: &mut String, at: usize) {
    let account = 100_000_000_000 + at;
    let session = at - at % 100;
    let _ = writeln!(
        text,
        "# Account {account}, owned by team {session}\n[profile account-{at}-reader]"
    );
    let body = match at % 5 {
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
            "aws_access_key_id = AKIDEXAMPLE{at}\n\
             aws_secret_access_key = an/example+of+forty+characters+in+length\n\
             region = ap-southeast-2   # nearest\noutput = table\n"
        ),
    };
    let _ = writeln!(text, "{body}");
}
