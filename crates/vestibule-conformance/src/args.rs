//! The command line of the runner.

use std::path::PathBuf;

/// What to run.
#[derive(Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Args {
    /// `--suites DIR`: a folder of shared suites.
    pub suites: Option<PathBuf>,
    /// `--packages NAME=DIR`, once for each package that AWS publishes with suites in it.
    pub packages: Vec<(String, PathBuf)>,
    /// `--case GLOB`: only the cases whose `suite/name` matches.
    pub case: Option<String>,
}

impl Args {
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
                "--subject" if value == "library" => {}
                "--subject" => return Err(format!("there is no subject `{value}` yet")),
                _ => return Err(format!("not understood: `{flag}`")),
            }
        }
        Ok(args)
    }
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
            "--suites a --packages aws-sigv4=/b --packages c=d --case sigv4/* --subject library",
        );
        let expected = Args {
            suites: Some("a".into()),
            packages: vec![("aws-sigv4".into(), "/b".into()), ("c".into(), "d".into())],
            case: Some("sigv4/*".into()),
        };
        assert_eq!(args, Ok(expected));
    }

    #[test]
    fn the_rest_is_not() {
        for words in ["--suites", "--packages a", "--subject botocore", "--bless now", "a b"] {
            assert!(parse(words).is_err(), "{words}");
        }
    }
}
