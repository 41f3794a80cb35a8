//! Questions to the directory: who handles an item where, and what is wrong with an import. The directory
//! itself stays a plain list; [`Lookup`] is built once and answers without walking it.

use super::{Assignment, Directory, Item, Rule, Unit, UnitLevel};
use crate::domain::id::{CodeError, DistrictCode, ItemCode, UnitCode};
use crate::domain::ticket::Kind;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What stands for the district's code in a unit of a rule.
const DISTRICT: &str = "{D}";
/// What stands for the street office of the place in a rule.
const STREET: &str = "{S}";

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
    /// The item of a code. Walks the list; whoever asks often builds a [`Lookup`].
    pub fn item(&self, code: &ItemCode) -> Option<&Item> {
        self.items.iter().find(|item| item.code == *code)
    }

    /// The unit of a code. Walks the list; whoever asks often builds a [`Lookup`].
    pub fn unit(&self, code: &UnitCode) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.code == *code)
    }

    /// Who handles an item for a kind of request at a place; see [`Lookup::assign`].
    pub fn assign(
        &self,
        item: &ItemCode,
        kind: Kind,
        district: Option<&DistrictCode>,
        street: &str,
    ) -> Option<Assignment> {
        let rules = self.rules.iter().filter(|rule| rule.item == *item);
        assign(self, rules, kind, district, street)
    }

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
            if item.questions.iter().any(|question| question.is_blank()) {
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

    /// The street office of a street in a district, by the street's name as a unit's name, short name or
    /// alias.
    fn street_office(&self, district: &DistrictCode, street: &str) -> Option<&Unit> {
        let street = street.trim();
        if street.is_empty() {
            return None;
        }
        self.units
            .iter()
            .filter(|unit| unit.level == UnitLevel::Street)
            .filter(|unit| unit.district.as_ref() == Some(district))
            .find(|unit| {
                [&unit.name, &unit.short]
                    .into_iter()
                    .chain(&unit.aliases)
                    .any(|name| names_street(name.as_str(), street))
            })
    }
}

/// True when an office's name is the street's, with or without the words for an office and with or without
/// the word for its kind of place.
fn names_street(office: &str, street: &str) -> bool {
    let office = ["办事处", "人民政府"]
        .iter()
        .find_map(|end| office.strip_suffix(end))
        .unwrap_or(office);
    let office = office.rfind(['区', '县']).map_or(office, |at| {
        office
            .get(at + '区'.len_utf8()..)
            .filter(|rest| !rest.is_empty())
            .unwrap_or(office)
    });
    office == street || bare_street(office) == bare_street(street)
}

/// A street's name without the word for its kind of place (泉城路 for 泉城路街道).
pub(in crate::domain) fn bare_street(name: &str) -> &str {
    ["街道办事处", "街道", "镇", "乡"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .filter(|bare| bare.chars().count() >= 2)
        .unwrap_or(name)
}

impl Rule {
    /// The lead unit and the co-units, in the rule's notation.
    fn units(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.lead.as_str()).chain(self.co_units.iter().map(String::as_str))
    }

    /// How special a rule is where it holds; `None` where it does not. A district weighs more than a kind.
    fn weight(&self, kind: Kind, district: Option<&DistrictCode>) -> Option<u8> {
        let kind_weight = match self.kind {
            None => 0,
            Some(own) if own == kind => 1,
            Some(_) => return None,
        };
        match &self.district {
            None => Some(kind_weight),
            Some(own) if Some(own) == district => Some(kind_weight + 2),
            Some(_) => None,
        }
    }
}

fn is_open(named: &str) -> bool {
    named.contains(DISTRICT) || named.contains(STREET)
}

/// A directory with its indices, for whoever asks often.
#[derive(Debug, Clone)]
pub struct Lookup {
    directory: Directory,
    items: HashMap<ItemCode, usize>,
    units: HashMap<UnitCode, usize>,
    rules: BTreeMap<ItemCode, Vec<usize>>,
}

impl Lookup {
    /// Builds the indices.
    pub fn new(directory: Directory) -> Self {
        let mut rules: BTreeMap<ItemCode, Vec<usize>> = BTreeMap::new();
        for (at, rule) in directory.rules.iter().enumerate() {
            rules.entry(rule.item.clone()).or_default().push(at);
        }
        let items = directory.items.iter().enumerate();
        let units = directory.units.iter().enumerate();
        Self {
            items: items.map(|(at, item)| (item.code.clone(), at)).collect(),
            units: units.map(|(at, unit)| (unit.code.clone(), at)).collect(),
            rules,
            directory,
        }
    }

    /// The directory it was built from.
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The item of a code.
    pub fn item(&self, code: &ItemCode) -> Option<&Item> {
        self.directory.items.get(*self.items.get(code)?)
    }

    /// The unit of a code.
    pub fn unit(&self, code: &UnitCode) -> Option<&Unit> {
        self.directory.units.get(*self.units.get(code)?)
    }

    /// Who handles an item for a kind of request at a place. The most special rule decides: of the district
    /// and kind, of the district, of the kind, any; among equals the first. What a placeholder cannot be
    /// resolved to is left out among the co-units; where the lead is such, the district's government leads,
    /// and there is no answer when the district is unknown too. An answer without such a gap is exact, unless
    /// the item has rules for districts and the district is unknown.
    pub fn assign(
        &self,
        item: &ItemCode,
        kind: Kind,
        district: Option<&DistrictCode>,
        street: &str,
    ) -> Option<Assignment> {
        let rules = self
            .rules
            .get(item)?
            .iter()
            .filter_map(|at| self.directory.rules.get(*at));
        assign(&self.directory, rules, kind, district, street)
    }
}

fn assign<'a>(
    directory: &Directory,
    rules: impl Iterator<Item = &'a Rule>,
    kind: Kind,
    district: Option<&DistrictCode>,
    street: &str,
) -> Option<Assignment> {
    // The first of the heaviest: `max_by_key` would take the last.
    let mut best: Option<(u8, &Rule)> = None;
    let mut by_district = false;
    for rule in rules {
        by_district |= rule.district.is_some();
        let Some(weight) = rule.weight(kind, district) else {
            continue;
        };
        if best.is_none_or(|(heaviest, _)| weight > heaviest) {
            best = Some((weight, rule));
        }
    }
    let (_, rule) = best?;
    let lead = resolve(directory, &rule.lead, district, street);
    let mut exact = lead.is_some() && (district.is_some() || !by_district);
    let lead = lead.or_else(|| resolve(directory, DISTRICT, district, street))?;
    let mut co_units = Vec::new();
    for named in &rule.co_units {
        match resolve(directory, named, district, street) {
            Some(unit) if unit != lead && !co_units.contains(&unit) => co_units.push(unit),
            Some(_) => {}
            None => exact = false,
        }
    }
    Some(Assignment {
        lead,
        co_units,
        basis: rule.basis.clone(),
        exact,
    })
}

/// The unit that a rule's notation means at a place, if the directory holds it.
fn resolve(
    directory: &Directory,
    named: &str,
    district: Option<&DistrictCode>,
    street: &str,
) -> Option<UnitCode> {
    if named.contains(STREET) {
        return Some(directory.street_office(district?, street)?.code.clone());
    }
    let code = if named.contains(DISTRICT) {
        named.replace(DISTRICT, district?.as_str())
    } else {
        named.to_owned()
    };
    let code: Result<UnitCode, CodeError> = UnitCode::parse(&code);
    Some(directory.unit(&code.ok()?)?.code.clone())
}
