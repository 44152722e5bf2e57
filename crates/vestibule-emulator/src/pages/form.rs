//! Forms, which are taken from our own pages and from scripts, and from no other page.

use http::Method;
use http::header::{HeaderName, ORIGIN};

use super::each;
use crate::escape::escape;
use crate::handle::Arrival;
use crate::params::Params;
use crate::state::State;

/// The field that says which emulator's page a form is on.
const TOKEN: &str = "page";
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a browser sends this from a page that is not ours, where somebody may have put a form
/// that acts for whoever visits it.
///
/// A browser is known by the headers that only browsers send; a script sends neither, and needs no
/// token.
pub(crate) fn is_forged(state: &State, arrival: &Arrival<'_>) -> bool {
    let request = arrival.request;
    let header =
        |name: &HeaderName| Some(request.headers().get(name)?.to_str().unwrap_or("unreadable"));
    let (origin, site) = (header(&ORIGIN), header(&SEC_FETCH_SITE));
    if matches!(*request.method(), Method::GET | Method::HEAD) || origin.or(site).is_none() {
        return false;
    }
    let from_here = origin.is_none_or(|origin| origin.eq_ignore_ascii_case(&arrival.place.base))
        && site.is_none_or(|site| site == "same-origin");
    !from_here || Params::of_body(request).get(TOKEN) != Some(state.page_token.as_str())
}

/// What every form of ours has. To the address of the page itself, if no other is given.
pub(super) fn form(state: &State, action: Option<&str>, label: &str, inside: &str) -> String {
    let action = action.map(|action| format!(" action=\"{action}\"")).unwrap_or_default();
    let token = hidden(TOKEN, &state.page_token);
    format!("<form method=\"post\"{action} aria-label=\"{label}\">{token}\n{inside}</form>")
}

pub(super) fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value))
}

/// A form that is one button. The label says more than the button does, for who does not see where
/// it stands.
pub(super) fn button(
    state: &State,
    action: &str,
    (text, label): (&str, &str),
    fields: &str,
) -> String {
    let label = escape(label);
    let button = format!("<button class=\"quiet\" aria-label=\"{label}\">{text}</button>");
    form(state, Some(&format!("/emulator/{action}")), &label, &format!("{fields}{button}"))
}

/// Whom to decide as, and the two buttons. Posts to the address of the page.
pub(super) fn decision(state: &State) -> String {
    let users = &state.config.users;
    let options = each(users, |user| format!("<option>{}</option>", escape(user)));
    let inside = format!(
        "<p><label for=\"user\">Sign in as</label>\n\
         <select id=\"user\" name=\"user\">{options}</select></p>\n\
         <p class=\"buttons\"><button name=\"decision\" value=\"approve\">Approve</button>\n\
         <button name=\"decision\" value=\"deny\" class=\"quiet\">Deny</button></p>\n"
    );
    form(state, None, "Your decision", &inside)
}
