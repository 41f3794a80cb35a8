mod demo;
mod disk;
pub(super) mod entries;

use super::text::cells;
use super::*;
use crate::domain::knowledge::{Audience, Validity};
use entries::*;
use jiff::civil::date;
use proptest::prelude::*;

#[test]
fn every_kind_of_query_finds_its_entry_first() {
    let searcher = INDEX.searcher();
    for (text, question, tier) in [
        ("公积金贷款", "公积金贷款需要什么条件？", Tier::Phrase),
        (
            "我想问一下社保卡不见了怎么弄啊",
            "社会保障卡丢了怎样补办？",
            Tier::Phrase,
        ),
        ("家里没水了", "小区停水了找谁？", Tier::Phrase),
        ("公積金貸款", "公积金贷款需要什么条件？", Tier::Phrase),
        ("孩子上小学报名要啥", "义务教育怎样入学报名？", Tier::Words),
        ("瓦斯泄漏咋处置", "燃气泄漏怎样处置？", Tier::Words),
        ("社保医保", "社保、医保怎样一起缴费？", Tier::Phrase),
        ("gongshangrending", "工伤认定由谁申请？", Tier::Pinyin),
        ("gongshangrend", "工伤认定由谁申请？", Tier::Pinyin),
        ("shengyujintie", "生育津贴怎样申领？", Tier::Pinyin),
        ("ywtb", "一网通办怎样注册？", Tier::Initials),
        ("gjjdk", "公积金贷款需要什么条件？", Tier::Initials),
        ("gjj转移", "住房公积金账户怎样转移？", Tier::Initials),
        ("gongjijin贷款", "公积金贷款需要什么条件？", Tier::Pinyin),
        ("工商认定", "工伤认定由谁申请？", Tier::Homophone),
        ("ETC", "ETC怎样办理注销？", Tier::Phrase),
        ("ｅｔｃ　注销", "ETC怎样办理注销？", Tier::Phrase),
        ("00007023", "用人单位拖欠工资怎样投诉？", Tier::Number),
        ("0531-00001234", "暖气不热怎样报修？", Tier::Number),
        ("7023", "用人单位拖欠工资怎样投诉？", Tier::Number),
        ("kb-0004", "灵活就业人员怎样参加养老保险？", Tier::Number),
        ("银", "银行卡被冻结怎样处理？", Tier::Phrase),
        ("yinhang", "银行卡被冻结怎样处理？", Tier::Pinyin),
    ] {
        let found = searcher.search(&ask(text)).unwrap();
        let first = found
            .hits
            .first()
            .unwrap_or_else(|| panic!("{text}: nothing"));
        assert_eq!(
            (first.question.as_str(), first.tier),
            (question, tier),
            "{text}"
        );
    }
}

#[test]
fn nothing_is_found_for_what_is_not_there() {
    let searcher = INDEX.searcher();
    for text in [
        "",
        "   ",
        "？！",
        "zzzz",
        "\u{1f600}",
        "99998888",
        "魑魅魍魉",
    ] {
        assert_eq!(
            searcher.search(&ask(text)).unwrap(),
            Hits::default(),
            "{text}"
        );
    }
}

#[test]
fn a_hit_carries_what_the_desk_shows() {
    let hits = INDEX
        .searcher()
        .search(&ask("公积金管理中心"))
        .unwrap()
        .hits;
    let first = &hits[0];
    assert_eq!(first.code, code(0));
    assert_eq!((first.version, first.revision), (2, 1));
    assert_eq!(first.department.as_str(), "市示例局");
    assert_eq!(first.validity, Validity::Valid);
    let marked: Vec<&str> = first
        .snippet_marks
        .iter()
        .map(|mark| &first.snippet[mark.clone()])
        .collect();
    assert_eq!(marked, ["公积金管理中心"]);
}

#[test]
fn the_expired_stand_below_all_that_holds() {
    let mut all = entries();
    // More expired ones than a tier takes candidates, all of them better matches.
    for at in 0..60 {
        let mut old = entry(
            100 + at,
            &("公积金贷款", "公积金贷款", "公积金贷款", "公积金贷款"),
        );
        old.entry.valid_until = Some(date(2026, 6, 30));
        all.push(old);
    }
    let hits = filled(&all)
        .searcher()
        .search(&ask("公积金贷款"))
        .unwrap()
        .hits;
    assert_eq!(hits[0].code, code(1));
    let expired: Vec<bool> = hits
        .iter()
        .map(|hit| hit.validity == Validity::Expired)
        .collect();
    assert!(
        expired.is_sorted() && expired.last() == Some(&true),
        "{expired:?}"
    );
}

#[test]
fn filters_in_the_query_narrow_what_is_found() {
    let mut all = entries();
    for (at, published) in all.iter_mut().enumerate() {
        let (department, audience) = if at % 2 == 0 {
            ("市水务局", Audience::Enterprise)
        } else {
            ("市人社局", Audience::Citizen)
        };
        published.entry.department = crate::domain::text::Line::lossy(department);
        published.entry.audience = audience;
    }
    all[0].entry.valid_until = Some(date(2026, 6, 30));
    let index = filled(&all);
    let codes = |text: &str| -> Vec<_> {
        let found = index.searcher().search(&ask(text)).unwrap();
        found.hits.into_iter().map(|hit| hit.code).collect()
    };
    assert!(codes("公积金").contains(&code(1)));
    assert_eq!(codes("公积金 部门:水务 有效:是"), [code(2)]);
    assert_eq!(codes("公积金 dept:水务 valid:no"), [code(0)]);
    assert_eq!(codes("公积金 对象:市民"), [code(1)]);
    assert_eq!(
        codes("部门:水务").len(),
        10,
        "a filter alone lists what it lets through"
    );
    let found = index.searcher().search(&ask("公积金 区域:历下")).unwrap();
    assert_eq!(found.notices, [Notice::Name("区域".to_owned())]);
    assert!(!found.hits.is_empty());
}

#[test]
fn what_has_expired_is_found_among_more_than_a_tier_takes() {
    let mut all = Vec::new();
    // More that hold than a tier takes candidates, all of them better matches. They have no days.
    for at in 0..1_200 {
        all.push(entry(
            at,
            &("公积金贷款", "公积金贷款", "公积金贷款", "公积金贷款"),
        ));
    }
    let day = |at, from, until| {
        let row = (
            "关于住房公积金贷款与提取的若干规定怎样理解？",
            "",
            "",
            "见规定。",
        );
        let mut one = entry(at, &row);
        (one.entry.valid_from, one.entry.valid_until) = (from, until);
        one
    };
    all.push(day(2_000, None, Some(TODAY.yesterday().unwrap())));
    all.push(day(2_001, Some(TODAY.tomorrow().unwrap()), None));
    all.push(day(2_002, Some(TODAY), Some(TODAY)));
    let index = filled(&all);
    let codes = |text: &str| -> Vec<_> {
        let query = Query {
            limit: 50,
            ..ask(text)
        };
        let found = index.searcher().search(&query).unwrap();
        found.hits.into_iter().map(|hit| hit.code).collect()
    };
    assert_eq!(codes("公积金贷款 有效:否"), [code(2_000)]);
    assert_eq!(codes("有效:否"), [code(2_000)]);
    assert_eq!(codes("公积金贷款 有效:是").len(), 50);
    // The last day still holds, the day before the first does not, and what has no day always does.
    assert_eq!(codes("规定 有效:是"), [code(2_002)]);
    assert_eq!(codes("规定").len(), 3);
    // An expired one found as typed is enough: nothing is sought by its sound.
    assert_eq!(codes("归定 有效:否"), [code(2_000)]);
    // No entry has a day at all.
    let without = filled(&entries());
    let found = |text: &str| without.searcher().search(&ask(text)).unwrap().hits;
    assert!(found("公积金 有效:否").is_empty());
    assert!(!found("公积金 有效:是").is_empty());
}

#[test]
fn what_is_typed_short_is_found_first() {
    let mut all = demo::demo();
    let mine = entry(9_999, &("公积金怎么提取", "", "", "凭身份证到柜台办理。"));
    let code = mine.entry.code.clone();
    all.push(mine);
    let index = filled(&all);
    for text in [
        "gjjtq",
        "gjj提取",
        "gjj tq",
        "gongjijin提取",
        "公积金tq",
        "公积金提取",
        "公积金如何提取",
    ] {
        let hits = index.searcher().search(&ask(text)).unwrap().hits;
        let first = hits.first().map(|hit| hit.code.clone());
        let found: Vec<_> = hits
            .iter()
            .map(|hit| (hit.question.as_str(), hit.tier, hit.score))
            .collect();
        assert_eq!(first, Some(code.clone()), "{text}: {found:#?}");
        let marks = hits[0].question_marks.iter();
        let marked: Vec<&str> = marks
            .map(|mark| &hits[0].question.as_str()[mark.clone()])
            .collect();
        assert_eq!(marked, ["公积金", "提取"], "{text}");
    }
}

#[test]
fn a_filter_takes_a_value_with_signs() {
    let mut all = entries();
    all[0].entry.category = crate::domain::text::Line::lossy("it/network");
    all[1].entry.category = crate::domain::text::Line::lossy("住房/公积金");
    let index = filled(&all);
    for (text, at) in [
        ("cat:it/network", 0),
        ("cat:IT／Network", 0),
        ("类别:住房/公積金", 1),
        ("类别:房/公积", 1),
    ] {
        let hits = index.searcher().search(&ask(text)).unwrap().hits;
        let codes: Vec<_> = hits.into_iter().map(|hit| hit.code).collect();
        assert_eq!(codes, [code(at)], "{text}");
    }
}

#[test]
fn words_that_no_entry_has_take_no_other_words_place() {
    let index = filled(&[
        entry(0, &("水表检定", "", "", "见答复。")),
        entry(1, &("水表更换申请", "", "", "见答复。")),
    ]);
    let foreign: String = ('\u{9000}'..'\u{9028}').collect();
    let hits = index
        .searcher()
        .search(&ask(&format!("水表更换{foreign}")))
        .unwrap()
        .hits;
    let codes: Vec<_> = hits.iter().map(|hit| hit.code.clone()).collect();
    assert_eq!(codes, [code(1), code(0)], "{hits:?}");
    assert!(hits[0].score > hits[1].score && hits[1].score > 0.0);
}

#[test]
fn everyday_words_find_entries_in_official_words() {
    for (text, question) in [
        ("被辞退", "失业保险金怎样申领？"),
        ("瓦斯", "燃气泄漏怎样处置？"),
        ("半夜施工", "夜间施工噪声怎样举报？"),
    ] {
        let list = Synonyms::default()
            .with("被辞退\t失业保险\n瓦斯\t燃气泄漏\n半夜施工\t夜间施工\n")
            .unwrap();
        let searcher = INDEX.searcher().with_synonyms(list.into());
        let found = searcher.search(&ask(text)).unwrap();
        assert_eq!(found.hits[0].question.as_str(), question, "{text}");
        assert!(!found.hits[0].question_marks.is_empty(), "{text}");
    }
    let none = INDEX.searcher().with_synonyms(Synonyms::default().into());
    assert_eq!(none.search(&ask("瓦斯")).unwrap().hits, []);
}

#[test]
fn a_long_query_is_answered() {
    let searcher = INDEX.searcher();
    for text in [
        "公积金".repeat(20_000),
        "gongjijin".repeat(20_000),
        "a\u{301}".repeat(50_000),
        "行".repeat(9_000),
        "1 ".repeat(9_000),
    ] {
        searcher.search(&ask(&text)).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_answered_with_marks_on_boundaries(text in "\\PC{0,80}|[a-z ]{0,80}|[公积金提取社保医工伤、。 a-z0-9]{0,40}", limit in 0usize..100) {
        let found = INDEX.searcher().search(&Query { text, today: TODAY, limit }).unwrap();
        prop_assert!(found.hits.len() <= limit.clamp(1, 50) && found.total >= found.hits.len());
        for hit in &found.hits {
            for (text, marks) in [(hit.question.as_str(), &hit.question_marks), (hit.snippet.as_str(), &hit.snippet_marks)] {
                prop_assert!(marks.iter().all(|mark| mark.start < mark.end && text.get(mark.clone()).is_some()));
                prop_assert!(marks.windows(2).all(|two| two[0].end < two[1].start));
            }
        }
        let better: Vec<bool> = found.hits.iter().map(|hit| hit.validity == Validity::Expired).collect();
        prop_assert!(better.is_sorted());
    }

    #[test]
    fn a_piece_of_a_question_finds_it(at in 0..ENTRIES.len(), from in any::<prop::sample::Index>(), len in 4usize..12) {
        let question = ENTRIES[at].0;
        let cells = cells(question);
        let from = from.index(cells.len() - 3);
        let piece: String = cells.iter().skip(from).take(len).map(|cell| &question[cell.start..cell.end]).collect();
        let found = INDEX.searcher().search(&ask(&piece)).unwrap();
        prop_assert!(found.hits.iter().any(|hit| hit.code == code(at)), "{}", piece);
    }

    #[test]
    fn any_unicode_of_any_length_is_answered(text in any::<String>(), times in 1usize..400) {
        prop_assert!(INDEX.searcher().search(&ask(&text.repeat(times))).is_ok());
    }

    #[test]
    fn of_a_megabyte_only_the_head_is_read(text in "\\PC{1,40}|[公积金 提取:：a-z]{1,40}|部门:[公积金a-z]{1,40}") {
        let long = text.repeat(1_000_000 / text.len() + 1);
        let head: String = long.chars().take(256).collect();
        let searcher = INDEX.searcher();
        prop_assert_eq!(searcher.search(&ask(&long)).unwrap(), searcher.search(&ask(&head)).unwrap());
        prop_assert_eq!(has_filters(&long), has_filters(&head));
    }
}
