//! What goes on beside the states, over the wire: extensions, staged answers, co-units, returns and their ruling.

use crate::support::{Client, Server, a_ticket};
use hotline::domain::lifecycle::Refusal;
use hotline::protocol::error::ApiError;
use serde_json::{Value, json};

async fn refused(client: &Client, view: &Value, action: Value) -> Refusal {
    match client.act(view, action).await.bad() {
        ApiError::Refused { refusal } => refusal,
        other => panic!("{other}"),
    }
}

fn may(view: &Value, action: &str) -> bool {
    view["may"].as_array().unwrap().contains(&json!(action))
}

/// A ticket that is in the hands of `HB`.
async fn in_hand(server: &Server) -> Value {
    let wang = server.client("wang", None).await;
    let zhou = server.client("zhou", None).await;
    let new = a_ticket(Some("NOISE"), json!([{"do": "submit"}]));
    let view = wang.post("/api/tickets", &new).await.good();
    zhou.act(&view, json!({"do": "sign"})).await.good()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_is_asked_for_by_the_unit_and_decided_by_the_hotline() {
    let server = Server::start().await;
    let (zhao, zhou) = (
        server.client("zhao", None).await,
        server.client("zhou", None).await,
    );
    let view = in_hand(&server).await;
    let extend = json!({"do": "extend", "working_days": 3, "reason": "等配件"});
    assert_eq!(
        refused(&zhao, &view, extend.clone()).await,
        Refusal::NotAsked
    );
    let ask = json!({"do": "ask_extension", "working_days": 3, "reason": "等配件"});
    let view = zhou.act(&view, ask).await.good();
    let no = json!({"do": "refuse_extension", "reason": "材料本市有售"});
    let view = zhao.act(&view, no).await.good();
    let decided = &view["ticket"]["work"]["extension"]["decided"];
    assert_eq!(decided["granted"], json!(false));
    let before = view["ticket"]["unit_due"]["due"].clone();
    let ask = json!({"do": "ask_extension", "working_days": 2, "reason": "等配件"});
    let view = zhou.act(&view, ask).await.good();
    let view = zhao.act(&view, extend).await.good();
    assert_ne!(view["ticket"]["unit_due"]["due"], before);
    assert!(!may(&view, "extend"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_staged_answer_is_followed_up_until_the_final_one() {
    let server = Server::start().await;
    let (zhao, zhou) = (
        server.client("zhao", None).await,
        server.client("zhou", None).await,
    );
    let view = in_hand(&server).await;
    let now = server.core.now();
    let until = hotline::domain::clock::civil_day(now).saturating_add(jiff::Span::new().days(40));
    let staged = json!({"do": "stage_answer", "until": until,
        "ground": {"ground": "measures", "measures": "先设临时隔音板"},
        "contact": {"contact": "reached", "at": now}});
    let view = zhou.act(&view, staged).await.good();
    let view = zhao.act(&view, json!({"do": "agree_stage"})).await.good();
    let due = hotline::domain::clock::day_end(until);
    assert_eq!(view["ticket"]["unit_due"]["due"], json!(due));
    // In the unit's list it is due by the agreed day, not by the 5 days that the staged answer kept.
    let list = zhou.get("/api/tickets?scope=to_do").await.good();
    assert_eq!(list["items"][0]["due"]["due"], json!(due), "{list}");
    let answer = json!({"do": "answer", "facts_true": true, "solved": true, "why_not": "",
        "account": "已建声屏障", "public_answer": "声屏障已建成",
        "contact": {"contact": "reached", "at": now}});
    let view = zhou.act(&view, answer).await.good();
    assert_eq!(view["ticket"]["state"]["stage"], json!("answered"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lead_waits_for_a_co_unit() {
    let server = Server::start().await;
    let (zhao, zhou, sun) = (
        server.client("zhao", None).await,
        server.client("zhou", None).await,
        server.client("sun", None).await,
    );
    let view = in_hand(&server).await;
    let ask = json!({"do": "ask_co_units", "co_units": ["CG"], "reason": "涉及市容"});
    let view = zhou.act(&view, ask).await.good();
    let add = json!({"do": "add_co_units", "co_units": ["CG"], "reason": "涉及市容"});
    let view = zhao.act(&view, add).await.good();
    assert!(!may(&view, "answer"));
    let answer = json!({"do": "answer", "facts_true": true, "solved": true, "why_not": "",
        "account": "已检测", "public_answer": "已检测",
        "contact": {"contact": "reached", "at": server.core.now()}});
    let open = refused(&zhou, &view, answer.clone()).await;
    assert!(matches!(open, Refusal::CoUnitsOpen { .. }), "{open}");
    let report = json!({"do": "report_co", "account": "已清理占道"});
    let view = sun.act(&view, report).await.good();
    let view = zhou.act(&view, answer).await.good();
    assert_eq!(
        view["ticket"]["work"]["co"][0]["done"]["done"],
        json!("reported")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_return_is_ruled_on_by_the_joint_meeting() {
    let server = Server::start().await;
    let (zhao, zhou, sun) = (
        server.client("zhao", None).await,
        server.client("zhou", None).await,
        server.client("sun", None).await,
    );
    let view = in_hand(&server).await;
    let back =
        json!({"do": "ask_return", "reason": "not_our_duty", "basis": "三定", "proposed": "CG"});
    let reject = json!({"do": "reject_return", "reason": "先行办理"});
    let view = zhou.act(&view, back.clone()).await.good();
    let view = zhao.act(&view, reject.clone()).await.good();
    let view = zhou.act(&view, back.clone()).await.good();
    let pack = zhao.get("/api/returns").await.good();
    assert_eq!(
        pack["by_reason"],
        json!([{"of": "not_our_duty", "count": 1}])
    );
    assert_eq!(pack["by_unit"], json!([{"of": "HB", "count": 1}]));
    let case = &pack["cases"][0];
    assert_eq!((&case["nth"], &case["proposed"]), (&json!(2), &json!("CG")));
    assert_eq!(
        (&case["outcome"], &pack["total"]),
        (&json!("waiting"), &json!(1))
    );
    // The day's: both returns, each with what became of it.
    let day = hotline::domain::clock::civil_day(server.core.now());
    let of_day = zhao.get(&format!("/api/returns?day={day}")).await.good();
    assert_eq!(of_day["total"], json!(2));
    let outcomes: Vec<&Value> = of_day["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| &case["outcome"])
        .collect();
    assert_eq!(outcomes, [&json!("rejected"), &json!("waiting")]);
    let before = zhao.get("/api/returns?day=2020-01-01").await.good();
    assert_eq!(before["total"], json!(0));
    for short in [json!({"do": "accept_return"}), reject] {
        assert_eq!(refused(&zhao, &view, short).await, Refusal::NeedsRuling);
    }
    let rule = |participants: Value| {
        json!({"do": "rule", "lead": "CG", "co_units": [],
        "basis": "编办意见", "participants": participants})
    };
    let nobody = refused(&zhao, &view, rule(json!([]))).await;
    assert!(matches!(nobody, Refusal::Missing { .. }), "{nobody}");
    let met = json!([{"unit": "HB", "opinion": "属城管", "number": "编办函〔2026〕12号", "day": "2026-11-20"}]);
    let view = zhao.act(&view, rule(met)).await.good();
    assert_eq!(view["ticket"]["state"]["stage"], json!("dispatched"));
    let view = sun
        .get(&format!(
            "/api/tickets/{}",
            view["ticket"]["id"].as_str().unwrap()
        ))
        .await
        .good();
    assert_eq!(refused(&sun, &view, back).await, Refusal::RulingBinds);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hotline_answers_each_child_from_the_main_ticket() {
    let server = Server::start().await;
    let (wang, zhao, zhou) = (
        server.client("wang", None).await,
        server.client("zhao", None).await,
        server.client("zhou", None).await,
    );
    let main = in_hand(&server).await;
    let main_id = main["ticket"]["id"].as_str().unwrap().to_owned();
    let mut new = a_ticket(None, json!([{"do": "submit"}]));
    new["request"]["asked"] = json!("修路灯；赔偿");
    let child = wang.post("/api/tickets", &new).await.good();
    let id = child["ticket"]["id"].as_str().unwrap().to_owned();
    let merge = json!({"do": "merge", "main": main_id});
    let child = zhao.act(&child, merge).await.good();
    let list = zhao
        .get(&format!("/api/tickets/{main_id}/children"))
        .await
        .good();
    assert_eq!(list["items"][0]["id"], json!(id), "{list}");
    let draft = format!("/api/tickets/{id}/child-draft");
    let early = zhao.get(&draft).await.bad();
    assert!(matches!(early, ApiError::Refused { .. }), "{early}");
    let answer = json!({"do": "answer", "facts_true": true, "solved": true, "why_not": "",
        "account": "已更换灯具", "public_answer": "路灯已修好",
        "contact": {"contact": "reached", "at": server.core.now()}});
    let main = zhou.act(&main, answer).await.good();
    zhao.act(&main, json!({"do": "approve"})).await.good();
    let draft = zhao.get(&draft).await.good();
    assert_eq!(draft["public_answer"], json!("路灯已修好"));
    assert_eq!(draft["points"], json!(["修路灯", "赔偿"]));
    let confirm = |points: Value| json!({"do": "answer_child", "public_answer": "路灯已修好", "points": points});
    let one = json!([{"asked": "修路灯", "answer": "已更换"}]);
    let open = refused(&zhao, &child, confirm(one)).await;
    assert!(matches!(open, Refusal::PointsOpen { .. }), "{open}");
    let both = json!([{"asked": "修路灯", "answer": "已更换"}, {"asked": "赔偿", "answer": "请走司法途径"}]);
    let child = zhao.act(&child, confirm(both)).await.good();
    assert_eq!(child["ticket"]["state"]["stage"], json!("to_call_back"));
    // The unit sees the main ticket and not the child.
    assert!(matches!(
        zhou.get(&format!("/api/tickets/{id}")).await.bad(),
        ApiError::NotFound { .. }
    ));
}
