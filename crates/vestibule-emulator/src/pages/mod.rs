//! The HTML that the emulator's pages are made of.

mod form;
mod html;

pub(crate) use form::{button, decision_form, form, hidden, is_cross_site};
pub(crate) use html::{LIVE_SCRIPT, details, each, live_page, page, problem, section, table};

use crate::escape::escape;
use crate::shared::Shared;

/// Returns the page at an authorize URL, which asks the user to approve a client.
pub(crate) fn authorize(shared: &Shared, client: (&str, &[String]), redirect_uri: &str) -> String {
    let body = format!(
        "<p>A program on this computer requests access.</p>\n{}\n{}",
        client_details(client, &[("Redirect URI", redirect_uri)]),
        decision_form(shared),
    );
    page("Allow access?", &body)
}

/// Returns the name and the scopes of a client, as a list.
pub(crate) fn client_details((name, scopes): (&str, &[String]), more: &[(&str, &str)]) -> String {
    let scopes = match scopes {
        [] => "all your accounts, until the session expires".to_owned(),
        scopes => scopes.join(", "),
    };
    details(&[&[("Program", name), ("Scopes", &scopes)], more].concat())
}

/// Returns the page with the text that a person pastes into a program on another computer.
pub(crate) fn cross_device_code(text: &str) -> String {
    let body = format!(
        "<p>Copy this code, and paste it into the program that asks for it.</p>\n\
         <p><label for=\"text\">Code</label></p>\n\
         <p><textarea id=\"text\" rows=\"6\" cols=\"48\" readonly autofocus>{}</textarea></p>",
        escape(text)
    );
    page("You are signed in", &body)
}
