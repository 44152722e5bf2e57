//! The page that a browser shows after the redirect.

use vestibule_oidc::Redirected;

/// Returns the HTML page that tells the user the outcome of a redirect, for
/// [`Callback::respond`](vestibule_world::Callback::respond).
///
/// It contains nothing of the redirect, so nothing is escaped.
pub fn page(redirected: Redirected) -> String {
    let (title, text) = match redirected {
        Redirected::Accepted => ("Signed in", "You can close this tab and go back to your work."),
        Redirected::Denied => (
            "Not signed in",
            "The request was denied. The program that signs you in shows the reason.",
        ),
        Redirected::Ignored => (
            "Nothing to do here",
            "This page does not belong to the sign-in that is waiting. Use its newest tab.",
        ),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title>\
         <style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1><p>{text}</p></main></body></html>\n"
    )
}

/// Light or dark, as the user prefers; no other resource is loaded.
const STYLE: &str = ":root{--ink:#1f2328;--paper:#fbfaf8;--accent:#0a5a66}\
    @media(prefers-color-scheme:dark){:root{--ink:#e9e6e0;--paper:#17191c;--accent:#7fd0dc}}\
    body{margin:0;background:var(--paper);color:var(--ink);font:1.1rem/1.5 system-ui,sans-serif}\
    main{max-width:32rem;margin:20vh auto 0;padding:0 1.5rem}\
    h1{font-size:1.6rem;font-weight:600;line-height:1.2;margin:0 0 1rem;padding-top:1rem;\
    border-top:.25rem solid var(--accent)}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_says_what_happened_and_loads_nothing() {
        for (redirected, title) in [
            (Redirected::Accepted, "Signed in"),
            (Redirected::Denied, "Not signed in"),
            (Redirected::Ignored, "Nothing to do here"),
        ] {
            let page = page(redirected);
            assert!(page.contains(&format!("<title>{title}</title>")), "{page}");
            assert!(page.contains(&format!("<h1>{title}</h1>")), "{page}");
            assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"), "{page}");
            for loads in ["src=", "href=", "url(", "@import", "<script"] {
                assert!(!page.contains(loads), "{page}");
            }
        }
    }
}
