//! Checks of single values.

use std::borrow::Cow;

use vestibule_types::{AccountId, Region, RoleArn, StartUrl, host_of, split_scheme};
use vestibule_wire::Partition;

use super::Level;
use crate::known_keys::Rule;
use crate::similar::similar;

/// The description of an invalid value.
pub(super) struct Invalid {
    pub(super) rule: &'static str,
    pub(super) level: Level,
    /// The expected value, with its article.
    pub(super) what: &'static str,
    pub(super) expected: String,
    pub(super) help: Option<String>,
}

impl Invalid {
    fn new(what: &'static str, expected: impl Into<String>) -> Self {
        let rule = "invalid-value";
        Self { rule, level: Level::Error, what, expected: expected.into(), help: None }
    }

    fn with_help(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}

/// Checks a value. `None` if it is valid.
pub(super) fn check(rule: Rule, text: &str) -> Option<Invalid> {
    match rule {
        Rule::Any => None,
        Rule::AccountId => {
            let is_valid = AccountId::new(text).is_ok_and(|id| id.is_twelve_digits());
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let help = (digits.len() == 12).then(|| format!("write `{digits}`"));
            let invalid = Invalid::new("an account id", "twelve digits, without dashes");
            (!is_valid).then(|| invalid.with_help(help))
        }
        Rule::Boolean => {
            let is_valid = ["true", "false"].iter().any(|word| word.eq_ignore_ascii_case(text));
            (!is_valid).then(|| Invalid::new("a boolean", "`true` or `false`"))
        }
        Rule::Duration => {
            let is_valid = number(text).is_some_and(|seconds| (900..=43200).contains(&seconds));
            (!is_valid).then(|| Invalid::new("a duration", "900 to 43200 seconds"))
        }
        Rule::Number(least, most) => {
            let is_valid = number(text).is_some_and(|number| (least..=most).contains(&number));
            let expected = match most {
                u32::MAX => format!("{least} or more"),
                most => format!("{least} to {most}"),
            };
            (!is_valid).then(|| Invalid::new("a number in range", expected))
        }
        Rule::Region => region(text),
        Rule::RoleArn => role_arn(text),
        Rule::StartUrl => start_url(text),
        Rule::Url => {
            let expected = "an address such as `https://example.com`";
            (!is_url(text)).then(|| Invalid::new("a URL", expected))
        }
        Rule::Word(words) => {
            if words.iter().any(|word| word.eq_ignore_ascii_case(text)) {
                return None;
            }
            let mut names = words.iter().map(|&word| Cow::Borrowed(word));
            let nearest = similar(text, &mut names).into_iter().next();
            let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            let help = nearest.map(|word| format!("write `{word}`"));
            let (last, others) = quoted.split_last()?;
            let expected = format!("{} or {last}", others.join(", "));
            Some(Invalid::new("a known value", expected).with_help(help))
        }
    }
}

fn number(text: &str) -> Option<u32> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| text.parse().ok()).flatten()
}

fn region(text: &str) -> Option<Invalid> {
    let lower = text.to_ascii_lowercase();
    let plain = lower.strip_prefix("fips-").or_else(|| lower.strip_suffix("-fips"));
    let plain = plain.unwrap_or(&lower);
    let nearest = || {
        let mut known = Partition::known_regions().map(Cow::Borrowed);
        similar(&plain.replace('_', "-"), &mut known).into_iter().next()
    };
    let help = || nearest().map(|region| format!("write `{region}`"));
    let Ok(region) = Region::new(plain) else {
        return Some(Invalid::new("a region", "a name such as `us-east-1`").with_help(help()));
    };
    let is_known = Partition::known_regions().any(|known| known == plain);
    let is_pseudo = matches!(plain, "aws" | "aws-global");
    if is_known || is_pseudo {
        let expected = format!("`{plain}`, with `use_fips_endpoint` if FIPS endpoints are needed");
        let written = Invalid {
            level: Level::Note,
            rule: "region-spelling",
            ..Invalid::new("the usual name", expected)
        };
        return (text != plain).then_some(written);
    }
    let mut unknown =
        Invalid::new("a known region", "a name such as `us-east-1`").with_help(help());
    unknown.rule = "unknown-region";
    // A region with the shape of others may be newer than this program.
    unknown.level = if Partition::is_plausible(&region) { Level::Warning } else { Level::Error };
    Some(unknown)
}

fn role_arn(text: &str) -> Option<Invalid> {
    let fields: Vec<_> = text.splitn(6, ':').collect();
    let is_valid = match *fields {
        ["arn", partition, "iam", "", account, resource] => {
            RoleArn::new(text).is_ok()
                && partition.starts_with("aws")
                && AccountId::new(account).is_ok_and(|id| id.is_twelve_digits())
                && resource.strip_prefix("role/").is_some_and(|name| !name.is_empty())
        }
        _ => false,
    };
    let expected = "a text such as `arn:aws:iam::111122223333:role/Name`";
    (!is_valid).then(|| Invalid::new("a role ARN", expected))
}

fn start_url(text: &str) -> Option<Invalid> {
    let expected = "an address such as `https://my-org.awsapps.com/start`";
    let is_secure = StartUrl::new(text).is_ok_and(|url| url.is_https());
    if !is_secure || !is_url(text) {
        return Some(Invalid::new("a start URL", expected));
    }
    let (bare, _) = text.split_once('#')?;
    let help = format!("write `{}`", bare.trim_end_matches('/'));
    let mut fragment =
        Invalid::new("a start URL without a fragment", expected).with_help(Some(help));
    fragment.level = Level::Warning;
    Some(fragment)
}

/// Returns true for an absolute address of HTTP with a host.
fn is_url(text: &str) -> bool {
    let is_http = split_scheme(text).is_some_and(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
    });
    is_http
        && !host_of(text).is_empty()
        && !text.chars().any(|char| char.is_whitespace() || char.is_control())
}
