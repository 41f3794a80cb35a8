//! The settings of the desk: each with its value and where it comes from; what is chosen holds at once and is written
//! to the person's configuration file.

use crate::desk::message::{Ask, Effect};
use crate::desk::popup::{Menu, MenuFor, MenuOption, Popup};
use crate::desk::ports::{Configured, PortError};
use crate::desk::state::{Notify, State};
use crate::settings::{Key, Kind, Origin, Setting, Settings};
use crate::words::{Lang, Setup, Words};
use jiff::SignedDuration;
use std::sync::Arc;

/// What the screen offers, in its order.
const SHOWN: [(&str, Setup); 7] = [
    ("language", Setup::SetLanguage),
    ("desk.theme", Setup::SetTheme),
    ("desk.keymap", Setup::SetKeymap),
    ("desk.marks", Setup::SetMarks),
    ("desk.lock-minutes", Setup::SetLock),
    ("desk.auto-answer", Setup::SetAutoAnswer),
    ("desk.notify", Setup::SetNotify),
];
/// The minutes that are offered for locking; never is 0.
const MINUTES: [&str; 7] = ["0", "5", "10", "15", "30", "60", "120"];

/// What of the settings a running desk is made of.
pub fn take(state: &mut State, settings: Settings) {
    let minutes = i64::try_from(settings.number("desk.lock-minutes"));
    let minutes = minutes.ok().filter(|minutes| *minutes > 0);
    state.lock_after = minutes.map(SignedDuration::from_mins);
    state.auto_answer = settings.switch("desk.auto-answer");
    state.notify = Notify::from_name(settings.text("desk.notify"));
    state.settings = Some(settings);
}

/// The list.
pub fn open(state: &mut State) {
    let at = match &state.popup {
        Some(Popup::Menu(menu)) if menu.purpose == MenuFor::Settings => menu.list.at,
        _ => 0,
    };
    let Some(settings) = &state.settings else {
        return;
    };
    let options = SHOWN.iter().map(|(name, word)| {
        let values = [
            ("name", state.say(*word).into()),
            ("value", value_word(state, name, settings.text(name)).into()),
            ("origin", origin_words(state, settings.of(name)).into()),
        ];
        MenuOption::new(*name, state.say_with(Setup::SettingLine, &values))
    });
    let options = options.collect();
    let file = [("file", state.config_file.as_str().into())];
    let lines = vec![state.say_with(Setup::SettingsLine, &file)];
    let mut menu = Menu::new(MenuFor::Settings, state.say(Setup::SettingsTitle), options);
    menu.lines = lines;
    menu.list.at = at;
    state.popup = Some(Popup::Menu(menu));
}

/// Where a value comes from, in words.
fn origin_words(state: &State, setting: Option<&Setting>) -> String {
    match setting.map(|it| &it.origin) {
        None | Some(Origin::Default) => state.say(Setup::OriginDefault),
        Some(Origin::File { path, line }) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            format!("{name}:{line}")
        }
        Some(origin) => origin.to_string(),
    }
}

/// A value in words.
fn value_word(state: &State, name: &str, value: &str) -> String {
    let word = match (name, value) {
        ("language", "zh-CN") => Setup::ValueChinese,
        ("language", "en") => Setup::ValueEnglish,
        ("language", "") => Setup::ValueByLocale,
        ("desk.lock-minutes", "0") => Setup::ValueNever,
        ("desk.lock-minutes", minutes) => {
            let minutes = [("minutes", minutes.into())];
            return state.say_with(Setup::ValueMinutes, &minutes);
        }
        (_, "true") => Setup::ValueOn,
        (_, "false") => Setup::ValueOff,
        ("desk.notify", "bell") => Setup::ValueBell,
        ("desk.notify", "osc9") => Setup::ValueOsc9,
        ("desk.notify", _) => Setup::ValueNoNotice,
        ("desk.theme", "dark") => Setup::ThemeDark,
        ("desk.theme", "light") => Setup::ThemeLight,
        ("desk.theme", "ansi16") => Setup::ThemeSixteen,
        ("desk.theme", "contrast") => Setup::ThemeContrast,
        ("desk.theme", "deuteranopia") => Setup::ThemeRedGreen,
        ("desk.theme", "tritanopia") => Setup::ThemeBlueYellow,
        ("desk.theme", "plain") => Setup::ThemePlain,
        ("desk.keymap", "default") => Setup::KeymapDefault,
        ("desk.keymap", "laptop") => Setup::KeymapLaptop,
        ("desk.keymap", "function-keys") => Setup::KeymapFunction,
        ("desk.marks", "auto") => Setup::MarksAuto,
        ("desk.marks", "unicode") => Setup::MarksUnicode,
        ("desk.marks", "ascii") => Setup::MarksAscii,
        _ => return value.to_owned(),
    };
    state.say(word)
}

/// The values that a setting can have.
fn values(key: &Key) -> Vec<&'static str> {
    match key.kind {
        Kind::Choice(words) => words.to_vec(),
        Kind::Switch => vec!["true", "false"],
        Kind::Number(..) => MINUTES.to_vec(),
        _ => Vec::new(),
    }
}

/// A setting was chosen in the list: its values. One that an environment variable or a flag fixes can't be changed
/// here, for the file would not be heeded.
pub fn chosen(state: &mut State, at: usize) -> Vec<Effect> {
    let Some((name, word)) = SHOWN.get(at).copied() else {
        return Vec::new();
    };
    let (Some(key), Some(settings)) = (Key::named(name), &state.settings) else {
        return Vec::new();
    };
    let setting = settings.of(name);
    if let Some(origin @ (Origin::Environment(_) | Origin::Flag(_))) = setting.map(|it| &it.origin)
    {
        let origin = [("origin", origin.to_string().into())];
        let text = state.say_with(Setup::WhyFixed, &origin);
        open(state);
        state.refuse_text(text);
        return Vec::new();
    }
    let here = settings.text(name);
    let all = values(key);
    let options = all
        .iter()
        .map(|value| MenuOption::new(*value, value_word(state, name, value)))
        .collect();
    let title = state.say(word);
    let here = all.iter().position(|value| *value == here).unwrap_or(0);
    let mut menu = Menu::new(MenuFor::Setting(at), title, options);
    menu.list.at = here;
    state.popup = Some(Popup::Menu(menu));
    Vec::new()
}

/// A value was chosen: it is written to the file, and holds once it is there.
pub fn value_chosen(state: &mut State, at: usize, value: &str) -> Vec<Effect> {
    let Some((name, _)) = SHOWN.get(at) else {
        return Vec::new();
    };
    let ask = Ask::Configure(name, value.to_owned());
    vec![state.slots.once(ask).1]
}

/// The configuration is read again: it holds at once, and the list shows it.
pub fn configured(state: &mut State, result: Result<Box<Configured>, PortError>) {
    match result {
        Ok(configured) => {
            let Configured {
                settings,
                theme,
                keymap,
                complaint,
            } = *configured;
            // What the terminal was asked at the start still holds.
            let probed = settings.text("desk.marks") == "auto" && state.theme.is_ascii();
            state.theme = if probed { theme.in_ascii() } else { theme };
            state.keymap = Arc::new(keymap);
            if let Some(lang) = Lang::from_tag(settings.text("language"))
                && lang != state.words.lang()
            {
                state.words = Arc::new(Words::new(lang));
            }
            take(state, settings);
            if state.popup.is_none() && state.person.is_some() {
                open(state);
            }
            state.tell(Setup::SettingKept);
            if let Some(complaint) = complaint {
                state.complain(complaint);
            }
        }
        Err(error) => state.complain_of(&error),
    }
}
