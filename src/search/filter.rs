//! Filters inside the query box: `部门:水务 停水`, `cat:社保`, `有效:是`, `对象:企业`. What looks like a filter and is none is
//! searched for as it stands, and told.

use super::query::head;
use super::text::squeezed;
use crate::domain::knowledge::Audience;

/// Longest word before a colon that is taken for the name of a filter, in characters.
const LONGEST_NAME: usize = 10;

/// What the entries found must be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Filters {
    /// The department's name holds each of these, as typed: the index cuts them as it cut the name.
    pub departments: Vec<String>,
    /// The category holds each of these, as typed.
    pub categories: Vec<String>,
    /// It holds today, or has expired. What will hold only later is neither.
    pub holds: Option<bool>,
    /// It is for these, or for everybody.
    pub audience: Option<Audience>,
}

impl Filters {
    /// True when all entries may be found.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What could not be taken as a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// There is no filter of this name; it was searched for as text.
    Name(String),
    /// The filter does not know this value, and was left out.
    Value {
        /// Its name as typed.
        name: String,
        /// The value as typed.
        value: String,
    },
}

/// A query without its filters, the filters, and what is to be told about them.
pub(super) fn filters(query: &str) -> (String, Filters, Vec<Notice>) {
    let mut filters = Filters::default();
    let mut notices = Vec::new();
    if !query.contains([':', '：']) {
        return (query.to_owned(), filters, notices);
    }
    let mut rest: Vec<&str> = Vec::new();
    for word in query.split_whitespace() {
        let Some((name, value)) = named(word) else {
            rest.push(word);
            continue;
        };
        let wanted = squeezed(value);
        let refused = || Notice::Value {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        match squeezed(name).as_str() {
            "部门" | "单位" | "dept" | "department" => {
                filters.departments.push(value.to_owned());
            }
            "类别" | "分类" | "cat" | "category" => filters.categories.push(value.to_owned()),
            "有效" | "valid" => match wanted.as_str() {
                "是" | "有效" | "yes" | "true" => {
                    filters.holds = Some(true);
                }
                "否" | "失效" | "过期" | "no" | "false" | "expired" => {
                    filters.holds = Some(false);
                }
                "全部" | "all" => {
                    filters.holds = None;
                }
                _ => notices.push(refused()),
            },
            "对象" | "for" | "audience" => match wanted.as_str() {
                "企业" | "法人" | "enterprise" => {
                    filters.audience = Some(Audience::Enterprise);
                }
                "市民" | "个人" | "群众" | "citizen" => {
                    filters.audience = Some(Audience::Citizen);
                }
                "全部" | "all" => {
                    filters.audience = None;
                }
                _ => notices.push(refused()),
            },
            _ => {
                notices.push(Notice::Name(name.to_owned()));
                rest.push(word);
            }
        }
    }
    (rest.join(" "), filters, notices)
}

/// True when a query, as far as it is read, has a filter that leaves something out.
pub fn has_filters(query: &str) -> bool {
    !filters(head(query)).1.is_empty()
}

/// A word that looks like `name:value`.
fn named(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once([':', '：'])?;
    let is_name = (1..=LONGEST_NAME).contains(&name.chars().count())
        && name.chars().all(char::is_alphabetic)
        && !squeezed(value).is_empty()
        && !value.starts_with("//");
    is_name.then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_taken_out_of_the_query() {
        assert!(has_filters("停水 有效:是") && !has_filters("停水 有效:全部"));
        assert!(!has_filters("区域:历下 停水"), "it is searched for as text");
        let (rest, found, notices) = filters("部门：水务 停水 有效:是 for:企业 类别:供水");
        assert_eq!((rest.as_str(), notices), ("停水", vec![]));
        assert_eq!(found.departments, ["水务"]);
        assert_eq!(found.categories, ["供水"]);
        assert_eq!(
            (found.holds, found.audience),
            (Some(true), Some(Audience::Enterprise))
        );
    }

    #[test]
    fn what_is_no_filter_stays_and_is_told() {
        let (rest, found, notices) = filters("区域:历下 停水");
        assert_eq!(rest, "区域:历下 停水");
        assert!(found.is_empty());
        assert_eq!(notices, [Notice::Name("区域".to_owned())]);
        let (_, found, notices) = filters("valid:maybe");
        assert!(found.is_empty());
        assert!(
            matches!(notices.as_slice(), [Notice::Value { .. }]),
            "{notices:?}"
        );
        for text in ["12:30 停水", "http://a.b", "部门:", "建议：", "没有冒号"] {
            let (_, found, notices) = filters(text);
            assert!(found.is_empty() && notices.is_empty(), "{text}");
        }
    }
}
