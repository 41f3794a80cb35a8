//! Words around a question that say nothing about it: 我想问一下…怎么弄啊. They are taken off both ends of
//! a query, never out of its middle, and never so that nothing is left.

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

/// True for a term made of such characters only: by it alone nothing is found.
pub(crate) fn is_empty_talk(term: &str) -> bool {
    term.chars().all(|c| EMPTY.contains(c))
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
