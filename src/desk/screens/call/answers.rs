//! The answers beside the form: what was found, which is looked at, which is open. A list that is being
//! walked through does not reorder under the eye.

use crate::desk::keymap::{Code, Key};
use crate::desk::ports::{Hit, Hits};
use crate::desk::widgets::{Clipboard, Editor, ListState};
use crate::domain::id::EntryCode;
use crate::domain::knowledge::PublishedEntry;
use crate::search::meaning::{ABOVE, block};
use serde::{Deserialize, Serialize};

/// The answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// What was found.
    pub hits: Hits,
    /// The entry of the selected hit, once it was read.
    pub entry: Option<PublishedEntry>,
    /// The direct answer was asked for before this entry was read. Any other key calls it off.
    pub close_when_read: Option<EntryCode>,
    /// The list has the keyboard.
    pub walking: bool,
    /// The entry is shown whole.
    pub open: bool,
    /// Rows of it scrolled away.
    pub scroll: u16,
    /// Words typed into the list itself; blank searches by the story.
    pub query: Editor,
    /// Which hit.
    pub list: ListState,
    /// What was searched for last.
    pub asked: String,
    /// That is not answered yet: nothing found says nothing.
    pub waiting: bool,
    /// The entry that a form was just closed with: it stays to be read on until other words are looked for.
    pub given: Option<EntryCode>,
}

/// What a journal keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    walking: bool,
    open: bool,
    query: Editor,
    list: ListState,
    #[serde(default)]
    scroll: u16,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            hits: Hits::default(),
            entry: None,
            close_when_read: None,
            walking: false,
            open: false,
            scroll: 0,
            query: Editor::line(100),
            list: ListState::default(),
            asked: String::new(),
            waiting: false,
            given: None,
        }
    }
}

/// What a key in the list asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walked {
    /// Another hit is selected.
    Moved,
    /// Other words are searched for.
    Query,
    /// The selected hit is opened or closed.
    Toggle,
    /// Back to the form.
    Leave,
    /// Nothing of the list's.
    Unused,
}

impl Answers {
    /// The selected hit.
    pub fn hit(&self) -> Option<&Hit> {
        self.hits.hits.get(self.list.at)
    }

    /// The entry, when it is the selected hit's.
    pub fn current(&self) -> Option<&PublishedEntry> {
        let code = &self.hit()?.code;
        self.entry
            .as_ref()
            .filter(|entry| entry.entry.code == *code)
    }

    /// What stays to be read after a form was closed with the selected entry: the same list on the same place, and
    /// the keyboard back in the form.
    #[must_use]
    pub fn read_on(self) -> Self {
        Self {
            given: self.hit().map(|hit| hit.code.clone()),
            hits: self.hits,
            entry: self.entry,
            list: self.list,
            open: self.open,
            scroll: self.scroll,
            ..Self::default()
        }
    }

    /// The call was answered: what was found stays in sight until the form's own words look for something else.
    #[must_use]
    pub fn until_typed(self) -> Self {
        Self {
            walking: false,
            query: Self::default().query,
            asked: String::new(),
            ..self
        }
    }

    /// Puts what is near in meaning below the first text hits; each entry stands once.
    pub fn take_near(&mut self, mut near: Vec<Hit>) {
        let mut text = std::mem::take(&mut self.hits.hits);
        text.retain(|hit| !hit.near);
        let codes: Vec<EntryCode> = text.iter().map(|hit| hit.code.clone()).collect();
        let block = block(&codes, near.iter().map(|hit| hit.code.clone()));
        near.retain(|hit| block.contains(&hit.code));
        let mut below = text.split_off(ABOVE.min(text.len()));
        below.retain(|hit| !block.contains(&hit.code));
        text.extend(near);
        text.extend(below);
        self.hits.hits = text;
    }

    /// What the journal keeps.
    pub fn kept(&self) -> Kept {
        Kept {
            walking: self.walking,
            open: self.open,
            query: self.query.clone(),
            list: self.list,
            scroll: self.scroll,
        }
    }

    /// True when a journal that has this would keep nothing new.
    pub fn is_as(&self, kept: &Kept) -> bool {
        (self.walking, self.open, self.list, self.scroll)
            == (kept.walking, kept.open, kept.list, kept.scroll)
            && self.query == kept.query
    }

    /// Puts it back.
    pub fn restore(&mut self, kept: Kept) {
        self.walking = kept.walking;
        self.open = kept.open;
        self.query = kept.query;
        self.list = kept.list;
        self.scroll = kept.scroll;
    }

    /// What to search for: the words of the list, else the end of the story.
    pub fn wanted(&self, story: &str) -> String {
        if !self.query.is_blank() {
            return self.query.text().trim().to_owned();
        }
        let letters: Vec<char> = story.trim().chars().collect();
        letters
            .iter()
            .skip(letters.len().saturating_sub(48))
            // Only the list's own words hold filters; a story's "单位：" is a story's.
            .map(|letter| {
                if matches!(letter, ':' | '：') {
                    ' '
                } else {
                    *letter
                }
            })
            .collect()
    }

    /// Offers a key while the list has the keyboard; the opened entry scrolls by at most `last` rows.
    pub fn key(&mut self, key: Key, last: u16, clipboard: &mut Clipboard) -> Walked {
        let len = self.hits.hits.len();
        let before = self.list.at;
        match key.code {
            Code::PageUp if self.open => {
                self.scroll = self.scroll.min(last).saturating_sub(5);
            }
            Code::PageDown if self.open => {
                self.scroll = self.scroll.saturating_add(5).min(last);
            }
            Code::Up => self.list.step(-1, len),
            Code::Down => self.list.step(1, len),
            Code::PageUp => self.list.step(-5, len),
            Code::PageDown => self.list.step(5, len),
            Code::Enter => return Walked::Toggle,
            Code::Esc if self.open => {
                self.open = false;
                return Walked::Moved;
            }
            // Without a form to go back to, Tab has nowhere to go.
            Code::Tab if !self.walking => {}
            Code::Esc | Code::Tab => {
                self.walking = false;
                return Walked::Leave;
            }
            _ => {
                if let Code::Char(c @ '1'..='9') = key.halved().code
                    && key.is_text()
                    && self.walking
                    && self.query.is_blank()
                    && len > 0
                {
                    let to = c as usize - '1' as usize;
                    self.list.at = to.min(len.saturating_sub(1));
                } else if self.query.key(key, 60, clipboard) {
                    return Walked::Query;
                } else {
                    return Walked::Unused;
                }
            }
        }
        if self.list.at != before {
            self.open = false;
            self.scroll = 0;
        }
        Walked::Moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_holds_no_filters() {
        let answers = Answers::default();
        assert_eq!(
            answers.wanted("单位：中铁十局 dept:x 拖欠工资"),
            "单位 中铁十局 dept x 拖欠工资"
        );
    }
}
