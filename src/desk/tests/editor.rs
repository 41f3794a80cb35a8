//! The text editor: what any desktop does, at the right width.

use crate::desk::keymap::Key;
use crate::desk::widgets::{Clipboard, Editor, TooLong, cut, pad, rows, viewport, width};
use proptest::prelude::*;

fn press(editor: &mut Editor, keys: &str) {
    let mut clipboard = Clipboard::default();
    "粘贴".clone_into(&mut clipboard.text);
    for key in keys.split(' ') {
        editor.key(Key::parse(key).unwrap(), 10, &mut clipboard);
    }
}

#[test]
fn keys_do_what_they_do_on_any_desktop() {
    // What stands there, keys, what stands there then, the caret's place in bytes.
    let table = [
        ("济南", "a", "济南a", 7),
        ("济南", "left x", "济x南", 4),
        ("济南", "home x", "x济南", 1),
        ("济南", "backspace", "济", 3),
        ("济南", "home delete", "南", 0),
        ("济南", "ctrl-a ctrl-x", "", 0),
        ("济南", "ctrl-a x", "x", 1),
        ("济南", "shift-left x", "济x", 4),
        ("济南", "ctrl-v", "济南粘贴", 12),
        ("济南", "a b ctrl-z", "济南", 6),
        ("济南", "a ctrl-z ctrl-y", "济南a", 7),
        ("济南", "ctrl-v ctrl-z", "济南", 6),
        ("one two", "ctrl-left", "one two", 4),
        ("one two", "ctrl-backspace", "one ", 4),
        ("e\u{301}x", "left left delete", "x", 0),
        ("👨‍👩‍👧", "backspace", "", 0),
    ];
    for (text, keys, expected, caret) in table {
        let mut editor = Editor::line(100);
        editor.set(text);
        press(&mut editor, keys);
        assert_eq!(
            (editor.text(), editor.caret()),
            (expected, caret),
            "{text:?} {keys}"
        );
    }
}

#[test]
fn a_paste_is_one_step_and_submits_nothing() {
    let mut editor = Editor::line(100);
    editor.paste("第一行\r\n第二行\u{1b}[2J").unwrap();
    assert_eq!(editor.text(), "第一行 第二行[2J");
    press(&mut editor, "ctrl-z");
    assert_eq!(editor.text(), "");
}

#[test]
fn what_does_not_fit_is_refused_whole_and_said() {
    let mut prose = Editor::prose(5);
    assert_eq!(prose.paste("一\n二三四五"), Err(TooLong { max: 5 }));
    assert_eq!(prose.text(), "");
    assert_eq!(prose.paste("一\n二三四"), Ok(()));
    assert_eq!(prose.insert('五'), Err(TooLong { max: 5 }));
    assert_eq!(prose.text(), "一\n二三四", "the limit counts characters");
    press(&mut prose, "shift-left");
    assert_eq!(prose.insert('五'), Ok(()), "what is selected makes room");
    assert_eq!(prose.text(), "一\n二三五");
}

#[test]
fn rows_break_at_cells_and_keep_latin_words() {
    for (text, cells, expected) in [
        ("济南市", 4, vec!["济南", "市"]),
        ("a济南", 4, vec!["a济", "南"]),
        ("ab cdef", 5, vec!["ab ", "cdef"]),
        ("abcdefgh", 4, vec!["abcd", "efgh"]),
        ("一\n二", 10, vec!["一", "二"]),
        ("", 10, vec![""]),
        ("一\n", 10, vec!["一", ""]),
    ] {
        let found: Vec<&str> = rows(text, cells)
            .into_iter()
            .map(|row| &text[row])
            .collect();
        assert_eq!(found, expected, "{text:?} at {cells}");
    }
}

#[test]
fn what_does_not_fit_is_cut_at_whole_characters() {
    assert_eq!(cut("济南市", 5, "…"), "济南…");
    assert_eq!(cut("济南市", 6, "…"), "济南市");
    assert_eq!(pad("济南", 5, "…"), "济南 ");
    assert_eq!(width(&pad("济南市政府", 6, "…")), 6);
}

#[test]
fn a_page_of_a_list_stays_while_the_selection_walks_in_it() {
    assert_eq!(viewport(0, 100, 10), 0..10);
    assert_eq!(viewport(9, 100, 10), 0..10);
    assert_eq!(viewport(10, 100, 10), 10..20);
    assert_eq!(viewport(99, 100, 10), 90..100);
    assert_eq!(viewport(0, 0, 10), 0..0);
}

fn keys() -> impl Strategy<Value = Vec<&'static str>> {
    let all = vec![
        "a",
        "济",
        "𠮷",
        "left",
        "right",
        "up",
        "down",
        "home",
        "end",
        "shift-left",
        "shift-right",
        "backspace",
        "delete",
        "enter",
        "ctrl-a",
        "ctrl-c",
        "ctrl-x",
        "ctrl-v",
        "ctrl-z",
        "ctrl-y",
        "ctrl-left",
        "ctrl-right",
        "shift-up",
        "ctrl-backspace",
    ];
    prop::collection::vec(prop::sample::select(all), 0..60)
}

proptest! {
    #[test]
    fn plain_text_is_as_wide_as_its_clusters_and_breaks_between_them(
        text in "[ -~\n济南市、。《》（）：ｗ～㐀]{0,40}", marked in any::<bool>(), cells in 2_usize..12,
    ) {
        use unicode_segmentation::UnicodeSegmentation as _;
        // A joining mark sends the whole text the longer way.
        let text = if marked { format!("{text}e\u{301}") } else { text };
        let line = text.replace('\n', "");
        prop_assert_eq!(width(&line), line.graphemes(true).map(unicode_width::UnicodeWidthStr::width).sum::<usize>());
        let broken: String = rows(&text, cells).into_iter().map(|row| text[row].to_owned()).collect();
        prop_assert_eq!(broken, line);
    }
}

proptest! {
    #[test]
    fn the_caret_stays_inside_and_rows_give_the_text_back(keys in keys(), cells in 2_usize..20) {
        let mut editor = Editor::prose(200);
        let mut clipboard = Clipboard::default();
        for key in keys {
            editor.key(Key::parse(key).unwrap(), cells, &mut clipboard);
            prop_assert!(editor.text().is_char_boundary(editor.caret()));
            let (rows, row, column) = editor.place(cells);
            prop_assert!(row < rows.len() && column <= cells);
            for row in &rows {
                prop_assert!(width(&editor.text()[row.clone()]) <= cells);
            }
            let kept: String = rows.iter().map(|row| &editor.text()[row.clone()]).collect();
            prop_assert_eq!(kept, editor.text().replace('\n', ""));
        }
        let back: Editor = serde_json::from_value(serde_json::to_value(&editor).unwrap()).unwrap();
        prop_assert!(back == editor);
    }

    #[test]
    fn undoing_everything_gives_the_empty_text(keys in keys()) {
        let mut editor = Editor::prose(200);
        let mut clipboard = Clipboard::default();
        for key in keys.iter().filter(|key| !matches!(**key, "ctrl-z" | "ctrl-y")) {
            editor.key(Key::parse(key).unwrap(), 10, &mut clipboard);
        }
        for _ in 0..100 {
            editor.key(Key::ctrl('z'), 10, &mut clipboard);
        }
        prop_assert_eq!(editor.text(), "");
    }
}
