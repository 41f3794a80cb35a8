//! The API against its own document: schemathesis makes requests out of `/api/openapi.json`, sound and broken ones,
//! as people of several roles. No answer may be a fault of the server or one that the document does not name.

use crate::job::{House, PASSWORD, Place};
use crate::support::provider;
use std::path::Path;
use std::process::Command;

/// Who asks, and the seat that they sit at.
const PEOPLE: [(&str, Option<&str>); 4] = [
    ("wangmin", Some("0117")),
    ("liuyang", None),
    ("sunqiang", None),
    ("fenglei", None),
];

fn token(address: &str, account: &str, seat: Option<&str>) -> String {
    let body = serde_json::json!({"account": account, "password": PASSWORD, "seat": seat});
    provider();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let url = format!("{address}/api/session");
        let answer = reqwest::Client::builder()
            .no_proxy()
            .build()
            .unwrap()
            .post(url)
            .json(&body)
            .send()
            .await;
        let session: serde_json::Value = answer.unwrap().json().await.unwrap();
        session["token"].as_str().unwrap().to_owned()
    })
}

#[test]
fn no_made_up_request_gets_a_fault_or_an_answer_that_is_not_in_the_document() {
    let place = Place::new();
    let house = House::open(&place, "127.0.0.1:0");
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/contract/bin/st");
    for (account, seat) in PEOPLE {
        let bearer = format!(
            "Authorization: Bearer {}",
            token(&house.address, account, seat)
        );
        // The stream of events has no end, and an ended session could ask nothing more.
        let output = Command::new(&program)
            .args(["run", &format!("{}/api/openapi.json", house.address)])
            .args(["-H", &bearer, "--exclude-path", "/api/events"])
            .args(["--exclude-method", "DELETE", "--no-color", "-w", "1"])
            .args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"])
            .args(["--phases", "coverage,fuzzing", "-n", "20", "--generation-deterministic"])
            .args(["--request-timeout", "120", "--continue-on-failure"])
            .current_dir(place.path("house"))
            .env("COLUMNS", "120")
            .output()
            .unwrap_or_else(|error| panic!("{}: {error} (.ci/run installs it)", program.display()));
        let status = output.status;
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        assert!(status.success(), "as {account}:\n{told}");
        assert!(told.contains("passed"), "as {account}:\n{told}");
    }
}
