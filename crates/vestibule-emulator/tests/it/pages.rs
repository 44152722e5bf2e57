use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule_emulator::Emulator;
use vestibule_wire::Response;

use crate::client::{Client, get, in_query, page, refused, send};

const BASE: &str = "http://127.0.0.1:4599";

fn submit(emulator: &Emulator, url: &str, form: &'static str) -> Response {
    let request = http::Request::post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.into());
    send(emulator, request.unwrap())
}

#[track_caller]
fn shows(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    // Nothing is loaded from elsewhere, and the names of clients are escaped.
    for never in ["src=", "<link", "url(", "@import", "test & client"] {
        assert!(!page.contains(never), "{never} is in {page}");
    }
}

#[test]
fn typed_code_is_confirmed_and_approved() {
    let emulator = Emulator::builder().user("ann").user("bob").build();
    let client = Client::with_scope(&emulator);
    let started = client.start();
    let code = started["userCode"].as_str().unwrap();

    let device = format!("{BASE}/device");
    shows(
        &page(&emulator, &device),
        &["<label for=\"code\">", "name=\"user_code\"", "lang=\"en\""],
    );
    let with_code = format!("{device}?user_code={code}");
    shows(
        &page(&emulator, &with_code),
        &[
            code,
            "test &amp; client",
            "sso:account:access",
            "<option>ann</option><option>bob</option>",
            "value=\"approve\"",
            "value=\"deny\"",
        ],
    );
    assert_eq!(submit(&emulator, &with_code, "decision=perhaps").status(), 400);
    assert_eq!(submit(&emulator, &with_code, "decision=approve&user=eve").status(), 400);
    let done = submit(&emulator, &with_code, "decision=approve&user=bob");
    shows(std::str::from_utf8(done.body()).unwrap(), &["You are signed in"]);
    assert_eq!(client.poll(&started).0, 200);
    assert_eq!(get(&emulator, &with_code).status(), 404);
    shows(
        &page(&emulator, &format!("{BASE}/")),
        &[
            "<td>bob</td>",
            "active <form",
            "aria-label=\"Revoke the session of bob\"",
            "<td>access</td>",
        ],
    );
}

/// Returns the hidden field of the forms on the status page.
fn csrf_token(emulator: &Emulator) -> String {
    let status = page(emulator, BASE);
    let (_, token) = status.split_once("name=\"page\" value=\"").unwrap();
    token.split_once('"').unwrap().0.to_owned()
}

#[test]
fn status_page_schedules_faults_and_revokes_sessions_by_form() {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let tokens = client.sign_in();
    let token = csrf_token(&emulator);
    let post = |path: &str, form: String| {
        let request = http::Request::post(format!("{BASE}/emulator/{path}"))
            .header("accept", "text/html")
            .header("origin", BASE)
            .body(form.into());
        send(&emulator, request.unwrap())
    };
    let fail = |fault: &str| {
        post("fail", format!("page={token}&operation=CreateToken&times=1&what={fault}"))
    };
    assert_eq!(fail("invalid_grant").status(), 303);
    let wrong = fail("slowdown");
    assert_eq!(wrong.status(), 400);
    shows(std::str::from_utf8(wrong.body()).unwrap(), &["did you mean `slow_down`?"]);
    refused(client.refresh(&tokens), (400, "invalid_grant"));
    assert_eq!(post("revoke", format!("page={token}")).status(), 303);
    refused(client.refresh(&tokens), (400, "invalid_grant"));
    shows(&page(&emulator, BASE), &["(scheduled fault)", "revoked"]);
}

#[test]
fn page_at_an_unknown_host_is_refused() {
    let emulator = Emulator::default();
    for host in ["localhost", "127.0.0.1:4599", "[::1]:4599", "emulator.localhost"] {
        assert_eq!(get(&emulator, &format!("http://{host}/")).status(), 200, "{host}");
    }
    for path in ["/", "/device", "/emulator/secrets", "/authorize"] {
        let url = format!("http://rebound.example:4599{path}");
        assert_eq!(get(&emulator, &url).status(), 403, "{path}");
    }
    let portal = "http://emulator.internal:4599/assignment/accounts";
    assert_eq!(get(&emulator, portal).status(), 401, "services have any host");
}

#[test]
fn status_page_updates_by_its_own_script_only() {
    let emulator = Emulator::default();
    let response = get(&emulator, BASE);
    let policy = response.headers()["content-security-policy"].to_str().unwrap();
    let page = std::str::from_utf8(response.body()).unwrap();
    let (_, script) = page.split_once("<script>").unwrap();
    let (script, rest) = script.split_once("</script>").unwrap();
    assert!(!rest.contains("<script"));
    let hash = STANDARD.encode(hmac_sha256::Hash::hash(script.as_bytes()));
    assert!(policy.contains(&format!("script-src 'sha256-{hash}'")), "{policy}");
    assert!(policy.contains("connect-src 'self'"), "{policy}");
    let device = get(&emulator, &format!("{BASE}/device"));
    let policy = device.headers()["content-security-policy"].to_str().unwrap();
    assert!(!policy.contains("script-src"), "{policy}");
}

#[test]
fn status_page_shows_bodies_without_secrets() {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let tokens = client.sign_in();
    client.refresh(&tokens);
    let shown = page(&emulator, BASE);
    shows(
        &shown,
        &["request-4", "&quot;grantType&quot;: &quot;refresh_token&quot;", "&quot;expiresIn&quot;"],
    );
    assert!(!emulator.secrets().iter().any(|secret| shown.contains(secret)));
}

/// Returns a form as a browser sends it.
fn from_browser(emulator: &Emulator, origin: &str, site: &str, form: String) -> u16 {
    let request = http::Request::post(format!("{BASE}/emulator/revoke"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", origin)
        .header("sec-fetch-site", site)
        .body(form.into());
    send(emulator, request.unwrap()).status().as_u16()
}

#[test]
fn form_of_another_site_is_refused() {
    let emulator = Emulator::default();
    Client::with_scope(&emulator).sign_in();
    let token = csrf_token(&emulator);
    let with_token = || format!("page={token}");
    for (origin, site, form) in [
        ("https://evil.example", "cross-site", with_token()),
        ("null", "cross-site", with_token()),
        ("http://127.0.0.1:80", "same-site", with_token()),
        (BASE, "same-origin", String::new()),
        (BASE, "same-origin", "page=guessed".to_owned()),
    ] {
        assert_eq!(from_browser(&emulator, origin, site, form.clone()), 403, "{origin} {form}");
    }
    assert!(page(&emulator, BASE).contains("active <form"));
    assert_eq!(from_browser(&emulator, BASE, "same-origin", with_token()), 200);
    assert!(!page(&emulator, BASE).contains("active <form"));
}

#[test]
fn status_page_shows_faults_and_violations() {
    let emulator = Emulator::default();
    emulator.script("fail CreateToken always with latency:250").unwrap();
    let request = http::Request::post("https://oidc.us-east-1.amazonaws.com/token");
    send(&emulator, request.body("{\"<b>\":1}".into()).unwrap());
    shows(
        &page(&emulator, BASE),
        &["<td>always</td><td>latency:250</td>", "CreateToken has no `&lt;b&gt;`", ">Clear<"],
    );
}

#[test]
fn verification_page_is_served_on_aws_host() {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let started = client.start();
    let url = started["verificationUriComplete"].as_str().unwrap();
    shows(&page(&emulator, url), &["Is this your code?"]);
    assert_eq!(submit(&emulator, url, "decision=deny").status(), 200);
    refused(client.poll(&started), (400, "access_denied"));
}

#[test]
fn authorize_page_redirects_with_the_decision() {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let url = client.authorize_url(&[]);
    shows(&page(&emulator, &url), &["Allow access?", "test &amp; client", "sso:account:access"]);
    let denied = submit(&emulator, &url, "decision=deny");
    let location = denied.headers()["location"].to_str().unwrap();
    assert_eq!(in_query(location, "error"), Some("access_denied"));
    assert_eq!(
        in_query(location, "error_description"),
        Some("The%20user%20denied%20the%20request")
    );
    assert_eq!(in_query(location, "state"), Some("a%20state%2F1"));
    assert_eq!(in_query(location, "code"), None);
    assert_eq!(submit(&emulator, &url, "decision=approve&user=eve").status(), 400);
    assert_eq!(submit(&emulator, &url, "").status(), 400);
}

#[test]
fn status_page_shows_pending_codes_and_no_secrets() {
    let emulator = Emulator::default();
    let empty = page(&emulator, BASE);
    shows(
        &empty,
        &["Identity Center emulator", "https://provided-domain.awsapps.com/start", "None."],
    );
    let started = Client::with_scope(&emulator).start();
    let code = started["userCode"].as_str().unwrap();
    let full = page(&emulator, BASE);
    shows(&full, &[&format!("/device?user_code={code}"), "StartDeviceAuthorization", "2026-01-01"]);
    assert!(!emulator.secrets().iter().any(|secret| full.contains(secret)));
    let headers = get(&emulator, BASE);
    let policy = headers.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"));
}
