//! Suite `sigv4`: signatures in headers and in the query, with each intermediate step.

mod raw;

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use vestibule_sts::sigv4::{Options, PathEncoding, SigningOutput, SigningParams};
use vestibule_types::{Credentials, Region, SecretAccessKey, SessionToken, Timestamp};

use crate::case::Case;
use crate::compare;
use crate::mismatch::Checked;
use crate::secrets_check::Visible;
use raw::Raw;

/// Signing parameters from `context.json` or, without that file, from the case's options.
#[derive(Deserialize)]
struct Context {
    region: String,
    service: String,
    timestamp: String,
    #[serde(default = "an_hour")]
    expiration_in_seconds: u64,
    #[serde(default = "enabled")]
    normalize: bool,
    #[serde(default)]
    sign_body: bool,
    #[serde(default)]
    omit_session_token: bool,
}

#[derive(Deserialize)]
struct Keys {
    access_key_id: String,
    secret_access_key: String,
    token: Option<String>,
}

pub(super) fn check(case: &Case, visible: &mut Visible) -> Checked {
    let context = match case.json::<Value>("context.json")? {
        Some(context) => context,
        None => case.options["signing"].clone(),
    };
    let keys = Keys::deserialize(context.get("credentials").unwrap_or(&context))?;
    let context = Context::deserialize(&context)?;
    let request = Raw::parse(&expected(case, "request")?.unwrap_or_default())?;

    let credentials =
        Credentials::new(keys.access_key_id, SecretAccessKey::new(keys.secret_access_key))
            .with_session_token(keys.token.map(SessionToken::new));
    let region = Region::new(&context.region)?;
    let options = context.options(case.options["single_encode"] == true);
    let time: Timestamp = context.timestamp.parse()?;
    // In some cases the canonical request has another time than the signature.
    let canonical_time = match case.options["canonical_request_timestamp"].as_str() {
        Some(time) => time.parse()?,
        None => time,
    };
    let valid = Duration::from_secs(context.expiration_in_seconds);

    let message = request.message();
    let [canonical, signing] = [canonical_time, time].map(|time| {
        SigningParams::new(&credentials, &region, &context.service, time).with_options(options)
    });
    visible.debug(&(&message, signing));

    let signed = signing.in_headers(&message);
    visible.debug(&signed);
    compare_steps(case, "header", &canonical.in_headers(&message), &signed)?;
    compare_requests(case, "header", &request.with_headers(&signed))?;

    let signed = signing.in_query(&message, valid);
    visible.debug(&signed);
    compare_steps(case, "query", &canonical.in_query(&message, valid), &signed)?;
    compare_requests(case, "query", &request.with_query(&signed))
}

impl Context {
    fn options(&self, single_encode: bool) -> Options {
        let encoding = if single_encode { PathEncoding::Once } else { PathEncoding::Twice };
        Options::default()
            .with_normalize_path(self.normalize)
            .with_path_encoding(encoding)
            .with_payload_header(self.sign_body)
            .with_sign_token(!self.omit_session_token)
    }
}

fn compare_steps(
    case: &Case,
    form: &str,
    canonical: &SigningOutput,
    signed: &SigningOutput,
) -> Checked {
    let steps = [
        ("canonical-request", canonical.canonical_request().expose()),
        ("string-to-sign", signed.string_to_sign()),
        ("signature", signed.signature()),
    ];
    steps.into_iter().try_for_each(|(step, found)| {
        let name = format!("{form}-{step}");
        match expected(case, &name)? {
            Some(expected) => {
                compare::text(&expected, found.trim()).map_err(|error| error.with_context(name))
            }
            None => Ok(()),
        }
    })
}

fn compare_requests(case: &Case, form: &str, found: &Raw) -> Checked {
    let name = format!("{form}-signed-request");
    match expected(case, &name)? {
        Some(expected) => compare::text(&Raw::parse(&expected)?.sorted(), &found.sorted())
            .map_err(|error| error.with_context(name)),
        None => Ok(()),
    }
}

/// Reads a text file of the case, trimmed; `None` if it does not exist and is not checked.
fn expected(case: &Case, name: &str) -> Checked<Option<String>> {
    Ok(case.file(&format!("{name}.txt"))?.map(|text| text.trim().to_owned()))
}

fn an_hour() -> u64 {
    3600
}

fn enabled() -> bool {
    true
}
