//! Who gets in where: every operation of the OpenAPI document for nobody and for a person of each role alone, and
//! every sight of a ticket for whoever may not see it. An operation without a row here fails.

use crate::support::{Client, NAME, NUMBER, PASSWORD, Server, a_request, a_ticket};
use hotline::domain::role::{Person, Role};
use hotline::protocol::person::NewPerson;
use hotline::server::service::{Who, people};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CALLS: &[&str] = &["call_taker", "enterprise_seat", "expert"];
const CALLBACKS: &[&str] = &[
    "call_taker",
    "enterprise_seat",
    "expert",
    "callback_clerk",
    "shift_leader",
];
const LEADERS: &[&str] = &["supervisor", "shift_leader", "auditor"];
const WRITERS: &[&str] = &["knowledge_editor", "expert"];
/// Those who read answers to callers, and who listen to them.
const READERS: &[&str] = &[
    "call_taker",
    "enterprise_seat",
    "expert",
    "callback_clerk",
    "shift_leader",
    "quality",
    "knowledge_editor",
];
const ID: &str = "0191d0a0-0000-7000-8000-00000000000f";

/// Who may.
#[derive(Clone, Copy)]
enum May {
    /// Without signing in.
    Anyone,
    /// Whoever has signed in.
    Signed,
    /// A person of one of these roles.
    Roles(&'static [&'static str]),
}
use May::{Anyone, Roles, Signed};

/// Rights by operation: those of the table of roles in `docs/domain.md`. What a person gets to see inside a list that
/// all may ask for is tried below.
fn rights() -> BTreeMap<(&'static str, &'static str), (May, Value)> {
    let entry = json!({"code": "M-1", "question": "停水怎么办？", "answer": "拨打供水热线。", "department": "水务局"});
    let nobody = Value::Null;
    let person = json!({"account": "neu", "name": "新人 (示例)", "roles": ["call_taker"], "unit": "HOTLINE", "seat": null, "password": PASSWORD});
    [
        (("GET", "/api/calendar"), (Signed, nobody.clone())),
        (("POST", "/api/calendar"), (Roles(&["administrator"]), json!({"days": []}))),
        (("GET", "/api/callbacks"), (Roles(CALLBACKS), nobody.clone())),
        (("POST", "/api/callbacks"), (Roles(CALLBACKS), json!({"id": ID, "ticket": null, "call": null, "number": "05311234567", "due": "2026-11-25T01:00:00Z", "owner": null}))),
        (("POST", "/api/callbacks/{id}/actions"), (Signed, json!({"version": 1, "do": "cancel", "reason": "不用了"}))),
        (("GET", "/api/calls/{id}"), (Signed, nobody.clone())),
        (("POST", "/api/calls/{id}/report"), (Signed, json!({"phase": "ended"}))),
        (("GET", "/api/consults"), (Signed, nobody.clone())),
        (("POST", "/api/consults"), (Roles(CALLS), json!({"id": ID, "department": "CG", "call": null, "ticket": null, "number": null, "question": "归谁管", "request": a_request(None)}))),
        (("GET", "/api/directory"), (Signed, nobody.clone())),
        (("POST", "/api/directory"), (Roles(&["dispatcher", "administrator"]), crate::support::a_directory("城管局"))),
        (("GET", "/api/figures"), (Roles(LEADERS), nobody.clone())),
        (("GET", "/api/figures/own"), (Roles(CALLS), nobody.clone())),
        (("GET", "/api/figures/{figure}/behind"), (Roles(LEADERS), nobody.clone())),
        (("POST", "/api/directory/check"), (Roles(&["dispatcher", "administrator"]), crate::support::a_directory("城管局"))),
        (("GET", "/api/directory/cases"), (Roles(&["dispatcher", "administrator", "return_reviewer", "supervisor", "establishment_office"]), nobody.clone())),
        (("GET", "/api/knowledge/changes"), (Roles(&["knowledge_editor", "expert", "auditor"]), nobody.clone())),
        (("GET", "/api/knowledge/corrections"), (Roles(WRITERS), nobody.clone())),
        (("GET", "/api/knowledge/delta"), (Signed, nobody.clone())),
        (("GET", "/api/knowledge/drafts"), (Roles(WRITERS), nobody.clone())),
        (("POST", "/api/knowledge/drafts"), (Roles(WRITERS), json!({"id": ID, "entry": entry, "based_on": 0, "origin": {"from": "written"}}))),
        (("GET", "/api/knowledge/entries/{code}/versions"), (Roles(WRITERS), nobody.clone())),
        (("GET", "/api/knowledge/expiring"), (Roles(WRITERS), nobody.clone())),
        (("GET", "/api/knowledge/gaps"), (Roles(WRITERS), nobody.clone())),
        (("POST", "/api/knowledge/import"), (Roles(&["knowledge_editor", "administrator"]), json!({"entries": []}))),
        (("GET", "/api/knowledge/vectors"), (Signed, nobody.clone())),
        (("GET", "/api/knowledge/uses"), (Signed, nobody.clone())),
        (("POST", "/api/knowledge/uses"), (Roles(READERS), json!({"uses": [{"query": "停水", "code": null, "deed": "missed"}]}))),
        (("GET", "/api/knowledge/wordings"), (Roles(WRITERS), nobody.clone())),
        (("GET", "/api/knowledge/flagged"), (Roles(WRITERS), nobody.clone())),
        (("POST", "/api/knowledge/law-changes"), (Roles(&["knowledge_editor"]), json!({"id": ID, "law": "供水条例"}))),
        (("GET", "/api/knowledge/figures"), (Roles(&["knowledge_editor", "expert", "auditor"]), nobody.clone())),
        (("POST", "/api/numbers/lease"), (Roles(CALLS), json!({"count": 1}))),
        (("GET", "/api/outages"), (Signed, nobody.clone())),
        (("POST", "/api/outages"), (Roles(&["dispatcher", "shift_leader", "administrator"]), json!({"outages": [{"id": ID, "kind": "water", "planned": true, "text": "检修", "department": "水务集团", "from": "2026-11-24T00:00:00Z"}]}))),
        (("GET", "/api/people"), (Signed, nobody.clone())),
        (("POST", "/api/people"), (Roles(&["administrator"]), person)),
        (("GET", "/api/practice/scenarios"), (Signed, nobody.clone())),
        (("GET", "/api/practice/runs"), (Signed, nobody.clone())),
        (("POST", "/api/practice/runs"), (Signed, json!({"scenario": "CG-101"}))),
        (("GET", "/api/practice/report"), (Signed, nobody.clone())),
        (("GET", "/api/queue"), (Signed, nobody.clone())),
        (("GET", "/api/returns"), (Roles(&["return_reviewer", "supervisor", "establishment_office"]), nobody.clone())),
        (("GET", "/api/seat"), (Signed, nobody.clone())),
        (("GET", "/api/seats"), (Signed, nobody.clone())),
        (("GET", "/api/session"), (Signed, nobody.clone())),
        (("GET", "/api/tickets"), (Signed, nobody.clone())),
        (("POST", "/api/tickets"), (Roles(CALLS), a_ticket(None, json!([])))),
        (("GET", "/healthz"), (Anyone, nobody.clone())),
        (("GET", "/metrics"), (Anyone, nobody.clone())),
        (("GET", "/api/openapi.json"), (Anyone, nobody.clone())),
        (("GET", "/public/kb"), (Anyone, nobody)),
    ]
    .into_iter()
    .collect()
}

/// Operations on one thing that must first be there: who sees it is tried with real ones below, and in the tests of
/// their own mechanisms.
const OF_ONE_THING: &[(&str, &str)] = &[
    ("POST", "/api/callbacks/{id}/actions"),
    ("GET", "/api/calls/{id}"),
    ("POST", "/api/calls/{id}/report"),
    ("POST", "/api/consults/{id}/actions"),
    ("GET", "/api/knowledge/drafts/{id}"),
    ("POST", "/api/knowledge/drafts/{id}/actions"),
    ("POST", "/api/knowledge/corrections"),
    ("POST", "/api/knowledge/corrections/{id}/settle"),
    ("GET", "/api/knowledge/entries/{code}"),
    ("GET", "/api/knowledge/entries/{code}/versions"),
    ("POST", "/api/knowledge/entries/{code}/restore"),
    ("POST", "/api/knowledge/entries/{code}/retire"),
    ("GET", "/api/practice/runs/{id}"),
    ("GET", "/api/practice/runs/{id}/hint"),
    ("POST", "/api/practice/runs/{id}/actions"),
    ("POST", "/api/seat/state"),
    ("GET", "/api/events"),
    ("POST", "/api/session"),
    ("DELETE", "/api/session"),
    ("POST", "/api/simulated/dial"),
    ("GET", "/api/simulated/legs/{call}"),
    ("POST", "/api/simulated/legs/{call}"),
    ("GET", "/api/tickets/by-number/{number}"),
    ("GET", "/api/tickets/{id}"),
    ("POST", "/api/tickets/{id}/actions"),
    ("GET", "/api/tickets/{id}/child-draft"),
    ("GET", "/api/tickets/{id}/children"),
    ("GET", "/api/tickets/{id}/history"),
    ("GET", "/public/kb/style.css"),
    ("GET", "/public/kb/{code}"),
];

/// A person of one role, in a unit.
async fn sign_up(server: &Server, account: &str, role: &str, unit: &str) -> Client {
    let person: Person = serde_json::from_value(json!({"account": account, "name": "某人 (示例)",
        "roles": [role], "unit": unit, "seat": null}))
    .unwrap();
    let password = PASSWORD.to_owned();
    let system = Who::system().unwrap();
    people::add(&server.core, &system, NewPerson { person, password })
        .await
        .unwrap();
    server.client(account, None).await
}

/// Does an operation and tells the status.
async fn status(client: &Client, method: &str, path: &str, body: &Value) -> u16 {
    let path = path
        .replace("{id}", ID)
        .replace("{call}", ID)
        .replace("{code}", "M-1")
        .replace("{figure}", "direct")
        .replace("{number}", "JN-20261124-000001");
    match method {
        "GET" => client.get(&path).await.status,
        "DELETE" => client.delete(&path).await.status,
        _ => client.post(&path, body).await.status,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_operation_lets_in_the_roles_of_the_table_and_nobody_else() {
    let server = Server::start().await;
    let stranger = server.stranger();
    let document = stranger.get("/api/openapi.json").await.good();
    let rights = rights();
    let mut clients = Vec::new();
    for role in Role::ALL {
        let account = format!("only-{}", role.name().replace('_', "-"));
        clients.push((
            role.name(),
            sign_up(&server, &account, role.name(), "HOTLINE").await,
        ));
    }
    let mut wrong = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            let row = rights.get(&(method.as_str(), path.as_str()));
            let of_one = OF_ONE_THING.contains(&(method.as_str(), path.as_str()));
            if row.is_none() && !of_one {
                wrong.push(format!("{method} {path} has no row here"));
                continue;
            }
            let open = of_one
                && (path.starts_with("/public") || (method == "POST" && path == "/api/session"));
            let unknown = (if open { Anyone } else { Signed }, json!({}));
            let (may, body) = row.unwrap_or(&unknown);
            let got = status(&stranger, &method, path, body).await;
            if (got == 401) == matches!(may, Anyone) && !(open && got == 422) {
                wrong.push(format!("{method} {path}: nobody gets {got}"));
            }
            let Roles(allowed) = may else { continue };
            for (role, client) in &clients {
                let got = status(client, &method, path, body).await;
                let refused = got == 403;
                if refused == allowed.contains(role) || got == 401 || got >= 500 {
                    wrong.push(format!("{method} {path}: {role} gets {got}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Tickets of the kinds that matter: ordinary at `CG`; a complaint against `CG`, at `HB`; a confidential one at `CG`.
async fn tickets(server: &Server) -> [(&'static str, Value); 3] {
    let (taker, dispatcher) = (
        server.client("wang", Some("0117")).await,
        server.client("zhao", None).await,
    );
    let mut all = Vec::new();
    for (what, lead) in [
        ("ordinary", "CG"),
        ("against CG", "HB"),
        ("confidential", "CG"),
    ] {
        let mut ticket = a_ticket(None, json!([{"do": "submit"}]));
        let mut request = a_request(None);
        request["title"] = json!(format!("矩阵试验{what}"));
        if what == "against CG" {
            request["accused"] = json!("CG");
            request["kind"] = json!("complain");
        }
        request["caller"]["confidential"] = json!(what == "confidential");
        ticket["request"] = request;
        let view = taker.post("/api/tickets", &ticket).await.good();
        let view = dispatcher
            .act(&view, json!({"do": "dispatch", "lead": lead, "co_units": [], "directory_version": 1, "basis": "三定"}))
            .await
            .good();
        all.push((what, view));
    }
    all.try_into().unwrap()
}

/// What a person may see of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// Nothing: not even that it is there.
    None,
    /// All but who called.
    Masked,
    /// With the caller's name and number.
    Whole,
}

/// Who looks, and what they see of each ticket in the order of [`tickets`]: Art. 10, 16, 32 and the table of roles.
const SIGHTS: [(&str, [Sight; 3]); 13] = {
    use Sight::{Masked, None, Whole};
    [
        ("wang", [Whole, Whole, Whole]),
        ("li", [Masked, Masked, Masked]),
        ("zhao", [Masked, Masked, Masked]),
        ("sun", [Whole, None, Masked]),
        ("zhou", [None, Whole, None]),
        ("hui", [Masked, Masked, Masked]),
        ("ding", [None, None, None]),
        ("root", [None, None, None]),
        ("quality", [Masked, Masked, Masked]),
        ("auditor", [Masked, Masked, Masked]),
        ("trainer", [None, None, None]),
        ("discipline_reader", [None, None, None]),
        ("establishment_office", [None, None, None]),
    ]
};

/// What somebody sees of a ticket by all ways to it; fails when the ways do not agree.
async fn sight(client: &Client, view: &Value) -> Sight {
    let ticket = &view["ticket"];
    let (id, number) = (
        ticket["id"].as_str().unwrap(),
        ticket["number"].as_str().unwrap(),
    );
    let mut texts = Vec::new();
    for path in [
        format!("/api/tickets/{id}"),
        format!("/api/tickets/by-number/{number}"),
        format!("/api/tickets/{id}/history"),
    ] {
        let got = client.get(&path).await;
        assert!(matches!(got.status, 200 | 404), "{path}: {}", got.status);
        texts.push((got.status == 200).then(|| got.body.to_string()));
    }
    for list in ["/api/tickets", "/api/tickets?q=矩阵试验"] {
        let page = client.get(list).await.good();
        let items = page["items"].as_array().unwrap();
        let row = items.iter().find(|row| row["id"] == ticket["id"]);
        texts.push(row.map(ToString::to_string));
    }
    let seen = texts.iter().flatten().count();
    assert!(seen == 0 || seen == texts.len(), "{texts:#?}");
    let shown = |text: &String| text.contains(NUMBER) || text.contains(NAME);
    match (&texts[0], seen) {
        (Some(text), _) if shown(text) => Sight::Whole,
        (Some(_), _) => {
            assert!(!texts.iter().flatten().any(shown), "{texts:#?}");
            Sight::Masked
        }
        (None, _) => Sight::None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_ticket_is_seen_by_those_who_may_by_every_way_and_by_nobody_else() {
    let server = Server::start().await;
    let tickets = tickets(&server).await;
    let mut wrong = Vec::new();
    for (who, expected) in SIGHTS {
        let known = ["wang", "li", "zhao", "sun", "zhou", "hui", "ding", "root"].contains(&who);
        let client = if known {
            server.client(who, None).await
        } else {
            sign_up(&server, &who.replace('_', "-"), who, "HOTLINE").await
        };
        for ((what, view), expected) in tickets.iter().zip(expected) {
            let got = sight(&client, view).await;
            if got != expected {
                wrong.push(format!(
                    "{who}: the ticket {what}: {got:?}, not {expected:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
