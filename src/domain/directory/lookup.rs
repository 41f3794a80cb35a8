//! Questions to the directory: which item, which unit, who handles an item where. The directory itself stays
//! a plain list; [`Lookup`] is built once and answers without walking it.

use super::{Assignment, Directory, Duty, Item, Rule, Unit, UnitLevel};
use crate::domain::id::{CodeError, DistrictCode, ItemCode, UnitCode};
use crate::domain::text::Line;
use crate::domain::ticket::Kind;
use std::collections::{BTreeMap, HashMap};

/// What stands for the district's code in a unit of a rule.
pub(super) const DISTRICT: &str = "{D}";
/// What stands for the street office of the place in a rule.
const STREET: &str = "{S}";

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

    /// The duty that a unit has in a matter, if it has one.
    pub fn duty(
        &self,
        unit: &UnitCode,
        item: &ItemCode,
        district: Option<&DistrictCode>,
    ) -> Option<&Duty> {
        self.duties.iter().find(|duty| {
            let there = duty.district.is_none() || duty.district.as_ref() == district;
            duty.unit == *unit && duty.item == *item && there
        })
    }

    /// The directory after a ruling of the joint meeting: what it said of an item and kind in a district is the rule
    /// there from now on, and the unit's duty. Nothing when the directory does not know item, district or unit, or says
    /// the same already.
    pub fn ruled(
        &self,
        item: &ItemCode,
        kind: Kind,
        district: &DistrictCode,
        lead: &UnitCode,
        co_units: &[UnitCode],
        basis: &Line,
    ) -> Option<Self> {
        self.item(item)?;
        self.unit(lead)?;
        self.districts.iter().find(|it| it.code == *district)?;
        let rule = Rule {
            item: item.clone(),
            kind: Some(kind),
            district: Some(district.clone()),
            lead: lead.to_string(),
            co_units: co_units.iter().map(ToString::to_string).collect(),
            basis: vec![basis.clone()],
        };
        let duty = Duty {
            unit: lead.clone(),
            item: item.clone(),
            district: Some(district.clone()),
            basis: basis.clone(),
        };
        if self.rules.contains(&rule) && self.duties.contains(&duty) {
            return None;
        }
        let mut next = self.clone();
        next.rules
            .retain(|it| (&it.item, it.kind, &it.district) != (item, Some(kind), &rule.district));
        next.duties
            .retain(|it| (&it.unit, &it.item, &it.district) != (lead, item, &duty.district));
        next.rules.push(rule);
        next.duties.push(duty);
        Some(next)
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
    pub(super) fn units(&self) -> impl Iterator<Item = &str> {
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

pub(super) fn is_open(named: &str) -> bool {
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

#[cfg(test)]
mod tests;
