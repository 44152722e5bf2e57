//! The command line of the runner.

use std::path::PathBuf;

/// What to run.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Args {
    /// `--suites DIR`: a folder of shared suites.
    pub suites: Option<PathBuf>,
    /// `--packages NAME=DIR`, once for each package that AWS publishes with suites in it.
    pub packages: Vec<(String, PathBuf)>,
    /// `--case GLOB`: only the cases whose `suite/name` matches.
    pub case: Option<String>,
    /// `--subject NAME`: what reads; [the library](Self::LIBRARY), unless another SDK is to be
    /// compared with it.
    pub subject: String,
    /// `--installed DIR`: where that SDK is.
    pub installed: Option<PathBuf>,
    /// `--seed N`: what made-up inputs are made from; 1 by default.
    pub seed: u64,
    /// `--count N`: how many inputs to make up; 20,000 by default.
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
    /// The subject of the suites.
    pub const LIBRARY: &str = "library";

    /// Reads the words after the program's name.
    ///
    /// # Errors
    /// A text for people: what is not understood.
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut args = Self::default();
        let mut words = words.into_iter();
        while let Some(flag) = words.next() {
            let value = words.next().ok_or_else(|| format!("`{flag}` wants a value"))?;
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
                "--seed" => args.seed = number(&flag, &value)?,
                "--count" => args.count = number(&flag, &value)?,
                _ => return Err(format!("not understood: `{flag}`")),
            }
        }
        Ok(args)
    }
}

fn number(flag: &str, value: &str) -> Result<u64, String> {
    value.parse().map_err(|_| format!("`{flag}` wants a whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Result<Args, String> {
        Args::parse(words.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn all_that_xtask_passes_is_understood() {
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
    fn the_rest_is_not() {
        for words in ["--suites", "--packages a", "--seed x", "--bless now", "a b"] {
            assert!(parse(words).is_err(), "{words}");
        }
    }
}
