//! The settings' list: what is chosen holds at once and is written; what a flag fixes says so.

use super::screens::everywhere;
use super::world::*;
use crate::desk::keymap::Command;
use crate::desk::ports::Outside;
use crate::desk::ports::{PhoneCommand, PhoneEvent};
use crate::desk::state::Notify;
use crate::desk::take_settings;
use crate::desk::terminal::alert;
use crate::desk::theme::{Theme, ThemeName};
use crate::domain::id::CallId;
use crate::settings::Settings;
use crate::words::Lang;

const SMALL: (u16, u16) = (80, 24);

fn desk(lang: Lang, size: (u16, u16), flags: &[(&str, String)]) -> Desk {
    let mut desk = Desk::signed_in(lang, size);
    let text = "[desk]\ntheme = \"dark\"\n";
    let file = (std::path::Path::new("/home/wang/hotline.toml"), text);
    let settings = Settings::layered(Some(file), |_| None, flags).unwrap();
    desk.state.config_file = "/home/wang/hotline.toml".to_owned();
    take_settings(&mut desk.state, settings);
    desk
}

#[test]
fn a_setting_shows_where_it_comes_from_and_holds_at_once() {
    let mut desk = desk(Lang::ZhCn, SMALL, &[]);
    desk.keys("alt-s");
    let frame = desk.frame();
    assert!(frame.contains("配色：深色  （hotline.toml:2）"), "{frame}");
    assert!(frame.contains("无操作锁屏：10 分钟  （默认）"), "{frame}");
    desk.keys("2 down enter");
    assert_eq!(desk.configured, [("desk.theme", "light".to_owned())]);
    assert_eq!(desk.state.theme, Theme::new(ThemeName::Light, false));
    // The list is there again, and shows it.
    assert!(desk.frame().contains("配色：浅色"), "{}", desk.frame());
    desk.keys("esc alt-s 5 1");
    assert_eq!(desk.state.lock_after, None);
    desk.keys("esc alt-s 3 2");
    assert_eq!(desk.state.keymap.hint(Command::Finish), "^B");
    desk.keys("esc ctrl-l");
    desk.text("settings");
    desk.keys("enter 1 2");
    assert!(desk.frame().contains("Settings"), "{}", desk.frame());
}

#[test]
fn what_a_flag_fixes_is_not_changed_and_says_so() {
    let flags = [("desk.theme", "dark".to_owned())];
    let mut desk = desk(Lang::ZhCn, SMALL, &flags);
    desk.keys("alt-s 2");
    assert!(desk.configured.is_empty());
    assert!(desk.frame().contains("--desk.theme"), "{}", desk.frame());
    assert!(desk.frame().contains("改文件不起作用"), "{}", desk.frame());
}

#[test]
fn a_call_is_answered_by_itself_where_that_is_wanted() {
    for (wanted, answered) in [("true", 1), ("false", 0)] {
        let flags = [("desk.auto-answer", wanted.to_owned())];
        let mut desk = desk(Lang::ZhCn, SMALL, &flags);
        desk.ring();
        // A phone that was taken up again rings from the start: it is answered once.
        desk.outside(Outside::Phone(CallId(id(900)), PhoneEvent::Ringing));
        let answers = desk
            .phoned
            .iter()
            .filter(|it| matches!(it, PhoneCommand::Answer(_)))
            .count();
        assert_eq!(answers, answered);
        assert!(desk.state.alert.is_some(), "a call is worth a bell");
    }
}

#[test]
fn what_is_worth_a_look_is_told_in_the_way_that_is_wanted() {
    assert_eq!(alert(Notify::None, "来电"), b"");
    assert_eq!(alert(Notify::Bell, "来电"), b"\x07");
    let told = alert(Notify::Osc9, "来电\x1b]0;x\x07");
    assert_eq!(String::from_utf8(told).unwrap(), "\x1b]9;来电]0;x\x07");
    for (name, how) in [
        ("bell", Notify::Bell),
        ("osc9", Notify::Osc9),
        ("none", Notify::None),
    ] {
        assert_eq!(Notify::from_name(name), how);
    }
}

#[test]
fn a_newer_server_says_that_this_desk_is_old_until_it_is_seen() {
    for (server, told) in [
        ("99.0.0", true),
        (env!("CARGO_PKG_VERSION"), false),
        ("0.0.1", false),
        ("", false),
        ("neu", false),
    ] {
        let mut desk = Desk::new(Lang::ZhCn, SMALL);
        desk.version = server.to_owned();
        desk.sign_in();
        desk.keys("ctrl-t");
        assert_eq!(
            desk.frame().contains("请更新本机"),
            told,
            "{server}: {}",
            desk.frame()
        );
    }
}

#[test]
fn the_list() {
    everywhere("settings", |lang, size| {
        let mut desk = desk(lang, size, &[]);
        desk.keys("alt-s down");
        desk
    });
    everywhere("settings-theme", |lang, size| {
        let mut desk = desk(lang, size, &[]);
        desk.keys("alt-s 2 down");
        desk
    });
}
