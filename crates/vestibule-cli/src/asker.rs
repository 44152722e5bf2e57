use std::io::{self, Write as _};

/// Somebody who answers questions.
pub(crate) trait Asker {
    /// Shows a line.
    fn say(&self, line: &str);

    /// What was typed, without its line end; `None` if there will be no more.
    fn ask(&self, prompt: &str) -> io::Result<Option<String>>;
}

/// The person at the terminal. Questions go to stderr: stdout is for results.
#[derive(Debug)]
pub(crate) struct Keyboard;

impl Asker for Keyboard {
    fn say(&self, line: &str) {
        // A closed stderr is nobody's loss.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    fn ask(&self, prompt: &str) -> io::Result<Option<String>> {
        let mut stderr = io::stderr().lock();
        stderr.write_all(prompt.as_bytes())?;
        stderr.flush()?;
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line)?;
        Ok((read != 0).then(|| line.trim().to_owned()))
    }
}
