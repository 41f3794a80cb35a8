//! The editors' day: lists, form, review, versions, corrections; and what the scripted world says to it.

use super::world::*;
use crate::desk::entry;
use crate::desk::keymap::Place;
use crate::desk::popup::{Dialog, DialogFor};
use crate::desk::ports::{Outgoing, PortError};
use crate::desk::screens::draft::Target;
use crate::desk::screens::knowledge::Tab;
use crate::domain::id::{
    Account, CorrectionId, DraftId, EntryCode, LawChangeId, TicketId, UnitCode,
};
use crate::domain::knowledge::{
    Correction, Deed, Draft, DraftAction, DraftState, Entry, Gap, LawChange, Origin, PublishedEntry,
};
use crate::domain::lifecycle::Refusal;
use crate::domain::role::{Actor, Role, Stamp};
use crate::domain::text::Prose;
use crate::protocol::draft::{
    EntryVersion, Expiring, ExpiringEntry, Flagged, FlaggedEntry, Gaps, Wording, Wordings,
    YearFigures,
};
use crate::protocol::editors::{EditorsAsk, EditorsGot, EditorsWrite};
use crate::protocol::error::ApiError;
use crate::protocol::page::Page;
use crate::protocol::uses::{EntryUse, EntryUses};
use crate::words::Lang;
use proptest::prelude::*;

fn stamp(account: &str) -> Stamp {
    let by = Actor {
        account: Account::parse(account).unwrap(),
        seat: None,
        unit: UnitCode::parse("HOTLINE").unwrap(),
    };
    Stamp {
        by,
        at: at("2026-11-23T02:00:00Z"),
    }
}

/// An entry that expires.
pub fn expiring(n: usize) -> ExpiringEntry {
    let entry = entry_of(n);
    ExpiringEntry {
        department: entry.department,
        until: jiff::civil::date(2026, 11, 28),
        code: entry.code,
        version: 6,
        question: entry.question,
    }
}

fn entry_of(n: usize) -> Entry {
    super::world::entry(n).entry
}

/// Drafts of a colleague (`clerk-sw`) and of one's own (`wang`).
pub fn drafts() -> Vec<Draft> {
    let draft = |n: usize, account: &str, state: DraftState| {
        let mut entry = entry_of(n);
        entry.answer = Prose::parse("您好,停水通知提前一天发布。").unwrap();
        entry.telephone = line("0531-12319");
        Draft {
            id: DraftId(id(700 + n as u128)),
            version: 3,
            entry,
            based_on: 6,
            origin: Origin::Written,
            made: stamp(account),
            writers: vec![Account::parse(account).unwrap()],
            state,
        }
    };
    let given = |account| DraftState::InReview {
        stamp: stamp(account),
    };
    let back = DraftState::SentBack {
        stamp: stamp("clerk-sw"),
        reason: line("缺少依据"),
    };
    vec![
        draft(0, "clerk-sw", given("clerk-sw")),
        draft(1, "wang", given("wang")),
        draft(2, "wang", back),
    ]
}

fn versions() -> Vec<EntryVersion> {
    let version = |number: u64, retired: bool| {
        let mut published: PublishedEntry = super::world::entry(0);
        published.version = number;
        published.retired = retired;
        if number == 5 {
            published.entry.answer = Prose::parse("您好,请拨打供水热线。").unwrap();
            published.entry.steps = Vec::new();
        }
        EntryVersion {
            entry: published,
            by: Account::parse("clerk-sw").unwrap(),
            at: at("2026-10-23T02:00:00Z"),
            draft: None,
            reason: String::new(),
        }
    };
    vec![version(6, false), version(5, false)]
}

/// What the server says to the editors.
#[allow(clippy::too_many_lines, reason = "one arm a question")]
pub fn answered(ask: EditorsAsk) -> EditorsGot {
    let next = None;
    match ask {
        EditorsAsk::Drafts(filter) => {
            let review = filter.scope == crate::protocol::draft::DraftScope::ToReview;
            let wanted = |it: &Draft| !review || matches!(it.state, DraftState::InReview { .. });
            let items = drafts().into_iter().filter(wanted).collect();
            EditorsGot::Drafts(Page { items, next })
        }
        EditorsAsk::Draft(id) => {
            let draft = drafts().into_iter().find(|it| it.id == id).unwrap();
            EditorsGot::Draft(Box::new(draft))
        }
        EditorsAsk::Versions(_) => EditorsGot::Versions(Page {
            items: versions(),
            next,
        }),
        EditorsAsk::Changes(_) => EditorsGot::Changes(Page {
            items: versions(),
            next,
        }),
        EditorsAsk::Corrections(_) => {
            let correction = Correction {
                id: CorrectionId(id(800)),
                version: 1,
                code: entry_of(0).code,
                entry_version: 6,
                question: entry_of(0).question,
                note: line("热线电话已经换了"),
                made: stamp("clerk-sw"),
                settled: None,
            };
            let items = vec![correction];
            EditorsGot::Corrections(Page { items, next })
        }
        EditorsAsk::Gaps(_) => EditorsGot::Gaps(Gaps {
            gaps: vec![Gap {
                title: line("公租房续租要什么材料"),
                item: None,
                count: 4,
                last: at("2026-11-23T02:00:00Z"),
                tickets: vec![TicketId(id(17))],
            }],
            looked_at: 40,
            cut: false,
        }),
        EditorsAsk::Flagged(_) => EditorsGot::Flagged(Flagged {
            entries: vec![FlaggedEntry {
                code: entry_of(0).code,
                version: 6,
                department: line("水务局"),
                question: entry_of(0).question,
                change: LawChange {
                    id: LawChangeId(id(801)),
                    law: line("济南市城市供水条例"),
                    article: line("第三十四条"),
                    note: line("时限改为 12 小时"),
                    made: stamp("clerk-sw"),
                },
            }],
        }),
        EditorsAsk::Wordings(_) => EditorsGot::Wordings(Wordings {
            wordings: vec![Wording {
                words: line("没水了"),
                code: entry_of(0).code,
                version: 6,
                question: entry_of(0).question,
                times: 7,
            }],
        }),
        EditorsAsk::Uses(filter) => EditorsGot::Uses(EntryUses {
            entries: vec![EntryUse {
                code: filter.code.unwrap(),
                opened: 40,
                answered: 12,
            }],
        }),
        EditorsAsk::Figures(_) => EditorsGot::Figures(YearFigures {
            year: 2026,
            changes: 5_120,
            entries: 4_454,
            added: 300,
            retired: 20,
            accepted: 1_000,
            closed_directly: 703,
        }),
        EditorsAsk::Expiring(_) => EditorsGot::Expiring(Expiring {
            entries: vec![expiring(0), expiring(1)],
        }),
    }
}

/// An editor's desk on the lists.
fn editor(lang: Lang, size: (u16, u16)) -> Desk {
    let mut desk = Desk::new(lang, size);
    desk.roles = vec![Role::KnowledgeEditor];
    desk.sign_in();
    assert_eq!(desk.state.place, Place::Knowledge);
    desk
}

fn on(tab: Tab) -> Desk {
    let mut desk = editor(Lang::ZhCn, (80, 24));
    while desk.state.knowledge.kept.tab != tab {
        desk.keys("f5");
    }
    desk
}

fn edits(desk: &Desk) -> Vec<&EditorsWrite> {
    let edits = desk.sent.iter().filter_map(|it| match it {
        Outgoing::Knowledge(edit) => Some(edit.as_ref()),
        _ => None,
    });
    edits.collect()
}

#[test]
fn a_new_entry_is_written_by_keys_and_given_for_review() {
    let mut desk = editor(Lang::ZhCn, (80, 24));
    desk.keys("f6");
    desk.text("公租房怎么续租？");
    desk.keys("tab");
    desk.text("公租房到期怎么办\n廉租房续期");
    desk.keys("tab");
    desk.text("您好，到期前三个月申请。");
    desk.keys("tab");
    desk.text("公租房管理办法＃第十八条");
    // 主管部门 is found by its initials.
    desk.keys("tab tab tab tab tab tab tab");
    desk.text("sw");
    desk.keys("enter tab tab");
    desk.text("2027/03/31");
    desk.keys("tab tab");
    desk.text("2");
    assert!(desk.sent.is_empty());
    desk.keys("f9 1");
    let [EditorsWrite::Begin { draft }] = edits(&desk)[..] else {
        panic!("{:?}", desk.frame());
    };
    assert!(draft.submit && draft.based_on == 0);
    let entry = &draft.entry;
    assert_eq!(entry.question.as_str(), "公租房怎么续租？");
    assert_eq!(
        entry.variants,
        [line("公租房到期怎么办"), line("廉租房续期")]
    );
    assert_eq!(entry.answer.as_str(), "您好，到期前三个月申请。");
    assert_eq!(entry.basis[0].article.as_str(), "第十八条");
    assert_eq!(entry.department.as_str(), "济南市水务局");
    assert_eq!(entry.valid_until, Some(jiff::civil::date(2027, 3, 31)));
    assert!(entry.public);
    assert_eq!(desk.state.place, Place::Knowledge);
    assert!(desk.state.shelf.is_empty(), "the server has it");
}

#[test]
fn what_is_missing_or_wrong_is_said_at_its_field_and_nothing_is_sent() {
    let mut desk = editor(Lang::ZhCn, (80, 24));
    desk.keys("f6");
    desk.text("公租房怎么续租？");
    desk.keys("f9 1");
    assert!(desk.frame().contains("口播答复: "), "{}", desk.frame());
    desk.text("您好。");
    while desk.state.draft.form.as_ref().unwrap().at != 13 {
        desk.keys("tab");
    }
    desk.text("明年");
    desk.keys("f9 2");
    assert!(
        desk.frame().contains("失效日期: 日期写成"),
        "{}",
        desk.frame()
    );
    assert!(desk.sent.is_empty());
}

#[test]
fn an_unfinished_entry_comes_back_after_esc_after_a_refusal_and_after_a_crash() {
    let mut desk = on(Tab::Writing);
    desk.keys("enter");
    assert_eq!(desk.state.place, Place::Draft);
    desk.keys("tab");
    desk.text("半句");
    desk.keys("esc");
    assert_eq!(desk.state.place, Place::Knowledge);
    desk.keys("enter");
    assert!(desk.frame().contains("半句"), "{}", desk.frame());
    desk.refuse = Some(PortError::Api(ApiError::Stale {
        what: "draft".to_owned(),
        current: 4,
        sent: 3,
    }));
    desk.keys("f9 2");
    assert!(desk.state.draft.form.is_none());
    desk.keys("esc enter");
    assert!(desk.frame().contains("半句"), "{}", desk.frame());
    let before = desk.frame();
    let mut again = Desk::new(Lang::ZhCn, (80, 24));
    again.roles = vec![Role::KnowledgeEditor];
    again.remembered = desk.records.clone();
    again.sign_in();
    assert_eq!(again.frame(), before);
}

#[test]
fn a_colleague_s_draft_is_published_and_one_s_own_is_not() {
    let mut desk = on(Tab::Review);
    desk.keys("enter");
    assert_eq!(desk.state.place, Place::Versions);
    desk.keys("f9 1 enter");
    let [EditorsWrite::Act { id: draft, change }] = edits(&desk)[..] else {
        panic!("{}", desk.frame());
    };
    assert_eq!((draft.0, change.version), (id(700), 3));
    assert_eq!(change.action, DraftAction::Publish);
    let mut desk = on(Tab::Review);
    desk.keys("down enter ctrl-l");
    desk.text("publish_draft");
    desk.keys("enter");
    assert!(desk.sent.is_empty());
    assert!(
        desk.frame().contains("请另一位编审处理"),
        "{}",
        desk.frame()
    );
}

#[test]
fn sending_back_and_taking_out_need_their_reason() {
    let mut desk = on(Tab::Review);
    desk.keys("enter f9 2 enter");
    assert!(desk.sent.is_empty(), "{}", desk.frame());
    desk.text("电话不对");
    desk.keys("enter");
    let reason = line("电话不对");
    let [EditorsWrite::Act { change, .. }] = edits(&desk)[..] else {
        panic!("{}", desk.frame());
    };
    assert_eq!(change.action, DraftAction::SendBack { reason });
    let mut desk = on(Tab::Expiring);
    desk.keys("enter ctrl-l");
    desk.text("retire_entry");
    desk.keys("enter");
    desk.text("政策已废止");
    desk.keys("enter");
    let [EditorsWrite::Retire { retire, .. }] = edits(&desk)[..] else {
        panic!("{}", desk.frame());
    };
    assert_eq!((retire.version, retire.reason.as_str()), (6, "政策已废止"));
}

#[test]
fn an_older_version_is_restored_while_it_is_looked_at() {
    let mut desk = on(Tab::Changes);
    desk.keys("enter ctrl-l");
    desk.text("restore_entry");
    desk.keys("enter");
    assert!(desk.sent.is_empty(), "the newest holds already");
    desk.keys("left ctrl-l");
    desk.text("restore_entry");
    desk.keys("enter enter");
    let [EditorsWrite::Restore { restore, .. }] = edits(&desk)[..] else {
        panic!("{}", desk.frame());
    };
    assert_eq!((restore.version, restore.current), (5, 6));
}

#[test]
fn a_version_that_is_looked_at_stays_when_a_newer_one_comes() {
    let mut desk = on(Tab::Changes);
    desk.keys("enter left");
    let shown = |desk: &Desk| desk.state.versions.shown().unwrap().entry.version;
    assert_eq!(shown(&desk), 5);
    let mut newer = desk.state.versions.versions[0].clone();
    newer.entry.version = 7;
    desk.state.versions.versions.insert(0, newer);
    assert_eq!(shown(&desk), 5);
    // Whoever looks at the newest goes on looking at the newest.
    desk.keys("right right");
    assert_eq!(shown(&desk), 7);
    let mut newer = desk.state.versions.versions[0].clone();
    newer.entry.version = 8;
    desk.state.versions.versions.insert(0, newer);
    assert_eq!(shown(&desk), 8);
}

#[test]
fn a_seat_says_with_one_key_that_an_answer_is_wrong() {
    let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
    desk.ring();
    desk.keys("f3");
    desk.text("停水");
    desk.keys("alt-j");
    desk.text("电话换了");
    desk.keys("enter");
    let [EditorsWrite::Correct { correction }] = edits(&desk)[..] else {
        panic!("{}", desk.frame());
    };
    assert_eq!(correction.code.as_str(), "SW-0000");
    assert_eq!(
        (correction.entry_version, correction.note.as_str()),
        (6, "电话换了")
    );
    assert_eq!(desk.state.call.form.text.text(), "停水", "the call goes on");
    // What editors do is not for a seat.
    desk.keys("alt-r");
    assert_eq!(desk.state.place, Place::Call);
    desk.keys("ctrl-b");
    assert_eq!(desk.state.place, Place::Call);
    assert!(
        desk.frame().contains("只有知识编审和专家能做"),
        "{}",
        desk.frame()
    );
}

#[test]
fn a_correction_becomes_a_revision_and_is_settled() {
    let mut desk = on(Tab::Corrections);
    desk.keys("alt-r");
    let target = desk.state.draft.target().unwrap();
    assert_eq!((target.based_on, target.version), (6, 0));
    assert_eq!(
        target.origin,
        Origin::Correction {
            id: CorrectionId(id(800))
        }
    );
    desk.keys("esc esc f9");
    desk.text("2");
    desk.keys("enter");
    assert!(
        matches!(edits(&desk)[..], [EditorsWrite::Settle { .. }]),
        "{}",
        desk.frame()
    );
}

#[test]
fn a_gap_a_call_and_an_answer_become_drafts() {
    let mut desk = on(Tab::Gaps);
    desk.keys("enter");
    let target = desk.state.draft.target().unwrap();
    assert_eq!(
        target.origin,
        Origin::Gap {
            ticket: TicketId(id(17))
        }
    );
    assert!(
        desk.frame().contains("公租房续租要什么材料"),
        "{}",
        desk.frame()
    );
    let mut desk = Desk::new(Lang::ZhCn, (80, 24));
    desk.roles = vec![Role::Expert];
    desk.sign_in();
    desk.ring();
    desk.keys("f3");
    desk.text("停水通知提前几天");
    desk.keys("alt-d");
    assert_eq!(desk.state.draft.target().unwrap().origin, Origin::Expert);
    assert!(
        desk.frame().contains("停水通知提前几天"),
        "{}",
        desk.frame()
    );
    desk.keys("esc");
    assert_eq!(desk.state.place, Place::Call, "back where it began");
    desk.keys("alt-r");
    assert_eq!(desk.state.draft.target().unwrap().based_on, 6);
}

#[test]
fn a_refusal_names_the_rule() {
    let mut desk = on(Tab::Review);
    let refusal = Refusal::EntryMoved {
        current: 7,
        based_on: 6,
    };
    desk.refuse = Some(PortError::Api(ApiError::Refused { refusal }));
    desk.keys("enter f9 1 enter");
    assert!(
        desk.frame().contains("条目现已是第 7 版"),
        "{}",
        desk.frame()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// What is put into the form and taken out again is the entry.
    #[test]
    fn an_entry_goes_through_the_form_as_it_is(
        parts in prop::collection::vec("[一-龥a-z（]{1,6}", 14),
        steps in prop::collection::vec("[一-龥a-z]{1,6}(\n[一-龥]{1,6}){0,2}", 0..4),
        audience in 0_usize..3,
        public in any::<bool>(),
    ) {
        let desk = editor(Lang::ZhCn, (80, 24));
        let audience = ["citizen", "enterprise", "both"][audience];
        let value = serde_json::json!({
            "code": "SW-1", "question": parts[0], "variants": [parts[1], parts[2]], "keywords": [parts[3]],
            "answer": parts[4], "steps": steps, "materials": [parts[5]], "time_limit": parts[6],
            "telephone": parts[7], "place": parts[8], "fee": parts[9], "department": parts[10],
            "category": parts[11], "audience": audience,
            "basis": [{"law": parts[12], "article": "第三条"}, {"law": parts[13], "article": ""}],
            "valid_from": "2026-01-01", "valid_until": null, "marked": "", "public": public,
        });
        let entry: Entry = serde_json::from_value(value).unwrap();
        let target = Target {
            draft: DraftId(id(1)),
            version: 0,
            code: entry.code.clone(),
            based_on: 0,
            origin: Origin::Written,
        };
        let fields = entry::fields(&desk.state, &entry);
        let form = Dialog::new(DialogFor::Entry { target }, String::new(), fields);
        let code = EntryCode::parse("SW-1").unwrap();
        let read = entry::typed(&desk.state, &form, code).map_err(|wrong| wrong.why);
        prop_assert_eq!(read, Ok(entry));
    }
}

#[test]
fn the_lists_the_form_and_two_versions() {
    for tab in Tab::ALL {
        let name = format!("knowledge-{}", format!("{tab:?}").to_lowercase());
        super::screens::everywhere(&name, |lang, size| {
            let mut desk = editor(lang, size);
            while desk.state.knowledge.kept.tab != tab {
                desk.keys("tab");
            }
            desk
        });
    }
    super::screens::everywhere("knowledge-form", |lang, size| {
        let mut desk = editor(lang, size);
        desk.keys("enter tab tab");
        desk.text("您好");
        desk
    });
    super::screens::everywhere("knowledge-draft", |lang, size| {
        let mut desk = editor(lang, size);
        desk.keys("f5 enter");
        desk
    });
    super::screens::everywhere("knowledge-publish", |lang, size| {
        let mut desk = editor(lang, size);
        desk.keys("f5 enter f9 1");
        desk
    });
    super::screens::everywhere("knowledge-versions", |lang, size| {
        let mut desk = editor(lang, size);
        desk.keys("tab tab tab tab tab tab tab enter");
        desk
    });
    super::screens::everywhere("call-correct", |lang, size| {
        let mut desk = Desk::signed_in(lang, size);
        desk.ring();
        desk.keys("f3");
        desk.text("停水");
        desk.keys("alt-j");
        desk
    });
}

#[test]
fn words_that_people_use_go_into_the_entry_that_they_led_to() {
    let mut desk = on(Tab::Wordings);
    desk.keys("enter");
    assert_eq!(desk.state.draft.target().unwrap().based_on, 6);
    let form = desk.state.draft.form.as_ref().unwrap();
    assert_eq!(form.text("variants"), "没水了");
}

#[test]
fn a_changed_article_is_noted_and_what_stands_on_it_is_revised() {
    let mut desk = on(Tab::Flagged);
    assert!(desk.frame().contains("第三十四条"), "{}", desk.frame());
    desk.keys("ctrl-l");
    desk.text("law_changed");
    desk.keys("enter f9");
    assert!(desk.sent.is_empty(), "a law has a name");
    desk.text("济南市城市供水条例");
    desk.keys("f9");
    assert!(
        matches!(edits(&desk)[..], [EditorsWrite::LawChanged { .. }]),
        "{}",
        desk.frame()
    );
    desk.keys("alt-r");
    assert_eq!(desk.state.draft.target().unwrap().based_on, 6);
}

#[test]
fn what_is_opened_answered_and_searched_in_vain_is_told_without_a_word_of_the_caller() {
    let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
    desk.ring();
    desk.keys("f3");
    desk.text("我叫张某 13912345678 家里停水");
    // Opened by the story: its words are not told.
    desk.keys("f5 enter esc esc f5");
    // In vain.
    desk.text("热气球");
    desk.keys("esc f5");
    desk.text("停水");
    desk.keys("enter f5");
    let [EditorsWrite::Report { report }] = edits(&desk)[..] else {
        panic!("{} {}", edits(&desk).len(), desk.frame());
    };
    let seen: Vec<_> = report
        .uses
        .iter()
        .map(|it| {
            (
                it.query.as_str(),
                it.code.as_ref().map(EntryCode::as_str),
                it.deed,
            )
        })
        .collect();
    let first = Some("SW-0000");
    assert_eq!(
        seen,
        [
            ("", first, Deed::Opened),
            ("热气球", None, Deed::Missed),
            ("停水", first, Deed::Opened),
            ("停水", first, Deed::Answered),
        ]
    );
    assert!(desk.state.uses.is_empty());
}
