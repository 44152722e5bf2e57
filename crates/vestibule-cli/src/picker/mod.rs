//! Choosing one of many by typing a part of it.

mod keyboard;
mod list;

pub(crate) use keyboard::{can_pick, pick};
