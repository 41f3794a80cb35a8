//! The scenarios that ship, built in, so that the binary alone is enough.

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// File name and text of each.
        pub const SCENARIOS: &[(&str, &str)] = &[$((
            concat!($name, ".toml"),
            include_str!(concat!("../../assets/scenarios/", $name, ".toml")),
        )),*];
    };
}

files! {
    "already-in-court",
    "answered-before",
    "child-in-lift",
    "child-mother-fainted",
    "dog-bite",
    "enforcement-attitude",
    "enterprise-unpaid-works",
    "enterprise-what-is-2110",
    "foreigner-social-insurance",
    "gas-smell-in-a-bill",
    "heat-out-same-estate",
    "heating-cold-elder",
    "housing-fund-purchase",
    "lonely-elder-checkup",
    "manhole-missing",
    "night-building-noise",
    "online-return-seven-days",
    "pizza-call-for-help",
    "praise-bus-driver",
    "prepaid-card-hairdresser",
    "residence-permit-papers",
    "roof-edge-noise-complaint",
    "silent-line",
    "street-lamp-out",
    "unpaid-building-workers",
    "urge-an-open-ticket",
    "village-accounts-secret",
    "water-cut-old-building",
    "wrong-number-takeaway",
}
