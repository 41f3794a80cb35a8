//! An entry of the knowledge base as the editors' screens show it: its fields in their order, each as text and back.

use super::errors;
use super::popup::{Dialog, Field, FieldKind};
use super::ports::Choice;
use super::state::State;
use super::widgets::Editor;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::{Audience, Basis, Entry};
use crate::domain::text::{Line, Prose};
use crate::words::{Desk, Knowledge};
use jiff::civil::Date;

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// One line.
    Line,
    /// Text of many lines.
    Prose,
    /// Several things, each on a line of its own.
    Lines,
    /// A department, found by its initials.
    Unit,
    /// One of a few words.
    Choice,
}

/// The fields in the order of the form: name on the wire, word, what it takes.
const FIELDS: [(&str, Knowledge, Takes); 18] = [
    ("question", Knowledge::FieldQuestion, Takes::Line),
    ("variants", Knowledge::FieldVariants, Takes::Lines),
    ("answer", Knowledge::FieldSpoken, Takes::Prose),
    ("basis", Knowledge::EntryBasis, Takes::Lines),
    ("steps", Knowledge::FieldSteps, Takes::Lines),
    ("materials", Knowledge::FieldMaterials, Takes::Lines),
    ("telephone", Knowledge::FieldTelephone, Takes::Line),
    ("place", Knowledge::FieldPlace, Takes::Line),
    ("fee", Knowledge::FieldFee, Takes::Line),
    ("time_limit", Knowledge::FieldTimeLimit, Takes::Line),
    ("department", Knowledge::FieldDepartment, Takes::Unit),
    ("category", Knowledge::FieldCategory, Takes::Line),
    ("valid_from", Knowledge::FieldValidFrom, Takes::Line),
    ("valid_until", Knowledge::FieldValidUntil, Takes::Line),
    ("audience", Knowledge::FieldAudience, Takes::Choice),
    ("public", Knowledge::FieldPublic, Takes::Choice),
    ("keywords", Knowledge::FieldKeywords, Takes::Lines),
    ("marked", Knowledge::FieldMarked, Takes::Line),
];

const AUDIENCES: [(Audience, Knowledge); 3] = [
    (Audience::Both, Knowledge::AudienceBoth),
    (Audience::Citizen, Knowledge::AudienceCitizen),
    (Audience::Enterprise, Knowledge::AudienceEnterprise),
];

/// The most characters of a field of several things.
const LONGEST: usize = 8_000;
/// What continues the thing of the line above.
const GOES_ON: &str = "\n  ";

/// Several things as lines; the further lines of one begin with two blanks, so that they come back as one.
fn lines<T: AsRef<str>>(parts: impl IntoIterator<Item = T>) -> String {
    let one = |part: T| part.as_ref().replace('\n', GOES_ON);
    parts.into_iter().map(one).collect::<Vec<_>>().join("\n")
}

/// The things that lines hold; blank lines between are nothing.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("  "), parts.last_mut()) {
            (Some(more), Some(part)) => {
                part.push('\n');
                part.push_str(more);
            }
            _ if line.trim().is_empty() => {}
            _ => parts.push(line.trim().to_owned()),
        }
    }
    parts
}

fn basis_text(basis: &Basis) -> String {
    if basis.article.is_blank() {
        basis.law.to_string()
    } else {
        format!("{}#{}", basis.law, basis.article)
    }
}

/// What stands in a field of an entry.
fn text_of(state: &State, entry: &Entry, id: &str) -> String {
    let date = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let of_lines = |parts: &[Line]| lines(parts.iter().map(Line::as_str));
    let of_prose = |parts: &[Prose]| lines(parts.iter().map(Prose::as_str));
    match id {
        "question" => entry.question.to_string(),
        "variants" => of_lines(&entry.variants),
        "keywords" => of_lines(&entry.keywords),
        "answer" => entry.answer.to_string(),
        "steps" => of_prose(&entry.steps),
        "materials" => of_prose(&entry.materials),
        "time_limit" => entry.time_limit.to_string(),
        "telephone" => entry.telephone.to_string(),
        "place" => entry.place.to_string(),
        "fee" => entry.fee.to_string(),
        "department" => entry.department.to_string(),
        "category" => entry.category.to_string(),
        "audience" => state.say(AUDIENCES[audience_at(entry.audience)].1),
        "basis" => lines(entry.basis.iter().map(basis_text)),
        "valid_from" => date(entry.valid_from),
        "valid_until" => date(entry.valid_until),
        "marked" => entry.marked.to_string(),
        _ => state.say(if entry.public { Desk::Yes } else { Desk::No }),
    }
}

fn audience_at(audience: Audience) -> usize {
    let at = AUDIENCES.iter().position(|(it, _)| *it == audience);
    at.unwrap_or(0)
}

/// Every field in words with what stands in it, for reading and comparing.
pub fn shown(state: &State, entry: &Entry) -> Vec<(String, String)> {
    let one =
        |(id, word, _): &(&str, Knowledge, Takes)| (state.say(*word), text_of(state, entry, id));
    FIELDS.iter().map(one).collect()
}

/// The form's fields with an entry in them.
pub fn fields(state: &State, entry: &Entry) -> Vec<Field> {
    let one = |(id, word, takes): &(&str, Knowledge, Takes)| {
        let label = state.say(*word);
        let text = text_of(state, entry, id);
        match takes {
            Takes::Line => Field::line(id, label).with(&text),
            Takes::Prose => Field::prose(id, label).with(&text),
            Takes::Lines => {
                let kind = FieldKind::Text(Editor::prose(LONGEST));
                let id = (*id).to_owned();
                Field { id, label, kind }.with(&text)
            }
            Takes::Unit if text.is_empty() => Field::unit(id, label),
            Takes::Unit => Field::unit(id, label).taking(Choice {
                code: String::new(),
                name: text,
            }),
            Takes::Choice if *id == "audience" => {
                let words = AUDIENCES.map(|(_, word)| state.say(word));
                Field::choice(id, label, words.to_vec()).chosen(audience_at(entry.audience))
            }
            Takes::Choice => {
                let words = vec![state.say(Desk::No), state.say(Desk::Yes)];
                Field::choice(id, label, words).chosen(usize::from(entry.public))
            }
        }
    };
    FIELDS.iter().map(one).collect()
}

/// What is wrong, and in which field.
pub struct Wrong {
    /// The field's name.
    pub field: &'static str,
    /// In words.
    pub why: String,
}

/// Takes what was typed out of the form.
struct Typed<'a> {
    state: &'a State,
    form: &'a Dialog,
}

impl Typed<'_> {
    fn wrong(&self, field: &'static str, error: &crate::domain::text::TextError) -> Wrong {
        Wrong {
            field,
            why: errors::text(self.state, error),
        }
    }

    fn line(&self, field: &'static str) -> Result<Line, Wrong> {
        Line::parse(self.form.text(field).trim()).map_err(|error| self.wrong(field, &error))
    }

    fn lines(&self, field: &'static str) -> Result<Vec<Line>, Wrong> {
        let one = |part: String| Line::parse(part).map_err(|error| self.wrong(field, &error));
        parts(self.form.text(field)).into_iter().map(one).collect()
    }

    fn proses(&self, field: &'static str) -> Result<Vec<Prose>, Wrong> {
        let one = |part: String| Prose::parse(part).map_err(|error| self.wrong(field, &error));
        parts(self.form.text(field)).into_iter().map(one).collect()
    }

    fn day(&self, field: &'static str) -> Result<Option<Date>, Wrong> {
        let text = self.form.text(field).trim().replace(['/', '.'], "-");
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| Wrong {
            field,
            why: self.state.say(Knowledge::WhyNoDay),
        })
    }

    fn basis(&self) -> Result<Vec<Basis>, Wrong> {
        let one = |part: String| {
            let half = part.replace('＃', "#");
            let (law, article) = half.rsplit_once('#').unwrap_or((&half, ""));
            let line =
                |text: &str| Line::parse(text.trim()).map_err(|error| self.wrong("basis", &error));
            Ok(Basis {
                law: line(law)?,
                article: line(article)?,
            })
        };
        let parts = parts(self.form.text("basis"));
        parts.into_iter().map(one).collect()
    }

    fn department(&self) -> Result<Line, Wrong> {
        let taken = self.form.taken("department").map(|it| it.name.as_str());
        let name = taken.unwrap_or_else(|| self.form.typed("department"));
        Line::parse(name.trim()).map_err(|error| self.wrong("department", &error))
    }
}

/// The entry that stands in the form; it may be incomplete, but each field must be one.
pub fn typed(state: &State, form: &Dialog, code: EntryCode) -> Result<Entry, Wrong> {
    let it = Typed { state, form };
    let answer = Prose::parse(form.text("answer").trim());
    let audience = AUDIENCES.get(form.choice("audience"));
    Ok(Entry {
        code,
        question: it.line("question")?,
        variants: it.lines("variants")?,
        keywords: it.lines("keywords")?,
        answer: answer.map_err(|error| it.wrong("answer", &error))?,
        steps: it.proses("steps")?,
        materials: it.proses("materials")?,
        time_limit: it.line("time_limit")?,
        telephone: it.line("telephone")?,
        place: it.line("place")?,
        fee: it.line("fee")?,
        department: it.department()?,
        category: it.line("category")?,
        audience: audience.map(|(it, _)| *it).unwrap_or_default(),
        basis: it.basis()?,
        valid_from: it.day("valid_from")?,
        valid_until: it.day("valid_until")?,
        marked: it.line("marked")?,
        public: form.choice("public") == 1,
    })
}
