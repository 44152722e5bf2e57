use crate::escape::escape;

const STYLE: &str = include_str!("style.css");

/// The script that updates the sections of a page.
pub(crate) const LIVE_SCRIPT: &str = include_str!("live.js");

/// Returns a page with a title and a body of HTML.
pub(crate) fn page(title: &str, body: &str) -> String {
    page_with_head(title, "", body)
}

/// Returns a page whose sections are updated by a script, or reloaded without scripts.
pub(crate) fn live_page(title: &str, body: &str) -> String {
    let head = "<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>\n";
    let body = format!(
        "<p class=\"live\"><label><input type=\"checkbox\" id=\"live\" checked> Update \
         automatically</label></p>\n{body}\n<script>{LIVE_SCRIPT}</script>"
    );
    page_with_head(title, head, &body)
}

fn page_with_head(title: &str, head: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n\
         <html lang=\"en\">\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} · vestibule emulator</title>\n\
         <style>{STYLE}</style>\n{head}\
         <main>\n<h1>{title}</h1>\n{body}\n</main>\n\
         <footer>vestibule emulator: no real accounts, users or credentials</footer>\n\
         </html>\n"
    )
}

/// Returns a page that shows an error.
pub(crate) fn problem(text: &str) -> String {
    page("That did not work", &format!("<p role=\"alert\">{}</p>", escape(text)))
}

/// Returns a list of names and values, which are text.
pub(crate) fn details(pairs: &[(&str, &str)]) -> String {
    let rows = each(pairs, |(name, value)| {
        format!("<dt>{}</dt><dd>{}</dd>\n", escape(name), escape(value))
    });
    format!("<dl>\n{rows}</dl>")
}

/// Returns a section of a live page. The id is made of its title.
pub(crate) fn section(title: &str, inside: &str) -> String {
    let id = title.to_lowercase().replace(' ', "-");
    let inside = if inside.is_empty() { "<p class=\"empty\">None.</p>\n" } else { inside };
    format!("<section id=\"{id}\" data-live>\n<h2>{title}</h2>\n{inside}</section>")
}

/// Returns a section with a table that scrolls by itself if it is too wide. The cells are HTML.
pub(crate) fn table<const N: usize>(
    title: &str,
    heads: [&str; N],
    rows: &[[String; N]],
    below: &str,
) -> String {
    if rows.is_empty() {
        return section(title, "");
    }
    let heads = each(heads, |head| format!("<th scope=\"col\">{head}</th>"));
    let rows = each(rows, |cells| {
        format!("<tr>{}</tr>\n", each(cells, |cell| format!("<td>{cell}</td>")))
    });
    let inside = format!(
        "<div class=\"wide\" role=\"region\" aria-label=\"{title}\" tabindex=\"0\">\n\
         <table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n</div>\n\
         {below}"
    );
    section(title, &inside)
}

/// Joins the HTML of each item.
pub(crate) fn each<T>(items: impl IntoIterator<Item = T>, html: impl Fn(T) -> String) -> String {
    items.into_iter().map(html).collect()
}
