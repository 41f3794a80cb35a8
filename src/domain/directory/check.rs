//! What is wrong with a directory: dangling codes, doubles, placeholders that find nothing. An import is refused
//! with the whole list, not with its first line.

use super::lookup::{DISTRICT, is_open};
use super::{Directory, Rule};
use crate::domain::id::DistrictCode;
use crate::domain::text::Text;
use crate::domain::ticket::Kind;
use std::collections::BTreeSet;

/// What is wrong with a directory; each names the code to look for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum DirectoryFault {
    /// A code stands twice.
    #[error("{what} {code} stands twice: keep one of them")]
    Double {
        /// `unit`, `item`, `district` or `street`.
        what: &'static str,
        /// Which.
        code: String,
    },
    /// Something names a code that is not there.
    #[error("{place} names {what} {code}, which is not in the directory")]
    Dangling {
        /// Who names it, e.g. `rule for item SD-01`.
        place: String,
        /// `unit`, `item` or `district`.
        what: &'static str,
        /// The code.
        code: String,
    },
    /// A unit of a rule with a placeholder is not there in a district.
    #[error("rule for item {item}: in district {district} there is no unit {unit}")]
    Unresolved {
        /// The rule's item.
        item: String,
        /// Where.
        district: String,
        /// The code it becomes there.
        unit: String,
    },
    /// Two rules for the same item, kind and district.
    #[error("item {item} has two rules for the same kind and district: keep one of them")]
    DoubleRule {
        /// The item.
        item: String,
    },
    /// An item without a rule that holds everywhere.
    #[error(
        "item {item} has no rule for any kind and district: nobody gets what fits no other rule"
    )]
    NoRule {
        /// The item.
        item: String,
    },
    /// An item with a blank question.
    #[error("item {item} has a blank question: take it out or write it")]
    BlankQuestion {
        /// The item.
        item: String,
    },
}

impl Directory {
    /// What is wrong with it, in the order units, items, rules; empty for a sound directory.
    pub fn check(&self) -> Vec<DirectoryFault> {
        let mut faults = BTreeSet::new();
        self.check_codes(&mut faults);
        self.check_units(&mut faults);
        self.check_items(&mut faults);
        self.check_rules(&mut faults);
        faults.into_iter().collect()
    }

    fn check_codes(&self, faults: &mut BTreeSet<DirectoryFault>) {
        let units = self.units.iter().map(|unit| ("unit", unit.code.as_str()));
        let items = self.items.iter().map(|item| ("item", item.code.as_str()));
        let districts = self.districts.iter().map(|d| ("district", d.code.as_str()));
        let streets = self.streets.iter().map(|s| ("street", s.code.as_str()));
        let mut seen = BTreeSet::new();
        for (what, code) in units.chain(items).chain(districts).chain(streets) {
            if !seen.insert((what, code)) {
                faults.insert(DirectoryFault::Double {
                    what,
                    code: code.to_owned(),
                });
            }
        }
    }

    fn has_district(&self, code: &DistrictCode) -> bool {
        self.districts.iter().any(|district| district.code == *code)
    }

    fn check_units(&self, faults: &mut BTreeSet<DirectoryFault>) {
        let codes: BTreeSet<_> = self.units.iter().map(|unit| &unit.code).collect();
        let mut dangling = |place: String, what, code: &str| {
            faults.insert(DirectoryFault::Dangling {
                place,
                what,
                code: code.to_owned(),
            });
        };
        for unit in &self.units {
            if let Some(parent) = unit.parent.as_ref().filter(|code| !codes.contains(code)) {
                dangling(format!("unit {}", unit.code), "unit", parent.as_str());
            }
            if let Some(code) = unit
                .district
                .as_ref()
                .filter(|code| !self.has_district(code))
            {
                dangling(format!("unit {}", unit.code), "district", code.as_str());
            }
        }
        for street in &self.streets {
            if !self.has_district(&street.district) {
                let place = format!("street {}", street.code);
                dangling(place, "district", street.district.as_str());
            }
        }
    }

    fn check_items(&self, faults: &mut BTreeSet<DirectoryFault>) {
        for item in &self.items {
            if item.questions.iter().any(Text::is_blank) {
                faults.insert(DirectoryFault::BlankQuestion {
                    item: item.code.to_string(),
                });
            }
            let anywhere = |rule: &&Rule| rule.kind.is_none() && rule.district.is_none();
            let mut rules = self.rules.iter().filter(|rule| rule.item == item.code);
            if !rules.any(|rule| anywhere(&rule)) {
                faults.insert(DirectoryFault::NoRule {
                    item: item.code.to_string(),
                });
            }
        }
    }

    fn check_rules(&self, faults: &mut BTreeSet<DirectoryFault>) {
        let items: BTreeSet<_> = self.items.iter().map(|item| &item.code).collect();
        let units: BTreeSet<_> = self.units.iter().map(|unit| unit.code.as_str()).collect();
        let mut seen = BTreeSet::new();
        for rule in &self.rules {
            let item = rule.item.to_string();
            let mut dangling = |what, code: &str| {
                faults.insert(DirectoryFault::Dangling {
                    place: format!("rule for item {item}"),
                    what,
                    code: code.to_owned(),
                });
            };
            if !items.contains(&rule.item) {
                dangling("item", rule.item.as_str());
            }
            if let Some(code) = rule
                .district
                .as_ref()
                .filter(|code| !self.has_district(code))
            {
                dangling("district", code.as_str());
            }
            for named in rule.units().filter(|named| !is_open(named)) {
                if !units.contains(named) {
                    dangling("unit", named);
                }
            }
            if !seen.insert((&rule.item, rule.kind.map(Kind::name), &rule.district)) {
                faults.insert(DirectoryFault::DoubleRule { item: item.clone() });
            }
            self.check_placeholders(rule, &units, faults);
        }
    }

    /// Every placeholder of a rule finds its unit in every district where the rule holds.
    fn check_placeholders(
        &self,
        rule: &Rule,
        units: &BTreeSet<&str>,
        faults: &mut BTreeSet<DirectoryFault>,
    ) {
        let own = |code: &DistrictCode| rule.district.as_ref().is_none_or(|own| own == code);
        for district in self.districts.iter().filter(|district| own(&district.code)) {
            for named in rule.units().filter(|named| named.contains(DISTRICT)) {
                let code = named.replace(DISTRICT, district.code.as_str());
                if !units.contains(code.as_str()) {
                    faults.insert(DirectoryFault::Unresolved {
                        item: rule.item.to_string(),
                        district: district.code.to_string(),
                        unit: code,
                    });
                }
            }
        }
    }
}
