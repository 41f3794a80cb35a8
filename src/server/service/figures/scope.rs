//! Of which units somebody may have figures, and what the directory calls them.

use crate::domain::directory::{Directory, HOTLINE, UnitLevel};
use crate::domain::id::{DistrictCode, UnitCode};
use crate::domain::role::Person;
use crate::domain::text::Line;
use crate::protocol::figures::FiguresBy;
use crate::server::core::Core;
use std::sync::Arc;

/// Whose figures are told.
pub(super) struct Scope {
    /// Of these units only; nothing for the whole house.
    pub(super) units: Option<Vec<UnitCode>>,
    /// Without what is against the asker's unit (Art. 10, 32).
    pub(super) not_against: Option<UnitCode>,
    directory: Arc<Directory>,
}

impl Scope {
    /// The hotline's own see all units, a district's supervisors those of the district; `asked` is one of them.
    pub(super) fn new(core: &Core, person: &Person, asked: Option<&UnitCode>) -> Self {
        let directory = core.directory();
        let own = &person.unit;
        let all = own.as_str() == HOTLINE;
        let inside = |unit: &UnitCode, district: Option<&str>| {
            all || unit == own || district == Some(own.as_str())
        };
        let mut units: Vec<UnitCode> = directory
            .units
            .iter()
            .filter(|unit| inside(&unit.code, unit.district.as_ref().map(DistrictCode::as_str)))
            .map(|unit| unit.code.clone())
            .collect();
        if !units.contains(own) {
            units.push(own.clone());
        }
        let units = match asked {
            Some(asked) if all => Some(vec![asked.clone()]),
            Some(asked) => Some(units.into_iter().filter(|unit| unit == asked).collect()),
            None => (!all).then_some(units),
        };
        Self {
            units,
            not_against: (!all).then(|| own.clone()),
            directory,
        }
    }

    /// The city's departments among them.
    pub(super) fn of_city(&self) -> Vec<UnitCode> {
        let units = self.directory.units.iter();
        let city = units.filter(|unit| unit.level == UnitLevel::City);
        city.map(|unit| unit.code.clone())
            .filter(|code| self.units.as_ref().is_none_or(|units| units.contains(code)))
            .collect()
    }

    /// The level of a unit's code; blank where the directory has no such unit.
    pub(super) fn level(&self, code: &str) -> String {
        let mut units = self.directory.units.iter();
        let found = units.find(|unit| unit.code.as_str() == code);
        found.map_or_else(String::new, |unit| unit.level.name().to_owned())
    }

    /// What the directory calls what a sum falls on.
    pub(super) fn name(&self, of: &str, by: FiguresBy) -> String {
        let name = match by {
            FiguresBy::Unit => {
                let mut units = self.directory.units.iter();
                let unit = units.find(|unit| unit.code.as_str() == of);
                unit.map(|unit| unit.name.to_string())
            }
            FiguresBy::Item => {
                let mut items = self.directory.items.iter();
                let item = items.find(|item| item.code.as_str() == of);
                item.map(|item| {
                    let path: Vec<&str> = item.path.iter().map(Line::as_str).collect();
                    path.join(">")
                })
            }
            _ => None,
        };
        name.unwrap_or_default()
    }
}
