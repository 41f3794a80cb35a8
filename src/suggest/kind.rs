//! Which kind of request a story is, where its words say so.

use crate::domain::ticket::Kind;
use crate::search::text::squeezed;

/// What a caller says who names the kind outright; the first row that fits decides.
const NAMED: &[(Kind, &[&str])] = &[
    (
        Kind::Report,
        &[
            "我要举报",
            "想举报",
            "举报一",
            "实名举报",
            "匿名举报",
            "举报",
        ],
    ),
    (Kind::Complain, &["我要投诉", "想投诉", "投诉一", "投诉"]),
    (
        Kind::Praise,
        &["表扬", "点赞", "送锦旗", "特别感谢", "非常感谢", "感谢一下"],
    ),
    (
        Kind::Suggest,
        &["提个建议", "提一个建议", "建议", "提点意见"],
    ),
    (
        Kind::Consult,
        &["咨询", "请问", "问一下", "问问", "想了解", "想知道"],
    ),
];

/// What gives the kind away where it is not named: signs, and how much each counts.
const SIGNS: &[(Kind, i32, &[&str])] = &[
    (
        Kind::Consult,
        2,
        &[
            "怎么办理",
            "如何办理",
            "怎么申请",
            "如何申请",
            "需要什么",
            "要什么材料",
            "什么条件",
            "什么手续",
            "什么时候能",
            "能不能办",
            "可以办",
            "在哪里办",
            "去哪里办",
            "在哪办",
            "多少钱",
            "是多少",
            "几号",
            "怎么查",
            "怎么交",
            "怎么取",
            "怎么提",
            "有没有政策",
            "什么政策",
            "能报吗",
            "能领吗",
            "可以吗",
            "是不是可以",
            "吗",
        ],
    ),
    (
        Kind::Complain,
        2,
        &[
            "态度差",
            "态度不好",
            "态度恶劣",
            "骂人",
            "不作为",
            "推诿",
            "踢皮球",
            "乱收费",
            "多收",
            "强制",
            "拖着不",
            "拒绝退",
            "不给退",
            "不退",
            "不给解决",
            "霸王条款",
            "欺骗",
            "没人管",
            "不管",
            "拖欠",
            "扰民",
            "太吵",
            "睡不着",
        ],
    ),
    (
        Kind::Report,
        2,
        &[
            "无证",
            "无照",
            "偷排",
            "偷倒",
            "私自",
            "非法",
            "违法",
            "违规",
            "造假",
            "假冒",
            "假货",
            "贪污",
            "受贿",
            "黑诊所",
            "传销",
            "赌博",
            "超载",
        ],
    ),
    (
        Kind::Help,
        2,
        &[
            "报修", "坏了", "不亮", "停水", "没水", "停电", "没电", "不热", "漏水", "漏气", "堵了",
            "爆了", "塌了", "冒水", "掉了", "丢了", "被困", "求助", "帮忙", "帮我", "来修", "派人",
            "救助",
        ],
    ),
];

/// The kind that the words say; `None` when they say none, or two alike.
pub(super) fn of(story: &str) -> Option<Kind> {
    let story = squeezed(story);
    let said = |signs: &[&str]| signs.iter().filter(|sign| story.contains(**sign)).count();
    if let Some((kind, _)) = NAMED.iter().find(|(_, words)| said(words) > 0) {
        return Some(*kind);
    }
    let mut scores: Vec<(i32, Kind)> = SIGNS
        .iter()
        .map(|(kind, weight, signs)| {
            let count = i32::try_from(said(signs)).unwrap_or(i32::MAX);
            (count.saturating_mul(*weight), *kind)
        })
        .collect();
    scores.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    match scores.as_slice() {
        [(best, kind), (next, _), ..] if best > next => Some(*kind),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_the_kind() {
        for (story, kind) in [
            ("请问公积金怎么提取", Some(Kind::Consult)),
            ("异地看病能报吗", Some(Kind::Consult)),
            ("我要投诉物业乱收费", Some(Kind::Complain)),
            ("公交司机态度恶劣还骂人", Some(Kind::Complain)),
            ("举报一家黑诊所", Some(Kind::Report)),
            ("有人晚上偷排污水", Some(Kind::Report)),
            ("家里停水了", Some(Kind::Help)),
            ("路灯坏了，派人来修", Some(Kind::Help)),
            ("建议这个路口加个红绿灯", Some(Kind::Suggest)),
            ("表揚一下公交司機", Some(Kind::Praise)),
            ("喂", None),
        ] {
            assert_eq!(of(story), kind, "{story}");
        }
    }
}
