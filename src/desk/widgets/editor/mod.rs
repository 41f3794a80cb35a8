//! A text being typed, of one line or many: caret, selection, undo, paste, as on any desktop. It keeps a
//! place in bytes and is drawn anywhere; unlike the stock text area it is plain data, so that a draft
//! comes back with caret and selection, and its caret column is right for wide characters.

mod draw;

use super::width::{rows, width};
use crate::desk::keymap::{Code, Key};
use crate::domain::text::is_forbidden;
use serde::{Deserialize, Serialize, Serializer};
use std::ops::Range;
use std::sync::Arc;
use unicode_segmentation::UnicodeSegmentation;

/// How many steps can be undone.
const UNDO: usize = 200;

/// What was to be put in has no room: nothing was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {max} characters; shorten the text")]
pub struct TooLong {
    /// The most characters the text takes.
    pub max: usize,
}

/// What was cut or copied, and what did not fit: the hand that types, over all fields.
#[derive(Clone, Default)]
pub struct Clipboard {
    /// What was cut or copied last.
    pub text: String,
    /// What a field refused, until the screen has said so.
    pub refused: Option<TooLong>,
}

impl Clipboard {
    /// Keeps a refusal for the screen to tell.
    pub fn note(&mut self, put: Result<(), TooLong>) {
        if let Err(refused) = put {
            self.refused = Some(refused);
        }
    }
}

/// A text with its caret. What can be undone is shared by its copies: a copy costs little more than the text.
#[derive(Clone, Default, Deserialize)]
#[serde(from = "Kept")]
pub struct Editor {
    text: String,
    caret: usize,
    anchor: Option<usize>,
    lines: bool,
    undo: Vec<(Arc<str>, usize)>,
    redo: Vec<(Arc<str>, usize)>,
    /// The last change was typing: the next letter belongs to the same undo step.
    typing: bool,
    /// The most characters it takes; 0 is no limit.
    max: usize,
}

/// What a journal keeps of it.
#[derive(Serialize, Deserialize)]
struct Kept<T = String> {
    text: T,
    caret: usize,
    anchor: Option<usize>,
    lines: bool,
    max: usize,
}

impl Serialize for Editor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Kept {
            text: self.text.as_str(),
            caret: self.caret,
            anchor: self.anchor,
            lines: self.lines,
            max: self.max,
        }
        .serialize(serializer)
    }
}

impl From<Kept> for Editor {
    fn from(it: Kept) -> Self {
        let place = |at: usize| {
            if it.text.is_char_boundary(at) {
                at
            } else {
                it.text.len()
            }
        };
        Self {
            caret: place(it.caret),
            anchor: it.anchor.map(place),
            lines: it.lines,
            max: it.max,
            text: it.text,
            ..Self::default()
        }
    }
}

impl std::fmt::Debug for Editor {
    /// Without the text: it is what callers said.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Editor")
            .field("caret", &self.caret)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Editor {
    /// Equal when the screen would look the same; what can be undone does not count.
    fn eq(&self, other: &Self) -> bool {
        (&self.text, self.caret, self.anchor) == (&other.text, other.caret, other.anchor)
    }
}
impl Eq for Editor {}

impl Editor {
    /// One line of at most `max` characters.
    pub fn line(max: usize) -> Self {
        Self {
            max,
            ..Self::default()
        }
    }

    /// Many lines of at most `max` characters.
    pub fn prose(max: usize) -> Self {
        Self {
            max,
            lines: true,
            ..Self::default()
        }
    }

    /// True when it takes many lines: Enter is then a line feed.
    pub const fn is_prose(&self) -> bool {
        self.lines
    }

    /// What stands in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The caret's place in bytes.
    pub const fn caret(&self) -> usize {
        self.caret
    }

    /// True when nothing but white space stands in it.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Replaces the text as one step that can be undone; the caret goes to the end.
    pub fn set(&mut self, text: &str) {
        self.remember(false);
        text.clone_into(&mut self.text);
        self.caret = self.text.len();
        self.anchor = None;
    }

    /// Empties it, undo history too.
    pub fn clear(&mut self) {
        *self = Self {
            lines: self.lines,
            max: self.max,
            ..Self::default()
        };
    }

    fn remember(&mut self, typing: bool) {
        if !(typing && self.typing) {
            self.undo.push((self.text.as_str().into(), self.caret));
            if self.undo.len() > UNDO {
                self.undo.remove(0);
            }
        }
        self.redo.clear();
        self.typing = typing;
    }

    /// Selects all of it, so that what is typed next takes its place.
    pub fn select_all(&mut self) {
        (self.anchor, self.caret) = (Some(0), self.text.len());
    }

    /// What is selected.
    pub fn selection(&self) -> Option<Range<usize>> {
        self.anchor
            .filter(|anchor| *anchor != self.caret)
            .map(|anchor| anchor.min(self.caret)..anchor.max(self.caret))
    }

    /// The selected text.
    pub fn selected(&self) -> &str {
        self.selection()
            .and_then(|range| self.text.get(range))
            .unwrap_or("")
    }

    fn drop_selection(&mut self) -> bool {
        let Some(range) = self.selection() else {
            self.anchor = None;
            return false;
        };
        self.caret = range.start;
        self.text.replace_range(range, "");
        self.anchor = None;
        true
    }

    /// Puts in what was typed; refused whole where it does not fit.
    pub fn insert(&mut self, c: char) -> Result<(), TooLong> {
        let selected = self.selection().is_some();
        self.put(c.encode_utf8(&mut [0; 4]), !selected && c != '\n')
    }

    /// Puts in what was pasted: one undo step; line feeds become spaces in a one-line field and submit nothing.
    /// Refused whole where it does not fit: half a statement reads like a whole one.
    pub fn paste(&mut self, text: &str) -> Result<(), TooLong> {
        let clean = text
            .replace("\r\n", "\n")
            .replace('\r', "\n")
            .replace('\t', " ");
        self.put(&clean, false)
    }

    fn put(&mut self, text: &str, typing: bool) -> Result<(), TooLong> {
        let clean: String = text
            .chars()
            .map(|c| if !self.lines && c == '\n' { ' ' } else { c })
            .filter(|c| !is_forbidden(*c))
            .collect();
        let stays = characters(&self.text).saturating_sub(characters(self.selected()));
        if self.max > 0 && stays + characters(&clean) > self.max {
            return Err(TooLong { max: self.max });
        }
        self.remember(typing);
        self.drop_selection();
        self.text.insert_str(self.caret, &clean);
        self.caret += clean.len();
        Ok(())
    }

    fn erase(&mut self, range: Range<usize>) {
        if self.selection().is_none() && range.is_empty() {
            return;
        }
        self.remember(false);
        if !self.drop_selection() {
            self.caret = range.start;
            self.text.replace_range(range, "");
        }
    }

    /// One step back, or forth again.
    fn step_undo(&mut self, back: bool) {
        let now = (self.text.as_str().into(), self.caret);
        let (from, to) = if back {
            (&mut self.undo, &mut self.redo)
        } else {
            (&mut self.redo, &mut self.undo)
        };
        if let Some((text, caret)) = from.pop() {
            to.push(now);
            text.as_ref().clone_into(&mut self.text);
            (self.caret, self.anchor, self.typing) = (caret, None, false);
        }
    }

    fn before(&self, at: usize) -> usize {
        self.text[..at]
            .grapheme_indices(true)
            .next_back()
            .map_or(0, |(to, _)| to)
    }

    fn after(&self, at: usize) -> usize {
        self.text[at..]
            .graphemes(true)
            .next()
            .map_or(at, |cluster| at + cluster.len())
    }

    fn word_before(&self, at: usize) -> usize {
        self.text[..at]
            .split_word_bound_indices()
            .rfind(|(_, word)| !word.trim().is_empty())
            .map_or(0, |(to, _)| to)
    }

    fn word_after(&self, at: usize) -> usize {
        self.text[at..]
            .split_word_bound_indices()
            .find(|(_, word)| !word.trim().is_empty())
            .map_or(self.text.len(), |(to, word)| at + to + word.len())
    }

    /// The caret's row and column when the text breaks at `cells`, with all rows.
    pub fn place(&self, cells: usize) -> (Vec<Range<usize>>, usize, usize) {
        let mut rows = rows(&self.text, cells);
        let mut row = rows
            .iter()
            .rposition(|row| row.start <= self.caret)
            .unwrap_or_default();
        let mut column = rows.get(row).map_or(0, |range| {
            width(&self.text[range.start..self.caret.min(range.end)])
        });
        // A full last row: the caret stands where the next letter will.
        if column >= cells.max(2) && self.lines {
            rows.push(self.text.len()..self.text.len());
            (row, column) = (row + 1, 0);
        }
        (rows, row, column)
    }

    fn vertical(&mut self, down: bool, cells: usize) -> bool {
        let (rows, row, column) = self.place(cells);
        let Some(target) = (if down {
            row.checked_add(1)
        } else {
            row.checked_sub(1)
        })
        .and_then(|to| rows.get(to).cloned()) else {
            return false;
        };
        let mut at = target.start;
        let mut used = 0;
        for cluster in self.text[target.clone()].graphemes(true) {
            used += width(cluster);
            if used > column {
                break;
            }
            at += cluster.len();
        }
        self.caret = at;
        true
    }

    fn line_edge(&self, end: bool) -> usize {
        if end {
            self.text[self.caret..]
                .find('\n')
                .map_or(self.text.len(), |at| self.caret + at)
        } else {
            self.text[..self.caret].rfind('\n').map_or(0, |at| at + 1)
        }
    }

    fn go(&mut self, to: usize, select: bool) {
        if select {
            self.anchor = self.anchor.or(Some(self.caret));
        } else {
            self.anchor = None;
        }
        self.caret = to;
        self.typing = false;
    }

    /// Offers a key; true when it was used. `cells` is the width it is shown at. Cut, copy and paste go by
    /// the desk's own `clipboard`, which also takes what a field refused.
    pub fn key(&mut self, key: Key, cells: usize, clipboard: &mut Clipboard) -> bool {
        if key.ctrl {
            return self.control(key, clipboard);
        }
        if key.alt {
            return false;
        }
        match key.code {
            Code::Char(c) => clipboard.note(self.insert(c)),
            Code::Enter if self.lines => clipboard.note(self.insert('\n')),
            Code::Backspace => self.erase(self.before(self.caret)..self.caret),
            Code::Delete => self.erase(self.caret..self.after(self.caret)),
            Code::Left => self.go(self.before(self.caret), key.shift),
            Code::Right => self.go(self.after(self.caret), key.shift),
            Code::Home => self.go(self.line_edge(false), key.shift),
            Code::End => self.go(self.line_edge(true), key.shift),
            Code::Up | Code::Down if self.lines => {
                let caret = self.caret;
                if !self.vertical(key.code == Code::Down, cells) {
                    return false;
                }
                let to = self.caret;
                self.caret = caret;
                self.go(to, key.shift);
            }
            _ => return false,
        }
        true
    }

    fn control(&mut self, key: Key, clipboard: &mut Clipboard) -> bool {
        match key.code {
            Code::Char('a') => {
                self.anchor = Some(0);
                self.caret = self.text.len();
            }
            Code::Char('c') => self.selected().clone_into(&mut clipboard.text),
            Code::Char('x') => {
                if let Some(range) = self.selection() {
                    self.text[range.clone()].clone_into(&mut clipboard.text);
                    self.erase(range);
                }
            }
            Code::Char('v') => {
                let put = self.paste(&clipboard.text);
                clipboard.note(put);
            }
            Code::Char('z') => self.step_undo(true),
            Code::Char('y') => self.step_undo(false),
            Code::Left => self.go(self.word_before(self.caret), key.shift),
            Code::Right => self.go(self.word_after(self.caret), key.shift),
            Code::Backspace => self.erase(self.word_before(self.caret)..self.caret),
            Code::Home => self.go(0, key.shift),
            Code::End => self.go(self.text.len(), key.shift),
            _ => return false,
        }
        true
    }
}

/// Characters, as the limits of fields count them.
fn characters(text: &str) -> usize {
    text.chars().count()
}
