//! Uses of the knowledge, articles that change, and the year's figures, over the wire.

use super::drafts::published;
use crate::support::{Client, Server};
use hotline::protocol::error::ApiError;
use serde_json::{Value, json};

const FIRST: &str = "0191d0a0-0000-7000-8000-00000000001a";
const SECOND: &str = "0191d0a0-0000-7000-8000-00000000001b";
const LAW: &str = "0191d0a0-0000-7000-8000-00000000001c";

fn entry(answer: &str) -> Value {
    json!({"code": "SW-1", "question": "停水怎么办？", "answer": answer,
        "basis": [{"law": "城市供水条例", "article": "第三条"}]})
}

async fn people(server: &Server) -> [Client; 3] {
    [
        server.client("ding", None).await,
        server.client("lin", None).await,
        server.client("wang", Some("0117")).await,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_call_things_and_look_for_in_vain_comes_to_the_editors_without_a_person_in_it()
{
    let server = Server::start().await;
    let [ding, lin, wang] = people(&server).await;
    published(&ding, &lin, FIRST, entry("拨打热线。")).await;
    let used = |query: &str, deed: &str| json!({"query": query, "code": "SW-1", "deed": deed});
    let report = json!({"uses": [
        used("没自来了", "opened"), used("没自来了", "answered"), used("13912345678", "opened"),
        used("停水", "opened"), used("停水", "opened"), used("", "opened"),
        {"query": "热气球", "code": null, "deed": "missed"},
        {"query": "370102199001011234", "code": null, "deed": "missed"},
    ]});
    for _ in 0..2 {
        let counted = wang
            .post_once("/api/knowledge/uses", &report, "uses")
            .await
            .good();
        assert_eq!(counted, json!({"uses": 7}), "a number tells of a person");
    }
    let sums = wang
        .get("/api/knowledge/uses?days=90&code=SW-1")
        .await
        .good();
    let expected = json!({"entries": [{"code": "SW-1", "opened": 5, "answered": 1}]});
    assert_eq!(sums, expected, "the repeated report is counted once");
    let learnt = ding.get("/api/knowledge/wordings").await.good();
    let learnt = learnt["wordings"].as_array().unwrap();
    assert_eq!(
        learnt.len(),
        1,
        "what the entry says is not to be learnt: {learnt:?}"
    );
    assert_eq!(
        (&learnt[0]["words"], &learnt[0]["times"]),
        (&json!("没自来了"), &json!(2))
    );
    let gaps = ding.get("/api/knowledge/gaps").await.good();
    assert_eq!(gaps["gaps"][0]["title"], "热气球");
    assert_eq!(
        (&gaps["gaps"][0]["count"], &gaps["gaps"][0]["tickets"]),
        (&json!(1), &json!([]))
    );
    let none = json!({"uses": []});
    let error = wang.post("/api/knowledge/uses", &none).await.bad();
    assert!(matches!(error, ApiError::Invalid { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_article_flags_what_stands_on_it_until_a_new_version_holds() {
    let server = Server::start().await;
    let [ding, lin, _] = people(&server).await;
    published(&ding, &lin, FIRST, entry("拨打热线。")).await;
    for (law, article, flagged) in [
        ("城市供水条例", "第九条", 0),
        ("供水条例", "", 0),
        ("《城市供水条例》", "第三条", 1),
    ] {
        let id = if flagged == 1 {
            LAW.to_owned()
        } else {
            uuid::Uuid::now_v7().to_string()
        };
        let change = json!({"id": id, "law": law, "article": article, "note": "时限缩短"});
        ding.post("/api/knowledge/law-changes", &change)
            .await
            .good();
        let list = ding.get("/api/knowledge/flagged").await.good();
        assert_eq!(
            list["entries"].as_array().unwrap().len(),
            flagged,
            "{law} {article}"
        );
    }
    let list = ding.get("/api/knowledge/flagged").await.good();
    assert_eq!(list["entries"][0]["change"]["note"], "时限缩短");
    let new =
        json!({"id": SECOND, "entry": entry("三小时内修好。"), "based_on": 1, "submit": true});
    let begun = ding.post("/api/knowledge/drafts", &new).await.good();
    assert_eq!(begun["stage"], "in_review", "begun and given in one step");
    let publish = json!({"version": 1, "do": "publish"});
    let path = format!("/api/knowledge/drafts/{SECOND}/actions");
    lin.post(&path, &publish).await.good();
    let list = ding.get("/api/knowledge/flagged").await.good();
    assert_eq!(
        list["entries"],
        json!([]),
        "the new version was made after the change"
    );
    let year = ding.get("/api/knowledge/figures").await.good();
    let seen = [
        "entries",
        "changes",
        "added",
        "retired",
        "accepted",
        "closed_directly",
    ];
    let seen = seen.map(|name| year[name].as_u64().unwrap());
    assert_eq!(seen, [1, 2, 1, 0, 0, 0]);
    let past = ding.get("/api/knowledge/figures?year=2001").await.good();
    assert_eq!(past["changes"], 0);
}
