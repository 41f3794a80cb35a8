//! What the program is built of may be given away with it: every dependency has a licence of this list. Reads
//! cargo's own account, offline.

const GIVEN: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "WTFPL",
    "Zlib",
];

/// True when an SPDX expression (`/` is an old `OR`) can be met by the list. `AND` binds closer than `OR`; brackets
/// stand only around alternatives that all must be met with something.
fn may_be_given(expression: &str) -> bool {
    let flat = expression.replace('/', " OR ");
    match flat
        .split_once('(')
        .and_then(|(before, rest)| Some((before, rest.split_once(')')?)))
    {
        Some((before, (inner, after))) => {
            let outside = format!("{before} {after}").replace("AND", " ");
            may_be_given(inner) && outside.split_whitespace().all(|name| GIVEN.contains(&name))
        }
        None => flat
            .split(" OR ")
            .any(|way| way.split(" AND ").all(|name| GIVEN.contains(&name.trim()))),
    }
}

#[test]
fn expressions_are_read_as_they_are_meant() {
    for (expression, given) in [
        ("MIT OR Apache-2.0", true),
        ("Apache-2.0/MIT", true),
        ("Apache-2.0 OR GPL-2.0-only", true),
        ("GPL-3.0-only", false),
        ("MIT AND GPL-3.0-only", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(MIT OR Apache-2.0) AND GPL-3.0-only", false),
        ("Apache-2.0 WITH LLVM-exception", true),
    ] {
        assert_eq!(may_be_given(expression), given, "{expression}");
    }
}

fn metadata(more: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(more)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

/// The system that programs are built for here.
fn host() -> String {
    let output = std::process::Command::new("rustc").arg("-vV").output();
    let said = String::from_utf8(output.unwrap().stdout).unwrap();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.unwrap().to_owned()
}

#[test]
fn every_dependency_may_be_given_away_with_the_program() {
    // A build fetches only what this machine's program is made of; what other systems' would be is fetched here, and
    // without a network that is told of which is there.
    let mut output = metadata(&[]);
    if !output.status.success() {
        output = metadata(&["--offline", "--filter-platform", &host()]);
    }
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100, "only {} packages", packages.len());
    let wrong: Vec<String> = packages
        .iter()
        .filter(|package| !package["license"].as_str().is_some_and(may_be_given))
        .map(|package| format!("{}: {}", package["name"], package["license"]))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
