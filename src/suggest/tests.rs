use super::*;
use crate::domain::directory::{District, Rule, Street, Unit, UnitLevel};
use crate::domain::text::Prose;
use crate::domain::ticket::Place;

fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

fn lines(texts: &str) -> Vec<Line> {
    texts
        .split('|')
        .filter(|text| !text.is_empty())
        .map(line)
        .collect()
}

fn unit(code: &str, name: &str, short: &str, aliases: &str) -> Unit {
    Unit {
        code: UnitCode::parse(code).unwrap(),
        name: line(name),
        short: line(short),
        level: UnitLevel::City,
        district: None,
        parent: None,
        aliases: lines(aliases),
    }
}

fn item(code: &str, path: [&str; 3], aliases: &str, questions: &str) -> Item {
    serde_json::from_value(serde_json::json!({
        "code": code,
        "path": path,
        "aliases": lines(aliases),
        "questions": lines(questions),
        "required": [],
        "clock": "ordinary",
    }))
    .unwrap()
}

fn rule(item: &str, lead: &str) -> Rule {
    Rule {
        item: ItemCode::parse(item).unwrap(),
        kind: None,
        district: None,
        lead: lead.to_owned(),
        co_units: Vec::new(),
        basis: Vec::new(),
    }
}

fn street(code: &str, district: &str, name: &str) -> Street {
    Street {
        code: code.to_owned(),
        district: DistrictCode::parse(district).unwrap(),
        name: line(name),
    }
}

fn district(code: &str, name: &str) -> District {
    District {
        code: DistrictCode::parse(code).unwrap(),
        name: line(name),
    }
}

fn items() -> Vec<Item> {
    vec![
        item(
            "0101",
            ["公用事业", "供水", "停水"],
            "没水|水管没水|家里没水了",
            "楼里几户没水？|有没有停水通知？",
        ),
        item(
            "0102",
            ["公用事业", "供水", "水质异常"],
            "水发黄|水有味|水浑",
            "水是什么颜色？",
        ),
        item(
            "0201",
            ["城市管理", "市容", "路灯不亮"],
            "路灯坏了|路上没灯",
            "灯杆编号是多少？",
        ),
        item(
            "0202",
            ["城市管理", "市容", "占道经营"],
            "摆摊|小贩占路|夜市占道",
            "在什么位置？",
        ),
        item(
            "0301",
            ["公积金", "提取", "公积金提取"],
            "取公积金|公积金取出来|租房提取",
            "是否已经离职？",
        ),
        item(
            "0302",
            ["公积金", "贷款", "公积金贷款"],
            "用公积金买房|公积金贷款额度",
            "是否首套？",
        ),
        item(
            "0401",
            ["劳动就业", "工资", "拖欠工资"],
            "不发工资|欠薪|老板跑了",
            "欠了几个月？",
        ),
    ]
}

fn directory() -> Directory {
    Directory {
        duties: Vec::new(),
        version: 1,
        units: vec![
            unit("SW", "济南水务集团有限公司", "水务集团", "自来水公司"),
            unit("JN-SWJ", "济南市城乡水务局", "市水务局", "水务局"),
            unit("LX-CGJ", "历下区城市管理局", "历下城管局", "城管"),
            unit("TQ-CGJ", "天桥区城市管理局", "天桥城管局", "城管"),
            unit("GJJ", "济南住房公积金中心", "公积金中心", "公积金"),
            unit(
                "JN-RSJ",
                "济南市人力资源和社会保障局",
                "市人社局",
                "人社|劳动局",
            ),
        ],
        items: items(),
        rules: vec![
            rule("0101", "SW"),
            rule("0102", "SW"),
            rule("0201", "{D}-CGJ"),
            rule("0202", "{D}-CGJ"),
            rule("0301", "GJJ"),
            rule("0302", "GJJ"),
            rule("0401", "JN-RSJ"),
        ],
        districts: vec![
            district("LX", "历下区"),
            district("TQ", "天桥区"),
            district("SZ", "市中区"),
        ],
        streets: vec![
            street("370102004", "LX", "泉城路街道"),
            street("370105001", "TQ", "无影山街道"),
            street("370103001", "SZ", "大观园街道"),
        ],
    }
}

fn suggester() -> Suggester {
    Suggester::new(Arc::new(directory()))
}

fn story(text: &str) -> Request {
    Request {
        text: Prose::lossy(text),
        ..Request::default()
    }
}

#[test]
fn a_story_gets_item_kind_place_and_unit() {
    let suggester = suggester();
    for (text, item, kind, district, lead) in [
        (
            "历下区泉城路这边家里没水了",
            "0101",
            Some(Kind::Help),
            Some("LX"),
            Some("SW"),
        ),
        (
            "投诉天桥区无影山这里小贩占路摆摊",
            "0202",
            Some(Kind::Complain),
            Some("TQ"),
            Some("TQ-CGJ"),
        ),
        (
            "請問公積金怎麼取出來",
            "0301",
            Some(Kind::Consult),
            None,
            Some("GJJ"),
        ),
        (
            "大观园门口路灯坏了一个月",
            "0201",
            Some(Kind::Help),
            Some("SZ"),
            None,
        ),
        (
            "老板跑了，两个月不发工资",
            "0401",
            None,
            None,
            Some("JN-RSJ"),
        ),
    ] {
        let found = suggester
            .suggest(&story(text))
            .unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found.item.as_str(), item, "{text}");
        assert_eq!(found.kind, kind, "{text}");
        assert_eq!(
            found.district.as_ref().map(DistrictCode::as_str),
            district,
            "{text}"
        );
        let led = found
            .assignment
            .as_ref()
            .map(|assignment| assignment.lead.as_str());
        if let Some(lead) = lead {
            assert_eq!(led, Some(lead), "{text}");
        }
        assert!(found.confidence > 0 && found.confidence <= 100);
    }
}

#[test]
fn the_words_that_decided_are_the_callers_own() {
    let found = suggester()
        .suggest(&story("昨天开始我家里没水了，一直没来"))
        .unwrap();
    assert_eq!(found.words, ["家里没水了"]);
    let sure = suggester().suggest(&story("停水")).unwrap().confidence;
    let vague = suggester().suggest(&story("公积金")).unwrap().confidence;
    assert!(sure > vague, "{sure} {vague}");
}

#[test]
fn nothing_is_suggested_without_words_for_it() {
    for text in ["", "你好", "喂喂喂能听到吗", "12345", "hello"] {
        assert_eq!(suggester().suggest(&story(text)), None, "{text}");
    }
}

#[test]
fn the_form_s_place_stands_above_the_words() {
    let mut request = story("天桥区的亲戚说泉城路的路灯坏了");
    request.place = Place {
        district: Some(DistrictCode::parse("LX").unwrap()),
        ..Place::default()
    };
    let found = suggester().suggest(&request).unwrap();
    assert_eq!(
        found.district.as_ref().map(DistrictCode::as_str),
        Some("LX")
    );
    assert_eq!(found.street.as_str(), "泉城路街道");
    assert_eq!(found.assignment.unwrap().lead.as_str(), "LX-CGJ");
}

#[test]
fn names_are_looked_up_in_every_way_they_are_typed() {
    let suggester = suggester();
    for (query, code) in [
        ("公积金提取", "0301"),
        ("gjjtq", "0301"),
        ("gongjijinti", "0301"),
        ("公積金贷款", "0302"),
        ("欠薪", "0401"),
        ("tuoqiangongz", "0401"),
        ("ldbl", "0201"),
        ("停水", "0101"),
        ("路灯不亮了", "0201"),
    ] {
        let found = suggester.items(query, 5);
        assert_eq!(
            found.first().map(|choice| choice.code.as_str()),
            Some(code),
            "{query}"
        );
    }
    for (query, code) in [
        ("水务局", "JN-SWJ"),
        ("swj", "JN-SWJ"),
        ("shuiwuju", "JN-SWJ"),
        ("自来水", "SW"),
        ("tqcg", "TQ-CGJ"),
        ("天桥城管", "TQ-CGJ"),
        ("lx城管", "LX-CGJ"),
        ("rsj", "JN-RSJ"),
        ("LX-CGJ", "LX-CGJ"),
    ] {
        let found = suggester.units(query, 5);
        assert_eq!(
            found.first().map(|choice| choice.code.as_str()),
            Some(code),
            "{query}"
        );
    }
    for (query, name) in [
        ("qcl", "泉城路街道"),
        ("无影山", "无影山街道"),
        ("dgy", "大观园街道"),
    ] {
        let found = suggester.streets(query, 5);
        assert_eq!(
            found.first().map(|choice| choice.name.as_str()),
            Some(name),
            "{query}"
        );
    }
    for query in ["", "？", "zzzz", "魑魅"] {
        assert_eq!(suggester.items(query, 5), [], "{query}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}|[a-z公积金停水路灯 ]{0,60}") {
        let suggester = suggester();
        if let Some(found) = suggester.suggest(&story(&text)) {
            proptest::prop_assert!(found.confidence <= 100 && !found.words.is_empty());
            proptest::prop_assert!(found.words.iter().all(|word| text.contains(word)));
        }
        suggester.items(&text, 10);
        suggester.units(&text, 10);
        suggester.streets(&text, 10);
    }
}
