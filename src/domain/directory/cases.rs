//! Regression cases of the directory: each return that was upheld says where such a ticket must not go again, and, where it
//! is known, where it goes. A directory that sends one back there has unlearnt something.

use super::Directory;
use crate::domain::figures::{Return, ReturnOutcome};
use crate::domain::id::{DistrictCode, ItemCode, UnitCode};
use crate::domain::number::TicketNumber;
use crate::domain::text::Line;
use crate::domain::ticket::{Kind, Request};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a ticket like this one goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Case {
    /// The ticket that taught it.
    pub number: TicketNumber,
    /// Its item.
    pub item: ItemCode,
    /// Its kind.
    pub kind: Kind,
    /// Its district.
    pub district: Option<DistrictCode>,
    /// Its street.
    pub street: Line,
    /// Who returned it, rightly.
    pub wrong: UnitCode,
    /// Who the joint meeting ruled handles it: only a ruling binds.
    pub right: Option<UnitCode>,
    /// On what that stands.
    pub basis: Line,
}

/// A case that a directory fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CaseFault {
    /// Which.
    pub case: Case,
    /// Who gets it by the directory; nobody where no rule fits.
    pub lead: Option<UnitCode>,
}

impl Case {
    /// The case that a return of a ticket makes; none where it was not upheld, where the ticket has no item, and of a
    /// complaint against a unit, which goes past the unit in charge for that reason only (Art. 10, 32).
    pub fn of(number: TicketNumber, request: &Request, it: &Return) -> Option<Self> {
        if !it.upheld() || request.accused.is_some() {
            return None;
        }
        let (right, basis) = match &it.outcome {
            ReturnOutcome::Ruled { lead, basis } => (Some(lead.clone()), basis.clone()),
            _ => (None, it.basis.clone()),
        };
        Some(Self {
            number,
            item: request.item.clone()?,
            kind: request.kind,
            district: request.place.district.clone(),
            street: request.place.street.clone(),
            wrong: it.unit.clone(),
            right,
            basis,
        })
    }

    /// How a directory fails it, if it does. A case of an item that the directory no longer has is passed over.
    pub fn run(&self, directory: &Directory) -> Option<CaseFault> {
        directory.item(&self.item)?;
        let street = self.street.as_str();
        let assigned = directory.assign(&self.item, self.kind, self.district.as_ref(), street);
        let lead = assigned.map(|it| it.lead);
        let good = match &self.right {
            Some(right) => lead.as_ref() == Some(right),
            None => lead.as_ref() != Some(&self.wrong),
        };
        (!good).then(|| CaseFault {
            case: self.clone(),
            lead,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::figures::returns;
    use crate::domain::lifecycle::tests::world::{Told, hour, line, of_role, request, rule, unit};
    use crate::domain::lifecycle::{Action, tests::world::World};
    use crate::domain::role::Role;
    use crate::domain::ticket::Stage;

    fn case(right: Option<&str>) -> Case {
        Case {
            number: Told::open(request()).ticket.number,
            item: ItemCode::parse("noise").unwrap(),
            kind: Kind::Help,
            district: None,
            street: Line::default(),
            wrong: unit("JN-SW"),
            right: right.map(unit),
            basis: line("三定"),
        }
    }

    fn to(lead: &str) -> Directory {
        let mut directory = World::new().directory;
        directory.rules.push(super::super::Rule {
            item: ItemCode::parse("noise").unwrap(),
            kind: None,
            district: None,
            lead: lead.to_owned(),
            co_units: Vec::new(),
            basis: vec![line("三定")],
        });
        directory
    }

    #[test]
    fn what_was_returned_rightly_does_not_go_there_again_and_a_ruling_binds() {
        for (right, lead, good) in [
            (None, "JN-SW", false),
            (None, "JN-DL", true),
            (Some("JN-DL"), "JN-DL", true),
            (Some("JN-DL"), "JN-GJJ", false),
            (Some("JN-DL"), "JN-SW", false),
        ] {
            let fault = case(right).run(&to(lead));
            assert_eq!(fault.is_none(), good, "{right:?} {lead}");
            let told = fault.and_then(|it| it.lead);
            assert!(good || told == Some(unit(lead)));
        }
        let mut gone = to("JN-SW");
        gone.items.clear();
        assert_eq!(case(None).run(&gone), None);
        let mut nobody = to("JN-SW");
        nobody.rules.clear();
        assert_eq!(case(None).run(&nobody), None, "left to a dispatcher");
        assert!(case(Some("JN-DL")).run(&nobody).is_some());
    }

    #[test]
    fn only_an_upheld_return_with_an_item_that_accuses_nobody_makes_a_case() {
        let world = World::new();
        let mut told = Told::at(&world, Stage::ReturnAsked);
        let number = told.ticket.number;
        let asked = Request {
            item: ItemCode::parse("noise").ok(),
            ..request()
        };
        let cases = |told: &Told, request: &Request| {
            let found = returns(&told.events);
            let cases = found.iter().filter_map(|it| Case::of(number, request, it));
            cases.collect::<Vec<_>>()
        };
        assert!(cases(&told, &asked).is_empty(), "not decided yet");
        let mut rejected = told.clone();
        let reason = line("属本单位职责");
        let reviewer = of_role(Role::ReturnReviewer);
        let reject = Action::RejectReturn { reason };
        rejected.act(&world, &reviewer, hour(20), &reject).unwrap();
        assert!(cases(&rejected, &asked).is_empty());
        told.act(&world, &reviewer, hour(20), &rule("JN-DL"))
            .unwrap();
        let found = cases(&told, &asked);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (&found[0].wrong, &found[0].right),
            (&unit("JN-SW"), &Some(unit("JN-DL")))
        );
        assert!(cases(&told, &request()).is_empty(), "no item");
        let accused = Request {
            accused: Some(unit("JN-SW")),
            ..asked
        };
        assert!(cases(&told, &accused).is_empty());
    }
}
