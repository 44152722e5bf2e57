use std::path::Path;

use vestibule_world::{Files as _, block_on};

use crate::support::{Answer, LOST, Scene, TOKEN_FILE, spell};

const RENEWED: Answer =
    (200, r#"{"accessToken":"new-access","expiresIn":3600,"refreshToken":"new-refresh"}"#);
const REFUSED: Answer = (400, r#"{"error":"invalid_grant","error_description":"no: old-refresh"}"#);

fn refreshes() -> Scene {
    Scene::new(|_, body| if body.contains("old-refresh") { RENEWED } else { REFUSED })
}

#[test]
fn a_live_token_asks_nobody() {
    let scene = refreshes();
    scene.store(301, Some("old-refresh"));
    assert_eq!(scene.live().unwrap(), "old-access");
    assert!(scene.asked().is_empty());
}

#[test]
fn a_token_near_its_end_is_refreshed_and_stored() {
    for left in [300, 1, -9_999] {
        let scene = refreshes();
        scene.store(left, Some("old-refresh"));
        assert_eq!(scene.live().unwrap(), "new-access");
        let stored = scene.stored().unwrap();
        assert_eq!(stored.refresh_token.unwrap().expose(), "new-refresh");
        assert_eq!(stored.expires_at.to_string(), "2026-01-01T01:00:00Z");
        assert_eq!(scene.live().unwrap(), "new-access");
        assert_eq!(scene.asked().len(), 1);
    }
}

#[test]
fn a_passing_fault_leaves_a_live_token_in_use() {
    for fault in [LOST, (503, ""), (200, "<html>captive portal</html>")] {
        let scene = Scene::new(move |_, _| fault);
        scene.store(200, Some("old-refresh"));
        assert_eq!(scene.live().unwrap(), "old-access");
        let asked = scene.asked().len();
        assert_eq!(scene.live().unwrap(), "old-access");
        assert_eq!(scene.asked().len(), asked, "not again within half a minute");
    }
}

#[test]
fn a_passing_fault_on_an_expired_token_never_asks_for_a_sign_in() {
    let scene = Scene::new(|_, _| LOST);
    scene.store(-60, Some("old-refresh"));
    for _ in 0..2 {
        let error = scene.live().unwrap_err();
        assert!(!error.needs_sign_in(), "{error}");
        let text = spell(&error);
        assert!(text.contains("was lost"), "{text}");
    }
    assert_eq!(scene.asked().len(), 3, "three attempts, then held off");
    assert!(scene.stored().is_some());
}

#[test]
fn a_refused_refresh_says_why_and_keeps_the_file() {
    let scene = Scene::new(|_, _| REFUSED);
    scene.store(-60, Some("old-refresh"));
    let error = scene.live().unwrap_err();
    assert!(error.needs_sign_in());
    assert_eq!(
        error.to_string(),
        "sso-session `my-sso`: the sign-in ended at 2025-12-31T23:59:00Z: \
         the grant is no longer valid: invalid_grant: no: … (HTTP 400)"
    );
    assert!(scene.stored().is_some());
}

#[test]
fn a_tool_without_our_lock_may_have_been_first() {
    let scene = Scene::new(|_, _| REFUSED);
    scene.store(-60, Some("old-refresh"));
    // The other tool's file appears while the refused one looks again: here, at once.
    let text = scene.token_text("others-access", 3_600, Some("others-refresh"));
    let files = scene.files.clone();
    let scene = Scene {
        sessions: vestibule_sso::Sessions::at_home(&scene.world.vars, scene.world.platform),
        ..scene
    };
    let transport = vestibule_world::memory::Transport::new(move |_| {
        files
            .replace(Path::new(TOKEN_FILE), text.as_bytes(), vestibule_world::WriteMode::Durable)
            .unwrap();
        let body = bytes::Bytes::from_static(REFUSED.1.as_bytes());
        Ok(http::Response::builder().status(400).body(body).unwrap())
    });
    let world = vestibule_world::World { transport: std::sync::Arc::new(transport), ..scene.world };
    let token = block_on(scene.sessions.live_token(&world, &scene.instance)).unwrap();
    assert_eq!(token.access_token.expose(), "others-access");
}

#[test]
fn a_read_only_home_keeps_the_refreshed_token_in_memory() {
    let scene = refreshes();
    scene.store(-60, Some("old-refresh"));
    scene.files.freeze();
    assert_eq!(scene.live().unwrap(), "new-access");
    assert_eq!(scene.live().unwrap(), "new-access");
    assert_eq!(scene.asked().len(), 1);
}

#[test]
fn what_cannot_be_refreshed_is_used_to_its_end() {
    let scene = refreshes();
    scene.store(10, None);
    assert_eq!(scene.live().unwrap(), "old-access");
    scene.store(-10, None);
    let error = scene.live().unwrap_err().to_string();
    assert!(error.ends_with("the token file has no `refreshToken` to refresh it with"), "{error}");
    assert!(scene.asked().is_empty());
}

#[test]
fn a_file_that_is_no_token_names_itself() {
    let scene = refreshes();
    let error = scene.live().unwrap_err().to_string();
    assert!(
        error.contains(&format!("nobody has signed in ({TOKEN_FILE} does not exist)")),
        "{error}"
    );
    scene.store_text("{\"accessToken\": \"half");
    let error = scene.live().unwrap_err().to_string();
    assert!(error.contains("truncated JSON"), "{error}");
    scene.store_text(&scene.token_text("x", 3_600, None).replace("org.", "other."));
    let error = scene.live().unwrap_err().to_string();
    assert!(error.contains("https://other.awsapps.com/start"), "{error}");
    assert!(error.contains("https://org.awsapps.com/start"), "{error}");
}

#[test]
fn a_token_that_the_portal_refuses_is_refreshed_once_then_ended() {
    let scene = refreshes();
    scene.store(3_600, Some("old-refresh"));
    let token = scene.stored().unwrap();
    let after =
        |rejected| block_on(scene.sessions.token_after(&scene.world, &scene.instance, rejected));
    let refreshed = after(&token.access_token).unwrap();
    assert_eq!(refreshed.access_token.expose(), "new-access");
    // Who comes late with the old one gets the new one, unasked.
    assert_eq!(after(&token.access_token).unwrap().access_token.expose(), "new-access");
    assert_eq!(scene.asked().len(), 1);
    // The new one is refused as well: that is that, and the file says so.
    let error = after(&refreshed.access_token).unwrap_err();
    assert!(error.needs_sign_in());
    assert!(scene.stored().unwrap().is_expired(scene.world.clock.now()));
}
