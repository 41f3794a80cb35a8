//! The floors of the house: a module may use only floors beneath it, never a sibling, and the top level holds
//! nothing but what belongs there.

use std::fs;
use std::path::{Path, PathBuf};

const FLOORS: &[&[&str]] = &[
    &["domain", "words", "settings"],
    &["protocol", "search", "crypto"],
    &["suggest"],
    &["server", "link", "phone", "practice"],
    &["desk"],
    &["cli"],
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The modules of the house that a line of code names, as `crate::module`.
fn named(line: &str) -> impl Iterator<Item = &str> {
    let code = line.split("//").next().unwrap_or("");
    code.match_indices("crate::")
        .filter_map(move |(at, found)| {
            let rest = &code[at + found.len()..];
            rest.split(|c: char| !(c.is_ascii_lowercase() || c == '_'))
                .next()
                .filter(|name| !name.is_empty())
        })
}

#[test]
fn every_module_uses_only_floors_beneath_it() {
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    assert!(files.len() > 50, "only {} files were found", files.len());
    let mut faults = Vec::new();
    for path in files {
        let inside = path.strip_prefix(root().join("src")).unwrap();
        let module = inside
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_string_lossy()
            .replace(".rs", "");
        if matches!(module.as_str(), "lib" | "main") {
            continue;
        }
        let Some(own) = floor(&module) else {
            faults.push(format!("{} stands on no floor", inside.display()));
            continue;
        };
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            for used in named(line).filter(|used| *used != module) {
                if floor(used).is_none_or(|other| other >= own) {
                    faults.push(format!(
                        "{}:{}: {module} uses {used}",
                        inside.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_what_it_should() {
    let all = |line| named(line).collect::<Vec<_>>();
    assert_eq!(
        all("use crate::server::core::Core; // crate::desk"),
        ["server"]
    );
    assert_eq!(
        all("let x: crate::domain::id::X = crate::words::y();"),
        ["domain", "words"]
    );
    assert_eq!(all("/// see crate::desk"), [""; 0]);
    assert!(floor("desk") > floor("server") && floor("phone") == floor("link"));
}

#[test]
fn the_top_level_holds_what_its_user_asked_for() {
    let wanted = [
        "Cargo.toml",
        "Cargo.lock",
        "src",
        "keymaps",
        "tests",
        "README.md",
        "README.zh-CN.md",
        "assets",
        "benches",
        "docs",
    ];
    let unwanted: Vec<_> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| {
            !name.starts_with('.') && name != "target" && !wanted.contains(&name.as_str())
        })
        .collect();
    assert!(
        unwanted.is_empty(),
        "{unwanted:?} do not belong at the top level"
    );
}
