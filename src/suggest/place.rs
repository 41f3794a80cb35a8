//! Where it is: what the form says, else what address and story name.

use crate::domain::area::locate;
use crate::domain::directory::Directory;
use crate::domain::id::DistrictCode;
use crate::domain::text::Line;
use crate::domain::ticket::Request;

/// The place of a request: the form's own district and street, and what is missing there out of the words.
pub(super) fn of(
    directory: &Directory,
    request: &Request,
    story: &str,
) -> (Option<DistrictCode>, Line) {
    let place = &request.place;
    if place.district.is_some() && !place.street.is_blank() {
        return (place.district.clone(), place.street.clone());
    }
    // The form's district goes first: among names alike the first one wins.
    let district = place.district.as_ref().and_then(|code| {
        directory
            .districts
            .iter()
            .find(|district| district.code == *code)
    });
    let words = [
        district.map_or("", |district| district.name.as_str()),
        place.street.as_str(),
        place.community.as_str(),
        place.address.as_str(),
        story,
    ]
    .join("\n");
    let (named, street) = locate(directory, &words).unzip();
    let agrees = place.district.is_none() || place.district == named;
    let street = match street.flatten() {
        _ if !place.street.is_blank() => place.street.clone(),
        Some(street) if agrees => street,
        _ => Line::default(),
    };
    (place.district.clone().or(named), street)
}
