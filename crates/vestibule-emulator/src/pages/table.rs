use super::each;

/// A section with a table, which scrolls by itself where it is too wide. The cells are HTML
/// already.
pub(super) fn table<const N: usize>(
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
