//! What people see in a browser: plain HTML that loads nothing, light or dark as they like.

mod authorize;
mod form;
mod status;
mod table;
mod to_carry;
mod verification;

use crate::escape::escape;

pub(crate) use authorize::authorize;
pub(crate) use form::is_forged;
pub(crate) use status::status;
pub(crate) use to_carry::to_carry;
pub(crate) use verification::verification;

/// A page that says what is wrong.
pub(crate) fn problem(text: &str) -> String {
    shell("That did not work", &format!("<p role=\"alert\">{}</p>", escape(text)))
}

/// What all pages share. The body is HTML already.
fn shell(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n\
         <html lang=\"en\">\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} · vestibule emulator</title>\n\
         <style>{STYLE}</style>\n\
         <main>\n<h1>{title}</h1>\n{body}\n</main>\n\
         <footer>vestibule emulator: nothing here is real</footer>\n\
         </html>\n"
    )
}

const STYLE: &str = include_str!("style.css");

/// Names and values, the values as they are.
fn facts(pairs: &[(&str, &str)]) -> String {
    let rows = each(pairs, |(name, value)| {
        format!("<dt>{}</dt><dd>{}</dd>\n", escape(name), escape(value))
    });
    format!("<dl>\n{rows}</dl>")
}

/// The same for each, one after the other.
fn each<T>(items: impl IntoIterator<Item = T>, html: impl Fn(T) -> String) -> String {
    items.into_iter().map(html).collect::<Vec<_>>().concat()
}
