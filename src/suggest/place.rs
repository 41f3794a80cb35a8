//! Where it is: what the form says, else the street or the district that the story names.

use crate::domain::directory::Directory;
use crate::domain::id::DistrictCode;
use crate::domain::text::Line;
use crate::domain::ticket::Request;

/// Shortest name without its ending (历下 for 历下区) that stands for a place, in characters.
const SHORTEST_STEM: usize = 2;

#[derive(Debug)]
struct Named {
    /// The name, or its stem.
    name: String,
    district: DistrictCode,
    street: Option<Line>,
}

/// The names of districts and streets, the longest first.
#[derive(Debug)]
pub(super) struct Places {
    names: Vec<Named>,
}

impl Places {
    /// Reads the directory's places.
    pub(super) fn new(directory: &Directory) -> Self {
        let mut names = Vec::new();
        for district in &directory.districts {
            for name in forms(district.name.as_str(), &["区", "县"]) {
                names.push(Named {
                    name,
                    district: district.code.clone(),
                    street: None,
                });
            }
        }
        for street in &directory.streets {
            for name in forms(street.name.as_str(), &["街道办事处", "街道", "镇"]) {
                names.push(Named {
                    name,
                    district: street.district.clone(),
                    street: Some(street.name.clone()),
                });
            }
        }
        names.sort_by_key(|named| std::cmp::Reverse(named.name.chars().count()));
        Self { names }
    }

    /// The place of a request: the form's own district and street, and what is missing there out of the words.
    pub(super) fn of(&self, request: &Request, story: &str) -> (Option<DistrictCode>, Line) {
        let place = &request.place;
        if place.district.is_some() && !place.street.is_blank() {
            return (place.district.clone(), place.street.clone());
        }
        let words = [
            place.street.as_str(),
            place.community.as_str(),
            place.address.as_str(),
            story,
        ];
        let fits = |named: &&Named| {
            place
                .district
                .as_ref()
                .is_none_or(|own| *own == named.district)
        };
        let find = |street: bool| {
            words.iter().find_map(|text| {
                self.names
                    .iter()
                    .filter(fits)
                    .filter(|named| named.street.is_some() == street)
                    .find(|named| text.contains(named.name.as_str()))
            })
        };
        let district = find(false).map(|named| named.district.clone());
        // A street of another district than the one that was named is another street of that name.
        let street = find(true).filter(|named| {
            district
                .as_ref()
                .is_none_or(|named_too| *named_too == named.district)
        });
        (
            place
                .district
                .clone()
                .or(district)
                .or_else(|| Some(street?.district.clone())),
            if place.street.is_blank() {
                street
                    .and_then(|named| named.street.clone())
                    .unwrap_or_default()
            } else {
                place.street.clone()
            },
        )
    }
}

/// A name and what is left without its ending.
fn forms(name: &str, endings: &[&str]) -> Vec<String> {
    let stem = endings
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .filter(|stem| stem.chars().count() >= SHORTEST_STEM);
    let mut forms = vec![name.to_owned()];
    forms.extend(stem.map(str::to_owned));
    forms.retain(|form| !form.is_empty());
    forms
}
