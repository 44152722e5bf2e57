use crate::escape::escape;

const STYLE: &str = include_str!("style.css");

/// A page with a title and a body of HTML.
pub(crate) fn page(title: &str, body: &str) -> String {
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
         <footer>vestibule emulator: no real accounts, users or credentials</footer>\n\
         </html>\n"
    )
}

/// A page that shows an error.
pub(crate) fn problem(text: &str) -> String {
    page("That did not work", &format!("<p role=\"alert\">{}</p>", escape(text)))
}

/// A list of names and values, which are text.
pub(crate) fn details(pairs: &[(&str, &str)]) -> String {
    let rows = each(pairs, |(name, value)| {
        format!("<dt>{}</dt><dd>{}</dd>\n", escape(name), escape(value))
    });
    format!("<dl>\n{rows}</dl>")
}

/// A section with a table that scrolls by itself if it is too wide. The cells are HTML.
pub(crate) fn table<const N: usize>(
    title: &str,
    heads: [&str; N],
    rows: &[[String; N]],
    below: &str,
) -> String {
    if rows.is_empty() {
        return format!("<section>\n<h2>{title}</h2>\n<p class=\"empty\">None.</p>\n</section>");
    }
    let heads = each(heads, |head| format!("<th scope=\"col\">{head}</th>"));
    let rows = each(rows, |cells| {
        format!("<tr>{}</tr>\n", each(cells, |cell| format!("<td>{cell}</td>")))
    });
    format!(
        "<section>\n<h2>{title}</h2>\n\
         <div class=\"wide\" role=\"region\" aria-label=\"{title}\" tabindex=\"0\">\n\
         <table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n</div>\n\
         {below}</section>"
    )
}

/// Joins the HTML of each item.
pub(crate) fn each<T>(items: impl IntoIterator<Item = T>, html: impl Fn(T) -> String) -> String {
    items.into_iter().map(html).collect()
}
