//! Thirty entries to search in, written for the tests.

use super::super::*;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::PublishedEntry;
use jiff::civil::{Date, date};
use std::sync::LazyLock;

pub(super) const TODAY: Date = date(2026, 11, 24);

/// Question, a variant, keywords, answer.
pub(super) const ENTRIES: &[(&str, &str, &str, &str)] = &[
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

pub(super) fn entry(at: usize, row: &(&str, &str, &str, &str)) -> PublishedEntry {
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

pub(in crate::search) fn entries() -> Vec<PublishedEntry> {
    ENTRIES
        .iter()
        .enumerate()
        .map(|(at, row)| entry(at, row))
        .collect()
}

pub(super) fn filled(entries: &[PublishedEntry]) -> KnowledgeIndex {
    let mut index = KnowledgeIndex::in_memory().unwrap();
    index.apply(entries).unwrap();
    index.commit("test", 1).unwrap();
    index
}

pub(super) fn ask(text: &str) -> Query {
    Query {
        text: text.to_owned(),
        today: TODAY,
        limit: 10,
    }
}

pub(super) fn code(at: usize) -> EntryCode {
    EntryCode::parse(&format!("KB-{:04}", at + 1)).unwrap()
}

pub(in crate::search) static INDEX: LazyLock<KnowledgeIndex> = LazyLock::new(|| filled(&entries()));
