//! The drawing of the life cycle in the docs is made of the table that the code asks. `UPDATE_DOCS=1` writes it anew.

use hotline::domain::lifecycle::{Row, table};
use hotline::domain::role::Role;
use hotline::domain::ticket::Stage;
use std::fmt::Write as _;
use std::path::Path;

const HEAD: &str = "# The life cycle, drawn\n
Made of `src/domain/lifecycle/table.rs` by `tests/lifecycle.rs`, which fails when this file is stale;
`UPDATE_DOCS=1 cargo test --test hotline lifecycle::` writes it anew. What else must hold for an action stands in
`src/domain/lifecycle/checks.rs`. The role `system` is the server itself.
";

fn roles(row: &Row) -> String {
    let name = |role: &Role| match role {
        Role::Administrator => "system",
        role => role.name(),
    };
    row.roles.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn stages(stages: &[Stage]) -> String {
    let names: Vec<&str> = stages.iter().map(|stage| stage.name()).collect();
    names.join(", ")
}

fn drawn() -> String {
    let mut text = HEAD.to_owned();
    text.push_str("\n```mermaid\nstateDiagram-v2\n    [*] --> draft\n");
    for row in table() {
        for from in row.from {
            for to in row.to {
                writeln!(
                    text,
                    "    {} --> {}: {}",
                    from.name(),
                    to.name(),
                    row.action.as_str()
                )
                .unwrap();
            }
        }
    }
    text.push_str("```\n\n| action | from | by | to |\n| --- | --- | --- | --- |\n");
    for row in table() {
        let to = if row.to.is_empty() {
            "stays".to_owned()
        } else {
            stages(row.to)
        };
        writeln!(
            text,
            "| {} | {} | {} | {to} |",
            row.action.as_str(),
            stages(row.from),
            roles(row),
        )
        .unwrap();
    }
    text
}

#[test]
fn the_drawing_is_that_of_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lifecycle.md");
    let drawn = drawn();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == drawn,
        "docs/lifecycle.md is stale: run `UPDATE_DOCS=1 cargo test --test hotline lifecycle::`"
    );
}

#[test]
fn every_stage_can_be_come_to_and_is_left_or_is_an_end() {
    for stage in Stage::ALL {
        let reached = table().iter().any(|row| row.to.contains(&stage));
        assert!(
            reached || stage == Stage::Draft,
            "{stage:?} is never reached"
        );
        let left = table()
            .iter()
            .any(|row| row.from.contains(&stage) && row.to.iter().any(|to| *to != stage));
        let end = matches!(stage, Stage::Archived | Stage::HandedToEmergency);
        assert_eq!(left, !end, "{stage:?}");
    }
}
