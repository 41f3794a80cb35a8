//! Words around a question that say nothing about it: 我想问一下…怎么弄啊. They are taken off both ends of
//! a query, never out of its middle, and never so that nothing is left. What somebody types short leaves out such words inside an
//! entry's question, too (公积金提取 for 公积金怎么提取): so each question is indexed without them as well.

use super::text::{Cell, Gap};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What callers begin with.
const OPENINGS: &[&str] = &[
    "你好",
    "您好",
    "喂",
    "那个",
    "就是",
    "就是说",
    "是这样的",
    "请问",
    "请问一下",
    "问一下",
    "问下",
    "我想问",
    "我想问一下",
    "我想问下",
    "想问一下",
    "想问下",
    "想问",
    "我问一下",
    "我想咨询",
    "我想咨询一下",
    "想咨询",
    "想咨询一下",
    "咨询一下",
    "咨询",
    "我想了解",
    "我想了解一下",
    "想了解一下",
    "了解一下",
    "我想知道",
    "想知道",
    "我要",
    "我想",
    "我这边",
    "我这里",
    "我们这里",
    "我们这边",
    "关于",
    "对于",
    "麻烦",
    "麻烦问一下",
    "麻烦你",
    "麻烦您",
    "帮我",
    "帮我查一下",
    "帮我看一下",
    "帮忙",
    "查一下",
    "能不能",
    "可不可以",
    "怎么",
    "怎样",
    "如何",
    "为什么",
    "为啥",
    "咋",
];

/// What callers end with.
const CLOSINGS: &[&str] = &[
    "啊",
    "呀",
    "呢",
    "吗",
    "吧",
    "哦",
    "嘛",
    "么",
    "啦",
    "的",
    "了",
    "谢谢",
    "好吗",
    "行吗",
    "可以吗",
    "怎么办",
    "怎么弄",
    "怎么办理",
    "怎么搞",
    "怎么做",
    "怎么处理",
    "怎么操作",
    "怎么回事",
    "咋办",
    "咋弄",
    "咋整",
    "如何办理",
    "该怎么办",
    "该怎么弄",
    "应该怎么办",
    "怎么样",
    "是怎么回事",
    "有什么要求",
    "需要什么手续",
    "什么手续",
    "要什么手续",
    "的问题",
    "这个问题",
    "这个事",
    "这件事",
    "的事",
    "的事情",
    "是什么",
    "什么意思",
    "请问",
    "有没有",
    "多少",
    "问题",
    "请解答",
    "请回复",
];

/// Characters that carry a question and name no matter.
const EMPTY: &str = "怎么样什哪谁吗呢吧啊呀的了是在有没我你您他她它们这那个不要能可以会被给就都也还到去来说想问请做办弄搞多少几如何为时候里";

/// What stands inside a question and may be left out when it is typed short.
const INSIDE: &[&str] = &[
    "可不可以",
    "能不能",
    "有没有",
    "是不是",
    "要不要",
    "为什么",
    "怎么样",
    "什么样",
    "怎么",
    "怎样",
    "如何",
    "什么",
    "哪些",
    "哪里",
    "可以",
    "能否",
    "是否",
    "需要",
    "应当",
    "应该",
    "必须",
    "请问",
    "多少",
    "一下",
    "吗",
    "呢",
    "的",
    "了",
    "要",
    "能",
    "咋",
    "啥",
];

/// Those words by what they begin with, the longest first.
static BY_FIRST: LazyLock<BTreeMap<char, Vec<Vec<char>>>> = LazyLock::new(|| {
    let mut words: BTreeMap<char, Vec<Vec<char>>> = BTreeMap::new();
    for word in INSIDE {
        let word: Vec<char> = word.chars().collect();
        if let Some(first) = word.first() {
            words.entry(*first).or_default().push(word);
        }
    }
    for words in words.values_mut() {
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    }
    words
});

/// For each cell, whether it is of a word that may be left out.
pub(crate) fn left_out(cells: &[Cell]) -> Vec<bool> {
    let words = &*BY_FIRST;
    let mut out = vec![false; cells.len()];
    let mut at = 0;
    while let Some(cell) = cells.get(at) {
        let words = cell.han().and_then(|c| words.get(&c));
        let here = |word: &&Vec<char>| {
            cells.get(at..at + word.len()).is_some_and(|cells| {
                let together = cells.iter().skip(1).all(|cell| cell.gap == Gap::None);
                together
                    && cells
                        .iter()
                        .map(Cell::han)
                        .eq(word.iter().copied().map(Some))
            })
        };
        let len = words
            .and_then(|words| words.iter().find(here))
            .map_or(0, Vec::len);
        if let Some(word) = out.get_mut(at..at + len) {
            word.fill(true);
        }
        at += len.max(1);
    }
    out
}

/// A text without such words, sentence by sentence; `None` where that is no other text, or leaves less than two
/// characters.
pub(crate) fn short_form(cells: &[Cell]) -> Option<Vec<Cell>> {
    let out = left_out(cells);
    let mut kept: Vec<Cell> = Vec::with_capacity(cells.len());
    let mut gap = Gap::None;
    for (cell, out) in cells.iter().zip(&out) {
        gap = gap.max(cell.gap);
        if !out {
            kept.push(Cell {
                gap,
                ..cell.clone()
            });
            gap = Gap::None;
        }
    }
    ((2..cells.len()).contains(&kept.len())).then_some(kept)
}

/// True for a term made of such characters only: by it alone nothing is found.
pub(crate) fn is_empty_talk(term: &str) -> bool {
    term.chars().all(|c| EMPTY.contains(c))
}

/// True for a term that one of such characters stands in.
pub(crate) fn has_empty_talk(term: &str) -> bool {
    term.chars().any(|c| EMPTY.contains(c))
}

/// The characters without filler at both ends; at least two characters are left, or all of them.
pub(crate) fn stripped(chars: &[char]) -> &[char] {
    let mut rest = chars;
    while let Some(shorter) = longest(rest, OPENINGS, |rest, len| rest.get(len..), starts) {
        rest = shorter;
    }
    while let Some(shorter) = longest(
        rest,
        CLOSINGS,
        |rest, len| rest.get(..rest.len().checked_sub(len)?),
        ends,
    ) {
        rest = shorter;
    }
    rest
}

/// The rest after the longest filler at one end was cut, when there is one and enough is left.
fn longest<'a>(
    rest: &'a [char],
    fillers: &[&str],
    cut: impl Fn(&'a [char], usize) -> Option<&'a [char]>,
    at_end: impl Fn(&[char], &str) -> bool,
) -> Option<&'a [char]> {
    let len = fillers
        .iter()
        .filter(|filler| at_end(rest, filler))
        .map(|filler| filler.chars().count())
        .max()?;
    cut(rest, len).filter(|shorter| shorter.len() >= 2)
}

fn starts(rest: &[char], filler: &str) -> bool {
    let mut rest = rest.iter();
    filler.chars().all(|c| rest.next() == Some(&c))
}

fn ends(rest: &[char], filler: &str) -> bool {
    let mut rest = rest.iter().rev();
    filler.chars().rev().all(|c| rest.next() == Some(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_form_lacks_what_nobody_types() {
        for (text, expected) in [
            ("公积金怎么提取", Some("公积金提取")),
            ("租房可以提取公积金吗？要材料吗", Some("租房提取公积金材料")),
            ("公积金提取", None),
            ("怎么能", None),
            ("", None),
        ] {
            let short = short_form(&super::super::text::cells(text));
            let short: Option<String> =
                short.map(|cells| cells.iter().filter_map(Cell::han).collect());
            assert_eq!(short.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn filler_goes_and_the_matter_stays() {
        assert!(is_empty_talk("么办") && !is_empty_talk("停办"));
        for (query, expected) in [
            ("我想问一下公积金提取怎么弄啊", "公积金提取"),
            ("你好请问一下停水了怎么办", "停水"),
            ("公积金", "公积金"),
            ("怎么办", "怎么办"),
            ("请问", "请问"),
            ("啊啊啊", "啊啊"),
            ("", ""),
        ] {
            let chars: Vec<char> = query.chars().collect();
            assert_eq!(stripped(&chars).iter().collect::<String>(), expected);
        }
    }
}
