use super::text::cells;
use super::*;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::{PublishedEntry, Validity};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use std::sync::LazyLock;

const TODAY: Date = date(2026, 11, 24);

/// Question, a variant, keywords, answer.
const ENTRIES: &[(&str, &str, &str, &str)] = &[
    (
        "怎样提取住房公积金？",
        "公积金怎么取出来",
        "公积金 提取 租房",
        "可以。您带身份证到公积金管理中心窗口办理，也可以在网上申请提取。",
    ),
    (
        "公积金贷款需要什么条件？",
        "拿公积金买房行不行",
        "公积金 贷款",
        "连续足额缴存的职工可以申请住房公积金个人住房贷款。",
    ),
    (
        "住房公积金账户怎样转移？",
        "换城市公积金咋弄",
        "公积金 转移",
        "您在转入地申请异地转移接续即可，不用回原来的城市。",
    ),
    (
        "灵活就业人员怎样参加养老保险？",
        "没单位自己交社保",
        "社保 养老保险 灵活就业",
        "您可以以个人身份参加职工基本养老保险。",
    ),
    (
        "社会保障卡丢了怎样补办？",
        "社保卡不见了",
        "社保卡 挂失 补卡",
        "请先挂失，再到银行网点或者社保卡服务窗口补办。",
    ),
    (
        "工伤认定由谁申请？",
        "上班受伤算不算",
        "工伤 认定",
        "用人单位应当自事故伤害发生之日起三十日内提出工伤认定申请。",
    ),
    (
        "失业保险金怎样申领？",
        "被辞了能不能领钱",
        "失业 保险金",
        "您可以到参保地的公共就业服务机构申领失业保险金。",
    ),
    (
        "医保异地就医怎样备案？",
        "在外地看病能报吗",
        "医保 异地就医 备案",
        "出发前在网上备案，外地住院可以直接结算。",
    ),
    (
        "生育津贴怎样申领？",
        "生孩子的钱怎么领",
        "生育 津贴 医保",
        "由用人单位向医疗保障经办机构申请。",
    ),
    (
        "新生儿怎样参加居民医保？",
        "刚出生的孩子上医保",
        "新生儿 医保",
        "出生后办理户口登记，再参加居民基本医疗保险。",
    ),
    (
        "户口迁移需要哪些材料？",
        "迁户口带什么",
        "户口 迁移 户籍",
        "请带居民户口簿、身份证和迁移的证明材料到派出所。",
    ),
    (
        "居民身份证丢失怎样补领？",
        "身份证丢了",
        "身份证 补领",
        "您到就近的派出所申请补领，不用回户籍地。",
    ),
    (
        "机动车号牌丢了怎样补领？",
        "车牌掉了",
        "车牌 补领 车管所",
        "向车辆管理所申请补领号牌。",
    ),
    (
        "ETC怎样办理注销？",
        "不想用etc了",
        "ETC 注销",
        "您联系发行机构，结清费用以后注销。",
    ),
    (
        "电动自行车怎样上牌？",
        "电瓶车上牌照",
        "电动车 上牌",
        "带购车发票和身份证到登记点办理。",
    ),
    (
        "小区停水了找谁？",
        "家里没水了",
        "停水 供水",
        "先看有没有停水通知，没有的话由供水企业上门检查。",
    ),
    (
        "自来水水质发黄怎么处理？",
        "水龙头的水是黄的",
        "水质 自来水",
        "先放几分钟水，仍旧发黄就请供水企业检测。",
    ),
    (
        "暖气不热怎样报修？",
        "家里暖气片冰凉",
        "供热 暖气 温度",
        "请联系供热企业上门测温，电话0531-00001234。",
    ),
    (
        "燃气泄漏怎样处置？",
        "闻到煤气味",
        "燃气 泄漏",
        "马上关阀开窗，到室外打电话，不要开关电器。",
    ),
    (
        "一网通办怎样注册？",
        "爱山东怎么登录",
        "一网通办 注册 app",
        "下载手机应用，实名认证以后就能注册。",
    ),
    (
        "物业费可以不交吗？",
        "物业不干活能不交钱不",
        "物业费 物业",
        "服务有瑕疵不等于可以不交，可以要求物业改正。",
    ),
    (
        "业主大会怎样成立？",
        "想成立业委会",
        "业主大会 业委会",
        "由业主向街道办事处提出申请。",
    ),
    (
        "义务教育怎样入学报名？",
        "孩子上小学怎么报名",
        "入学 报名 小学",
        "按照公布的时间在平台上登记。",
    ),
    (
        "用人单位拖欠工资怎样投诉？",
        "老板不发工资",
        "拖欠工资 劳动监察",
        "您可以向劳动保障监察机构投诉。",
    ),
    (
        "网上买到假货怎样维权？",
        "淘宝买到假的",
        "消费 维权 假货",
        "保留凭证，可以向市场监管部门投诉。",
    ),
    (
        "夜间施工噪声怎样举报？",
        "工地半夜还在干活",
        "噪声 施工 扰民",
        "请说明工地的位置和时间，由主管部门检查。",
    ),
    (
        "路灯不亮向谁反映？",
        "路上黑灯瞎火",
        "路灯 照明",
        "请告诉我灯杆编号或者附近的门牌。",
    ),
    (
        "企业怎样申请稳岗返还？",
        "公司稳岗补贴",
        "稳岗 企业",
        "符合条件的企业由经办机构核定后发放。",
    ),
    (
        "社保、医保怎样一起缴费？",
        "两样一块交",
        "缴费",
        "可以在税务部门的渠道一并缴纳。",
    ),
    (
        "银行卡被冻结怎样处理？",
        "卡用不了",
        "银行卡 冻结",
        "请先向开户银行询问冻结的机关。",
    ),
];

fn entry(at: usize, row: &(&str, &str, &str, &str)) -> PublishedEntry {
    let (question, variant, keywords, answer) = row;
    serde_json::from_value(serde_json::json!({
        "code": format!("KB-{:04}", at + 1),
        "question": question,
        "variants": [variant],
        "keywords": keywords.split(' ').collect::<Vec<_>>(),
        "answer": answer,
        "telephone": format!("0531-0000{:04}", 7000 + at),
        "department": "市示例局",
        "version": 2,
        "revision": at + 1,
    }))
    .unwrap()
}

fn entries() -> Vec<PublishedEntry> {
    ENTRIES
        .iter()
        .enumerate()
        .map(|(at, row)| entry(at, row))
        .collect()
}

fn filled(entries: &[PublishedEntry]) -> KnowledgeIndex {
    let mut index = KnowledgeIndex::in_memory().unwrap();
    index.apply(entries).unwrap();
    index.commit("test", 1).unwrap();
    index
}

fn ask(text: &str) -> Query {
    Query {
        text: text.to_owned(),
        today: TODAY,
        limit: 10,
    }
}

fn code(at: usize) -> EntryCode {
    EntryCode::parse(&format!("KB-{:04}", at + 1)).unwrap()
}

static INDEX: LazyLock<KnowledgeIndex> = LazyLock::new(|| filled(&entries()));

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
fn a_changed_entry_takes_the_place_of_the_old_and_a_retired_one_leaves() {
    let mut index = filled(&entries());
    let searcher = index.searcher();
    let mut changed = entry(
        3,
        &(
            "怎样领取高温津贴？",
            "天热有没有钱",
            "高温津贴",
            "由用人单位发放。",
        ),
    );
    changed.version = 3;
    let mut retired = entry(5, &ENTRIES[5]);
    retired.retired = true;
    index.apply(&[changed, retired]).unwrap();
    assert_ne!(
        searcher.search(&ask("高温津贴")).unwrap().hits[0].version,
        3,
        "not before the commit"
    );
    index.commit("test", 40).unwrap();
    assert_eq!(
        searcher.search(&ask("高温津贴")).unwrap().hits[0].version,
        3
    );
    let hits = searcher.search(&ask("灵活就业人员")).unwrap().hits;
    assert!(
        hits.iter().all(|hit| hit.tier == Tier::Words),
        "the old words are gone"
    );
    assert_eq!(searcher.entry(&code(5)).unwrap(), None);
    assert_eq!(
        searcher.entry(&code(4)).unwrap(),
        Some(entry(4, &ENTRIES[4]))
    );
    assert_eq!(
        (index.len(), index.revision()),
        (ENTRIES.len() as u64 - 1, 40)
    );
}

#[test]
fn base_and_revision_come_back_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(
        KnowledgeIndex::open(dir.path()),
        Err(SearchError::Missing { .. })
    ));
    let mut index = KnowledgeIndex::create(dir.path()).unwrap();
    assert_eq!((index.revision(), index.base()), (0, String::new()));
    index.apply(&entries()).unwrap();
    index.commit("jn", 30).unwrap();
    let reading = KnowledgeIndex::open(dir.path()).unwrap();
    assert_eq!(
        (reading.revision(), reading.base().as_str(), reading.len()),
        (30, "jn", 30)
    );

    index.reset().unwrap();
    index.apply(&entries()[..2]).unwrap();
    index.commit("other", 2).unwrap();
    assert_eq!(
        reading.revision(),
        30,
        "a reader sees a commit when it reloads"
    );
    reading.reload().unwrap();
    assert_eq!(
        (reading.revision(), reading.base().as_str(), reading.len()),
        (2, "other", 2)
    );
}

#[test]
fn only_one_process_writes() {
    let dir = tempfile::tempdir().unwrap();
    let mut holder = KnowledgeIndex::create(dir.path()).unwrap();
    holder.apply(&entries()).unwrap();
    holder.commit("jn", 30).unwrap();
    let mut other = KnowledgeIndex::open(dir.path()).unwrap();
    assert!(matches!(
        other.apply(&entries()),
        Err(SearchError::Busy { .. })
    ));
    drop(holder);
    other.apply(&entries()).unwrap();
}

#[test]
fn damage_is_told_and_an_index_can_be_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let mut index = KnowledgeIndex::create(dir.path()).unwrap();
    index.apply(&entries()).unwrap();
    index.commit("jn", 30).unwrap();
    drop(index);
    std::fs::write(dir.path().join("kb.lock"), "kept").unwrap();
    let whole: Vec<_> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| {
            path.extension().is_some_and(|kind| {
                ["store", "pos", "idx", "term", "fast"]
                    .iter()
                    .any(|k| kind == *k)
            }) || path.ends_with("meta.json")
        })
        .collect();
    assert!(whole.len() >= 5, "{whole:?}");
    for path in whole {
        let bytes = std::fs::read(&path).unwrap();
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 3] ^= 0xff;
        for broken in [&flipped[..], &bytes[..bytes.len() / 2], &[]] {
            std::fs::write(&path, broken).unwrap();
            let opened = KnowledgeIndex::open(dir.path());
            assert!(
                matches!(
                    opened,
                    Err(SearchError::Damaged { .. } | SearchError::OtherSchema { .. })
                ),
                "{}: {opened:?}",
                path.display()
            );
        }
        std::fs::write(&path, bytes).unwrap();
        KnowledgeIndex::open(dir.path()).unwrap();
    }
    std::fs::write(dir.path().join("meta.json"), "").unwrap();
    let mut anew = KnowledgeIndex::create(dir.path()).unwrap();
    assert!(anew.is_empty());
    anew.apply(&entries()).unwrap();
    anew.commit("jn", 30).unwrap();
    assert_eq!(
        std::fs::read_to_string(dir.path().join("kb.lock")).unwrap(),
        "kept"
    );
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
    fn a_piece_of_a_question_finds_it(at in 0..ENTRIES.len(), from in 0usize..20, len in 4usize..12) {
        let question = ENTRIES[at].0;
        let cells = cells(question);
        let piece: String = cells.iter().skip(from).take(len).map(|cell| &question[cell.start..cell.end]).collect();
        prop_assume!(piece.chars().count() >= 4);
        let found = INDEX.searcher().search(&ask(&piece)).unwrap();
        prop_assert!(found.hits.iter().any(|hit| hit.code == code(at)), "{piece}");
    }
}
