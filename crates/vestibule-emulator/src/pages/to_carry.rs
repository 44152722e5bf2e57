use super::shell;
use crate::escape::escape;

/// Shows a text that a person carries to a program on another machine.
pub(crate) fn to_carry(text: &str) -> String {
    let body = format!(
        "<p>Copy this text, and paste it where the program asks for it.</p>\n\
         <p><label for=\"text\">The text</label></p>\n\
         <p><textarea id=\"text\" rows=\"6\" cols=\"48\" readonly autofocus>{}</textarea></p>",
        escape(text)
    );
    shell("You are signed in", &body)
}
