//! The command line of the runner.

use std::path::PathBuf;

/// Arguments of the runner.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Args {
    /// `--suites DIR`: a directory of shared suites.
    pub suites: Option<PathBuf>,
    /// `--packages NAME=DIR`: the source of a package that contains suites. May be repeated.
    pub packages: Vec<(String, PathBuf)>,
    /// `--case GLOB`: run only cases whose `suite/name` matches.
    pub case: Option<String>,
    /// `--subject NAME`: the SDK whose config parser is compared with vestibule's.
    /// The default, [`LIBRARY`](Self::LIBRARY), runs the suites instead.
    pub subject: String,
    /// `--installed DIR`: the directory in which that SDK is installed.
    pub installed: Option<PathBuf>,
    /// `--seed N`: the seed of the input generator; 1 by default.
    pub seed: u64,
    /// `--count N`: the number of inputs to generate; 20,000 by default.
    pub count: u64,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            suites: None,
            packages: Vec::new(),
            case: None,
            subject: Self::LIBRARY.to_owned(),
            installed: None,
            seed: 1,
            count: 20_000,
        }
    }
}

impl Args {
    /// The subject that runs the suites against vestibule.
    pub const LIBRARY: &str = "library";

    /// Parses command-line arguments without the program name.
    ///
    /// # Errors
    /// Returns a message that names the invalid argument.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut args = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(flag) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("`{flag}` requires a value"))?;
            match flag.as_str() {
                "--suites" => args.suites = Some(value.into()),
                "--packages" => {
                    let (name, folder) = value
                        .split_once('=')
                        .ok_or_else(|| format!("`{flag} {value}` is not NAME=DIR"))?;
                    args.packages.push((name.into(), folder.into()));
                }
                "--case" => args.case = Some(value),
                "--subject" => args.subject = value,
                "--installed" => args.installed = Some(value.into()),
                "--seed" => args.seed = parse_number(&flag, &value)?,
                "--count" => args.count = parse_number(&flag, &value)?,
                _ => return Err(format!("unknown option `{flag}`")),
            }
        }
        Ok(args)
    }
}

fn parse_number(flag: &str, value: &str) -> Result<u64, String> {
    value.parse().map_err(|_| format!("`{flag}` requires a whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Args, String> {
        Args::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn every_option_of_xtask_is_parsed() {
        let args = parse(
            "--suites a --packages aws-sigv4=/b --packages c=d --case sigv4/* --subject js \
             --installed e --seed 7 --count 9",
        );
        let expected = Args {
            suites: Some("a".into()),
            packages: vec![("aws-sigv4".into(), "/b".into()), ("c".into(), "d".into())],
            case: Some("sigv4/*".into()),
            subject: "js".into(),
            installed: Some("e".into()),
            seed: 7,
            count: 9,
        };
        assert_eq!(args, Ok(expected));
    }

    #[test]
    fn invalid_arguments_are_an_error() {
        for line in ["--suites", "--packages a", "--seed x", "--bless now", "a b"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
