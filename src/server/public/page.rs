//! The pages that citizens read: plain HTML that needs no script, made for a telephone's width and for a screen
//! reader. Every text is escaped by the template.

use super::shelf::Found;
use crate::domain::knowledge::Validity;
use crate::domain::text::Line;
use crate::protocol::public::{PublicHit, PublicHits};
use crate::words::{Lang, Public as Say, Words};
use maud::{DOCTYPE, Markup, html};
use std::fmt::Write as _;

/// The style sheet of all pages.
pub const STYLE: &str = include_str!("../../../assets/public/style.css");

/// Writes pages in a language.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The words.
    pub words: &'a Words,
}

impl Page<'_> {
    fn say(self, message: Say) -> String {
        self.words.say(message)
    }

    /// The query part that keeps the language on the next page.
    fn with_lang(self, address: &str) -> String {
        match self.words.lang() {
            Lang::ZhCn => address.to_owned(),
            Lang::En => format!("{address}?lang=en"),
        }
    }

    fn frame(self, title: &str, query: &str, main: &Markup) -> String {
        let site = self.say(Say::Site);
        let title = if title.is_empty() {
            site.clone()
        } else {
            format!("{title} - {site}")
        };
        html! {
            (DOCTYPE)
            html lang=(self.words.lang().tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) }
                    link rel="stylesheet" href="/public/kb/style.css";
                }
                body {
                    a.skip href="#main" { (self.say(Say::Skip)) }
                    header {
                        p.site { a href=(self.with_lang("/public/kb")) { (site) } }
                        (self.form(query))
                    }
                    main id="main" { (main) }
                    footer { p { (self.say(Say::Advice)) } (self.other_language()) }
                }
            }
        }
        .into_string()
    }

    fn form(self, query: &str) -> Markup {
        html! {
            form role="search" action="/public/kb" method="get" {
                label for="q" { (self.say(Say::Question)) }
                div.row {
                    input id="q" name="q" type="search" value=(query) maxlength="256" autocomplete="off"
                        enterkeyhint="search" placeholder=(self.say(Say::Example));
                    button type="submit" { (self.say(Say::Search)) }
                }
                @if self.words.lang() == Lang::En { input type="hidden" name="lang" value="en"; }
                input type="hidden" name="format" value="html";
            }
        }
    }

    fn other_language(self) -> Markup {
        let (other, name) = match self.words.lang() {
            Lang::ZhCn => ("en", "English"),
            Lang::En => ("zh-CN", "中文"),
        };
        html! { p { a href={ "/public/kb?format=html&lang=" (other) } lang=(other) hreflang=(other) { (name) } } }
    }

    /// The list of what was found, or of what is new.
    pub fn hits(self, found: &PublicHits) -> String {
        let count = found.hits.len();
        let heading = if found.query.is_empty() {
            self.say(Say::Newest)
        } else if count == 0 {
            self.say(Say::Nothing)
        } else {
            self.words.say_with(Say::Found, &[("count", count.into())])
        };
        let main = html! {
            h1 { (heading) }
            @if count == 0 && !found.query.is_empty() { p { (self.say(Say::NothingAdvice)) } }
            @if count > 0 {
                ol.hits { @for hit in &found.hits { (self.hit(hit)) } }
            }
        };
        self.frame(&found.query, &found.query, &main)
    }

    fn hit(self, hit: &PublicHit) -> Markup {
        html! {
            li {
                h2 {
                    a href=(self.with_lang(&format!("/public/kb/{}", address(hit.code.as_str())))) {
                        (with_marks(hit.question.as_str(), &hit.question_marks))
                    }
                }
                p { (with_marks(&hit.snippet, &hit.snippet_marks)) }
                @if !hit.department.is_blank() { p.quiet { (hit.department) } }
            }
        }
    }

    /// An entry.
    pub fn entry(self, found: &Found) -> String {
        let entry = &found.entry;
        let main = html! {
            article {
                h1 { (entry.question) }
                (self.validity(found))
                @for paragraph in entry.answer.as_str().lines().filter(|line| !line.trim().is_empty()) {
                    p.answer { (paragraph) }
                }
                @if !entry.steps.is_empty() {
                    h2 { (self.say(Say::Steps)) }
                    ol { @for step in &entry.steps { li { (step) } } }
                }
                @if !entry.materials.is_empty() {
                    h2 { (self.say(Say::Materials)) }
                    ul { @for material in &entry.materials { li { (material) } } }
                }
                (self.facts(found))
                @if !entry.basis.is_empty() {
                    h2 { (self.say(Say::Basis)) }
                    ul { @for basis in &entry.basis { li { (basis.law) " " (basis.article) } } }
                }
            }
        };
        self.frame(entry.question.as_str(), "", &main)
    }

    fn validity(self, found: &Found) -> Markup {
        let (message, day) = match found.validity {
            Validity::Expired => (Say::Expired, found.entry.valid_until),
            Validity::NotYet => (Say::NotYet, found.entry.valid_from),
            Validity::Valid | Validity::Expiring => return html! {},
        };
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        html! { p.warning role="note" { (self.words.say_with(message, &[("day", day.into())])) } }
    }

    fn facts(self, found: &Found) -> Markup {
        let entry = &found.entry;
        let fact = |message: Say, text: &Line| {
            html! {
                @if !text.is_blank() { dt { (self.say(message)) } dd { (text) } }
            }
        };
        let until = entry.valid_until.map(|day| day.to_string());
        html! {
            dl {
                (fact(Say::TimeLimit, &entry.time_limit))
                (fact(Say::Fee, &entry.fee))
                (fact(Say::Place, &entry.place))
                @if !entry.telephone.is_blank() {
                    dt { (self.say(Say::Telephone)) }
                    dd {
                        @if let Some(number) = one_number(entry.telephone.as_str()) {
                            a href={ "tel:" (number) } { (entry.telephone) }
                        } @else { (entry.telephone) }
                    }
                }
                (fact(Say::Department, &entry.department))
                @if let Some(until) = until { dt { (self.say(Say::ValidUntil)) } dd { (until) } }
            }
        }
    }

    /// There is no such entry.
    pub fn missing(self) -> String {
        let main = html! { h1 { (self.say(Say::Missing)) } p { (self.say(Say::NothingAdvice)) } };
        self.frame(&self.say(Say::Missing), "", &main)
    }

    /// Too many requests, or a fault: what to do.
    pub fn later(self, seconds: u64) -> String {
        let main = html! {
            h1 { (self.say(Say::Busy)) }
            p { (self.words.say_with(Say::BusyAdvice, &[("seconds", seconds.into())])) }
        };
        self.frame(&self.say(Say::Busy), "", &main)
    }
}

/// What a telephone dials, where the text is one number and nothing else: a list of numbers, an extension or a remark
/// is only read, for its digits run together would ring somebody else.
fn one_number(text: &str) -> Option<String> {
    let text = text.trim();
    let (plus, rest) = match text.strip_prefix('+') {
        Some(rest) => ("+", rest),
        None => ("", text),
    };
    let only = |c: char| c.is_ascii_digit() || "-()".contains(c);
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    (rest.chars().all(only) && (5..=13).contains(&digits.len())).then(|| format!("{plus}{digits}"))
}

/// A code as a segment of an address: what is no letter, digit, `-`, `_` or `.` is written in hex.
fn address(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    for byte in code.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A text with what matched in it marked.
fn with_marks(text: &str, marks: &[(usize, usize)]) -> Markup {
    let mut pieces = Vec::new();
    let mut at = 0;
    for &(from, to) in marks {
        let (Some(before), Some(inside)) = (text.get(at..from), text.get(from..to)) else {
            continue;
        };
        pieces.push((false, before));
        pieces.push((true, inside));
        at = to;
    }
    pieces.push((false, text.get(at..).unwrap_or_default()));
    html! {
        @for (marked, piece) in pieces {
            @if marked { mark { (piece) } } @else { (piece) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matched_is_marked_and_everything_is_escaped() {
        assert_eq!(
            with_marks("公积金<b>提取", &[(0, 9), (12, 18)]).into_string(),
            "<mark>公积金</mark>&lt;b&gt;<mark>提取</mark>"
        );
        // Ranges that are none of the text are left out.
        assert_eq!(
            with_marks("公积金", &[(1, 3), (4, 5)]).into_string(),
            "公积金"
        );
    }

    #[test]
    fn only_a_single_number_is_rung() {
        let dialled = |text: &str| one_number(text).unwrap_or_default();
        assert_eq!(dialled("(0531)12345-0"), "0531123450");
        assert_eq!(dialled("+86-531-12345678"), "+8653112345678");
        assert_eq!(dialled("12345"), "12345");
        for read in [
            "12345 110",
            "12345/96010",
            "12345转3",
            "12345、119",
            "110",
            "12+345",
            "",
        ] {
            assert_eq!(dialled(read), "", "{read}");
        }
    }

    #[test]
    fn an_address_holds_no_sign_of_its_own() {
        assert_eq!(address("SW-0001.a_b"), "SW-0001.a_b");
        assert_eq!(address("a/b?c"), "a%2Fb%3Fc");
    }
}
