//! Places in words: finds the district and the street that an address or a story names. It reads names only;
//! house numbers and roads that cross districts are not its business.

use super::directory::lookup::bare_street;
use super::directory::{Directory, UnitLevel};
use super::id::DistrictCode;
use super::text::Line;

/// Everyday words that hold a district's short name and do not mean it.
const ORDINARY: [&str; 5] = ["市中心", "过街天桥", "人行天桥", "天桥上", "高新技术企业"];

/// The district that a text names, and the street if it names one too. The longest name wins, among equals
/// the first; a street alone says its district, and a street of another district than the named one is passed
/// over. Short forms count: 历下 for 历下区, 泉城路 for 泉城路街道; one of two characters (东关) only beside
/// its district, for it may be any word.
pub fn locate(directory: &Directory, text: &str) -> Option<(DistrictCode, Option<Line>)> {
    let mut text = text.to_owned();
    for word in ORDINARY {
        text = text.replace(word, " ");
    }
    let named = district(directory, &text);
    match (street(directory, &text, named), named) {
        (Some((district, street)), _) => Some((district.clone(), Some(street.clone()))),
        (None, Some(district)) => Some((district.clone(), None)),
        (None, None) => None,
    }
}

/// A district's name without the word for its kind of place (历下 for 历下区).
fn bare_district(name: &str) -> &str {
    name.strip_suffix('区')
        .or_else(|| name.strip_suffix('县'))
        .filter(|bare| bare.chars().count() >= 2)
        .unwrap_or(name)
}

/// Every name a district goes by: its own, the short one, and those of its government or committee.
fn district_names(directory: &Directory) -> impl Iterator<Item = (&DistrictCode, &str)> {
    let own = directory.districts.iter().flat_map(|district| {
        let name = district.name.as_str();
        [name, bare_district(name)].map(|name| (&district.code, name))
    });
    let governments = directory
        .units
        .iter()
        .filter(|unit| unit.level == UnitLevel::District);
    let theirs = governments.flat_map(|unit| {
        let names = [&unit.name, &unit.short].into_iter().chain(&unit.aliases);
        names.filter_map(|name| Some((unit.district.as_ref()?, name.as_str())))
    });
    own.chain(theirs)
        .filter(|(_, name)| name.chars().count() >= 2)
}

fn district<'a>(directory: &'a Directory, text: &str) -> Option<&'a DistrictCode> {
    district_names(directory)
        .filter_map(|(code, name)| Some((code, name.len(), text.find(name)?)))
        .min_by_key(|(_, len, at)| (std::cmp::Reverse(*len), *at))
        .map(|(code, ..)| code)
}

fn street<'a>(
    directory: &'a Directory,
    text: &str,
    named: Option<&DistrictCode>,
) -> Option<(&'a DistrictCode, &'a Line)> {
    let mut found: Vec<_> = directory
        .streets
        .iter()
        .filter(|street| named.is_none_or(|district| *district == street.district))
        .filter_map(|street| {
            let (full, bare) = (street.name.as_str(), bare_street(street.name.as_str()));
            let certain = named.is_some() || bare.chars().count() >= 3;
            let name = if text.contains(full) { full } else { bare };
            let at = text.find(name).filter(|_| certain || name == full)?;
            Some((std::cmp::Reverse(name.len()), at, street))
        })
        .collect();
    found.sort_by_key(|(len, at, _)| (*len, *at));
    let (len, at, first) = found.first()?;
    // The same name in two districts says neither.
    let unclear = found.iter().any(|(other_len, other_at, street)| {
        (other_len, other_at) == (len, at) && street.district != first.district
    });
    (!unclear).then_some((&first.district, &first.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::directory::{District, Street, Unit};
    use crate::domain::id::UnitCode;

    fn directory() -> Directory {
        let line = |text: &str| Line::parse(text).unwrap();
        let code = |code: &str| DistrictCode::parse(code).unwrap();
        let streets = [
            ("LX", "泉城路街道"),
            ("LX", "东关街道"),
            ("LC", "东风街道"),
            ("CQ", "马山镇"),
            ("LX", "解放路街道"),
            ("LC", "双泉桥街道"),
            ("CQ", "双泉桥街道"),
        ];
        let districts = [
            ("LX", "历下区"),
            ("SZ", "市中区"),
            ("TQ", "天桥区"),
            ("LC", "历城区"),
            ("CQ", "长清区"),
            ("GX", "济南高新技术产业开发区"),
        ];
        Directory {
            districts: districts
                .map(|(district, name)| District {
                    code: code(district),
                    name: line(name),
                })
                .into(),
            streets: streets
                .map(|(district, name)| Street {
                    code: name.to_owned(),
                    district: code(district),
                    name: line(name),
                })
                .into(),
            units: vec![Unit {
                code: UnitCode::parse("GX").unwrap(),
                name: line("济南高新区管委会"),
                short: line("高新区"),
                level: UnitLevel::District,
                district: Some(code("GX")),
                parent: None,
                aliases: Vec::new(),
            }],
            ..Directory::default()
        }
    }

    #[test]
    fn a_place_is_found_by_the_longest_name() {
        for (text, place) in [
            ("我住历下区泉城路街道某小区", Some(("LX", "泉城路街道"))),
            ("历下泉城路路灯不亮", Some(("LX", "泉城路街道"))),
            ("泉城路路灯不亮", Some(("LX", "泉城路街道"))),
            ("历下区东关那边", Some(("LX", "东关街道"))),
            ("东关那边", None),
            ("东关街道那边", Some(("LX", "东关街道"))),
            ("马山镇停水", Some(("CQ", "马山镇"))),
            ("爬马山", None),
            ("历城区解放路", Some(("LC", ""))),
            ("双泉桥停电", None),
            ("长清双泉桥停电", Some(("CQ", "双泉桥街道"))),
            ("市中区停电", Some(("SZ", ""))),
            ("市中心停电", None),
            ("过街天桥坏了", None),
            ("天桥区的过街天桥坏了", Some(("TQ", ""))),
            ("高新区停电", Some(("GX", ""))),
            ("从历下区搬到市中区", Some(("LX", ""))),
            ("", None),
        ] {
            let found = locate(&directory(), text);
            let told = found.as_ref().map(|(district, street)| {
                (district.as_str(), street.as_ref().map_or("", Line::as_str))
            });
            assert_eq!(told, place, "{text}");
        }
    }

    #[test]
    fn an_empty_directory_knows_no_place() {
        assert_eq!(locate(&Directory::default(), "历下区泉城路"), None);
    }
}
