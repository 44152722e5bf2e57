use crate::Options;

/// The name of AWS's helper program.
const PROGRAM: &str = "aws_signing_helper";
const COMMAND: &str = "credential-process";

/// The values of the options that have one.
#[derive(Default)]
struct Values<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Values<'a> {
    const KNOWN: [&'static str; 10] = [
        "certificate",
        "private-key",
        "intermediates",
        "trust-anchor-arn",
        "profile-arn",
        "role-arn",
        "region",
        "endpoint",
        "session-duration",
        "role-session-name",
    ];

    /// Returns `None` if there is any other option.
    fn parse(mut words: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut values = Self::default();
        while let Some(word) = words.next() {
            let option = word.strip_prefix("--")?;
            // Requests use the proxy of the environment anyway.
            if option == "with-proxy" {
                continue;
            }
            let (name, value) = match option.split_once('=') {
                Some(pair) => pair,
                None => (option, words.next()?),
            };
            if !Self::KNOWN.contains(&name) {
                return None;
            }
            values.0.push((name, value));
        }
        Some(values)
    }

    /// Returns the last value of an option, as the helper reads it.
    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

impl Options {
    /// Parses the words of a command line of AWS's helper, `aws_signing_helper credential-process`.
    ///
    /// Returns `None` for any other program, and for options that need the helper itself, such as
    /// those of certificate stores, TPMs and PKCS#11 tokens.
    ///
    /// <https://docs.aws.amazon.com/rolesanywhere/latest/userguide/credential-helper.html>
    /// (read 2026-11)
    pub fn from_command_line(words: &[String]) -> Option<Self> {
        let [program, command, rest @ ..] = words else { return None };
        let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
        let name = name.strip_suffix(".exe").unwrap_or(name);
        if name != PROGRAM || command != COMMAND {
            return None;
        }
        let values = Values::parse(rest.iter().map(String::as_str))?;
        let path = |name| values.get(name).filter(|path| !is_token(path)).map(Into::into);
        let text = |name| values.get(name).map(str::to_owned);
        let files = [path("certificate")?, path("private-key")?];
        let arns = [text("trust-anchor-arn")?, text("profile-arn")?, text("role-arn")?];
        let mut options = Self::new(files, arns);
        options.intermediates = path("intermediates");
        options.region = text("region");
        options.endpoint = text("endpoint");
        options.role_session_name = text("role-session-name");
        if let Some(seconds) = values.get("session-duration") {
            options.duration_seconds = seconds.parse().ok()?;
        }
        Some(options)
    }
}

/// Returns whether a value names a key in a token or a TPM instead of a file.
fn is_token(value: &str) -> bool {
    value.starts_with("pkcs11:") || value.starts_with("handle:")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "aws_signing_helper credential-process --certificate c.pem --private-key k.pem \
        --trust-anchor-arn arn:aws:rolesanywhere:eu-west-1:1:trust-anchor/a --profile-arn p \
        --role-arn=arn:aws:iam::1:role/R";

    fn parse(line: &str) -> Option<Options> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::from_command_line(&words)
    }

    #[test]
    fn command_line_of_the_helper_is_parsed() {
        let options = parse(LINE).unwrap();
        assert_eq!(options.certificate.to_str(), Some("c.pem"));
        assert_eq!(options.role_arn, "arn:aws:iam::1:role/R");
        assert_eq!(options.region().unwrap().as_str(), "eu-west-1");
        assert_eq!(options.duration_seconds, 3600);
        let more = " --with-proxy --region us-east-1 --session-duration=900 --intermediates i.pem \
                     --role-session-name me --endpoint http://localhost";
        let options = parse(&format!("/opt/bin/{LINE}{more}")).unwrap();
        assert_eq!(options.region().unwrap().as_str(), "us-east-1");
        assert_eq!(
            (options.duration_seconds, options.role_session_name.as_deref()),
            (900, Some("me"))
        );
        assert!(parse(&LINE.replacen("helper", "helper.exe", 1)).is_some());
    }

    #[test]
    fn command_line_that_needs_the_helper_returns_none() {
        for line in [
            "",
            "aws_signing_helper",
            "other credential-process",
            &LINE.replace("credential-process", "serve"),
            &LINE.replace("--profile-arn p", ""),
            &LINE.replace("k.pem", "pkcs11:token=x"),
            &LINE.replace("k.pem", "handle:0x81000001"),
            &format!("{LINE} --cert-selector x"),
            &format!("{LINE} --no-verify-ssl"),
            &format!("{LINE} --session-duration long"),
            &format!("{LINE} --region"),
            &format!("{LINE} | jq ."),
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
