use super::*;
use crate::domain::id::UnitCode;
use jiff::Timestamp;
use uuid::Uuid;

fn person(account: &str, role: Role) -> Person {
    Person {
        account: Account::parse(account).unwrap(),
        name: Line::parse(account).unwrap(),
        roles: vec![role],
        unit: UnitCode::parse("SHUIWU").unwrap(),
        seat: None,
        skills: Vec::new(),
        languages: Vec::new(),
    }
}

fn stamp(person: &Person) -> Stamp {
    person.stamp(Timestamp::UNIX_EPOCH)
}

fn entry(department: &str) -> Entry {
    serde_json::from_value(serde_json::json!({
        "code": "SW-0001", "question": "停水怎么办？", "answer": "拨打热线。", "department": department,
    }))
    .unwrap()
}

fn own() -> Vec<Line> {
    vec![Line::parse("水务局").unwrap()]
}

/// The states with what belongs to them.
fn state(stage: DraftStage, stamp: Stamp) -> DraftState {
    let reason = Line::parse("错字").unwrap();
    match stage {
        DraftStage::Writing => DraftState::Writing,
        DraftStage::InReview => DraftState::InReview { stamp },
        DraftStage::SentBack => DraftState::SentBack { stamp, reason },
        DraftStage::Published => DraftState::Published {
            stamp,
            as_version: 1,
        },
        DraftStage::Dropped => DraftState::Dropped { stamp, reason },
    }
}

fn draft(stage: DraftStage) -> Draft {
    let wang = person("wang", Role::KnowledgeEditor);
    Draft {
        id: DraftId(Uuid::nil()),
        version: 3,
        entry: entry("水务局"),
        based_on: 4,
        origin: Origin::Written,
        made: stamp(&wang),
        writers: vec![wang.account.clone()],
        state: state(stage, stamp(&wang)),
    }
}

/// Every deed in every state by the one who wrote and by a colleague, against the table written out once more.
#[test]
fn the_whole_table() {
    use DraftDeed as D;
    use DraftStage as S;
    let departments = own();
    for stage in S::ALL {
        for deed in D::ALL {
            for (account, role) in [
                ("wang", Role::KnowledgeEditor),
                ("li", Role::KnowledgeEditor),
                ("zhao", Role::Expert),
                ("qian", Role::CallTaker),
                ("sun", Role::Administrator),
            ] {
                let who = person(account, role);
                let writer = Writer {
                    person: &who,
                    departments: &departments,
                };
                let stands = Err(Refusal::DraftStands { stage });
                let expected = match (role, deed, stage) {
                    (Role::CallTaker | Role::Administrator, ..)
                    | (Role::Expert, D::Publish | D::SendBack, _) => Err(Refusal::WrongRole {
                        needs: row(deed).roles.to_vec(),
                    }),
                    (_, D::TakeBack, S::InReview) if account != "wang" => {
                        Err(Refusal::NotYourDraft)
                    }
                    (_, D::Publish | D::SendBack, S::InReview) if account == "wang" => {
                        Err(Refusal::OwnDraft)
                    }
                    (_, D::Save | D::Submit | D::Drop, S::Writing | S::SentBack)
                    | (_, D::TakeBack | D::Publish | D::SendBack, S::InReview) => Ok(()),
                    _ => stands,
                };
                assert_eq!(
                    draft(stage).may(deed, writer),
                    expected,
                    "{account} {deed:?} {stage:?}"
                );
            }
        }
    }
}

#[test]
fn an_expert_writes_for_the_own_department_only() {
    let zhao = person("zhao", Role::Expert);
    let departments = own();
    let writer = Writer {
        person: &zhao,
        departments: &departments,
    };
    let start = |department, current: Option<&Entry>| {
        let new = (DraftId(Uuid::nil()), entry(department), Origin::Expert);
        begin(new, current.map(|entry| (entry, 2)), writer, &stamp(&zhao))
            .map(|draft| draft.based_on)
    };
    let other = Err(Refusal::NotYourDepartment {
        department: Line::parse("公积金中心").unwrap(),
    });
    assert_eq!(start("水务局", None), Ok(0));
    assert_eq!(start("水务局", Some(&entry("水务局"))), Ok(2));
    assert_eq!(start("公积金中心", None), other);
    // Another department's entry is not taken over by naming the own one.
    assert_eq!(start("水务局", Some(&entry("公积金中心"))), other);
    let moved = DraftAction::Save {
        entry: Box::new(entry("公积金中心")),
        submit: false,
    };
    let after = draft(DraftStage::Writing).after(&moved, 4, writer, &stamp(&zhao));
    assert_eq!(after.map(|draft| draft.based_on), other);
}

#[test]
fn whoever_wrote_a_word_does_not_publish_it() {
    let li = person("li", Role::KnowledgeEditor);
    let writer = Writer {
        person: &li,
        departments: &[],
    };
    let save = DraftAction::Save {
        entry: Box::new(Entry {
            code: serde_json::from_value("OTHER-1".into()).unwrap(),
            ..entry("水务局")
        }),
        submit: false,
    };
    let written = draft(DraftStage::SentBack)
        .after(&save, 4, writer, &stamp(&li))
        .unwrap();
    assert_eq!(written.entry.code.as_str(), "SW-0001");
    assert_eq!((written.version, written.writers.len()), (4, 2));
    let given = written
        .after(&DraftAction::Submit, 4, writer, &stamp(&li))
        .unwrap();
    assert_eq!(
        given.after(&DraftAction::Publish, 4, writer, &stamp(&li)),
        Err(Refusal::OwnDraft)
    );
}

#[test]
fn what_is_incomplete_without_reason_or_overtaken_is_refused() {
    let li = person("li", Role::KnowledgeEditor);
    let writer = Writer {
        person: &li,
        departments: &[],
    };
    let missing = |field: &str| {
        Err(Refusal::Missing {
            field: field.to_owned(),
        })
    };
    let run = |draft: Draft, action, current| {
        draft
            .after(&action, current, writer, &stamp(&li))
            .map(|draft| draft.state.stage())
    };
    let blank = || Line::default();
    let mut empty = draft(DraftStage::Writing);
    empty.entry.answer = crate::domain::text::Prose::default();
    assert_eq!(run(empty, DraftAction::Submit, 4), missing("answer"));
    let review = || draft(DraftStage::InReview);
    let back = DraftAction::SendBack { reason: blank() };
    assert_eq!(run(review(), back, 4), missing("reason"));
    let drop = DraftAction::Drop { reason: blank() };
    assert_eq!(run(draft(DraftStage::Writing), drop, 4), missing("reason"));
    assert_eq!(
        run(review(), DraftAction::Publish, 5),
        Err(Refusal::EntryMoved {
            current: 5,
            based_on: 4
        })
    );
    assert_eq!(
        run(review(), DraftAction::Publish, 4),
        Ok(DraftStage::Published)
    );
    assert_eq!(
        retire(true, &Line::lossy("错"), &li),
        Err(Refusal::AlreadyRetired)
    );
    assert_eq!(
        retire(false, &blank(), &li).map(|()| DraftStage::Writing),
        missing("reason")
    );
    assert_eq!(retire(false, &Line::lossy("错"), &li), Ok(()));
}

#[test]
fn an_old_version_comes_back_through_a_second_person() {
    let wang = person("wang", Role::KnowledgeEditor);
    let li = person("li", Role::KnowledgeEditor);
    let by = |person| Writer {
        person,
        departments: &[],
    };
    let old = (DraftId(Uuid::nil()), entry("水务局"), 2);
    let draft = restore(old, 7, by(&wang), &stamp(&wang)).unwrap();
    let publish = |person| draft.after(&DraftAction::Publish, 7, by(person), &stamp(person));
    assert_eq!(publish(&wang), Err(Refusal::OwnDraft));
    let state = DraftState::Published {
        stamp: stamp(&li),
        as_version: 8,
    };
    assert_eq!(publish(&li).map(|draft| draft.state), Ok(state));
}

#[test]
fn a_draft_reads_back_as_written() {
    for stage in DraftStage::ALL {
        let draft = draft(stage);
        let json = serde_json::to_string(&draft).unwrap();
        assert_eq!(serde_json::from_str::<Draft>(&json).unwrap(), draft);
    }
}

#[test]
fn what_is_saved_and_given_in_one_step_has_to_be_complete() {
    let wang = person("wang", Role::KnowledgeEditor);
    let writer = Writer {
        person: &wang,
        departments: &[],
    };
    let mut blank = entry("水务局");
    blank.answer = crate::domain::text::Prose::default();
    let missing = Refusal::Missing {
        field: "answer".to_owned(),
    };
    for (entry, expected) in [
        (entry("水务局"), Ok(DraftStage::InReview)),
        (blank, Err(missing)),
    ] {
        let save = DraftAction::Save {
            entry: Box::new(entry.clone()),
            submit: true,
        };
        let saved = draft(DraftStage::SentBack).after(&save, 4, writer, &stamp(&wang));
        assert_eq!(saved.map(|it| it.state.stage()), expected);
        let begun = begin(
            (DraftId(Uuid::nil()), entry, Origin::Written),
            None,
            writer,
            &stamp(&wang),
        );
        let given = begun.unwrap().given(&stamp(&wang));
        assert_eq!(
            given.map(|it| (it.state.stage(), it.version)),
            expected.map(|it| (it, 1))
        );
    }
}
