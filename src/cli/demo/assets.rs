//! The demonstration's texts, built in, so that the binary alone is enough. What they are and where the facts
//! in them come from stands in `assets/demo/SOURCES.md`.

/// Knowledge entries, JSON lines, a file a subject.
pub(super) const KNOWLEDGE: &[(&str, &str)] = &[
    (
        "housing_fund.jsonl",
        include_str!("../../../assets/demo/knowledge/housing_fund.jsonl"),
    ),
    (
        "social_security.jsonl",
        include_str!("../../../assets/demo/knowledge/social_security.jsonl"),
    ),
    (
        "medical_insurance.jsonl",
        include_str!("../../../assets/demo/knowledge/medical_insurance.jsonl"),
    ),
    (
        "household.jsonl",
        include_str!("../../../assets/demo/knowledge/household.jsonl"),
    ),
    (
        "traffic.jsonl",
        include_str!("../../../assets/demo/knowledge/traffic.jsonl"),
    ),
    (
        "utilities.jsonl",
        include_str!("../../../assets/demo/knowledge/utilities.jsonl"),
    ),
    (
        "property.jsonl",
        include_str!("../../../assets/demo/knowledge/property.jsonl"),
    ),
    (
        "education.jsonl",
        include_str!("../../../assets/demo/knowledge/education.jsonl"),
    ),
    (
        "labour.jsonl",
        include_str!("../../../assets/demo/knowledge/labour.jsonl"),
    ),
    (
        "market.jsonl",
        include_str!("../../../assets/demo/knowledge/market.jsonl"),
    ),
    (
        "environment.jsonl",
        include_str!("../../../assets/demo/knowledge/environment.jsonl"),
    ),
    (
        "urban.jsonl",
        include_str!("../../../assets/demo/knowledge/urban.jsonl"),
    ),
    (
        "enterprise.jsonl",
        include_str!("../../../assets/demo/knowledge/enterprise.jsonl"),
    ),
    (
        "civil.jsonl",
        include_str!("../../../assets/demo/knowledge/civil.jsonl"),
    ),
    (
        "hotline.jsonl",
        include_str!("../../../assets/demo/knowledge/hotline.jsonl"),
    ),
];

/// The dispatch directory's files, in the order of `link::import::DIRECTORY_FILES`.
pub(super) const DIRECTORY: [&str; 4] = [
    include_str!("../../../assets/demo/units.csv"),
    include_str!("../../../assets/demo/districts.csv"),
    include_str!("../../../assets/demo/areas.csv"),
    include_str!("../../../assets/demo/directory.csv"),
];

/// Outages around the moment at which the demonstration begins.
pub(super) const OUTAGES: &str = include_str!("../../../assets/demo/outages.toml");

/// Twelve people over all roles.
pub(super) const PEOPLE: &str = include_str!("../../../assets/demo/people.toml");

/// Two hundred past tickets in all states, JSON lines.
pub(super) const TICKETS: &str = include_str!("../../../assets/demo/tickets.jsonl");

/// Who calls.
pub(super) const CALLERS: &str = include_str!("../../../assets/demo/callers.toml");

/// The password of every demonstration account.
pub(super) const PASSWORD: &str = "demo-12345";
