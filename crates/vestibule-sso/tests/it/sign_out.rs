use vestibule_world::block_on;

use crate::support::{LOST, Scene};

#[test]
fn the_portal_is_told_and_the_token_goes() {
    let scene = Scene::new(|_, _| (200, ""));
    scene.store(3_600, None);
    let out = block_on(scene.sessions.sign_out(&scene.world, &scene.instance)).unwrap();
    assert!(out.was_signed_in && out.portal.is_ok());
    assert_eq!(scene.asked(), ["/logout"]);
    assert!(scene.stored().is_none());
}

#[test]
fn the_token_goes_even_when_nobody_answers() {
    let scene = Scene::new(|_, _| LOST);
    scene.store(3_600, None);
    let out = block_on(scene.sessions.sign_out(&scene.world, &scene.instance)).unwrap();
    assert!(out.portal.is_err());
    assert!(scene.stored().is_none());
}

#[test]
fn nothing_to_end_is_no_error_and_an_expired_token_is_sent_nowhere() {
    let scene = Scene::new(|_, _| LOST);
    let out = block_on(scene.sessions.sign_out(&scene.world, &scene.instance)).unwrap();
    assert!(!out.was_signed_in);
    scene.store(-1, None);
    block_on(scene.sessions.sign_out(&scene.world, &scene.instance)).unwrap();
    assert!(scene.asked().is_empty());
    assert!(scene.stored().is_none());
}
