//! Names for the codes of the directory, and the domain's words: what the screens call things.

use crate::domain::callback::CallbackReason;
use crate::domain::caller::{CallerKind, Telephone};
use crate::domain::directory::{Directory, Element, Item};
use crate::domain::id::{DistrictCode, ItemCode, UnitCode};
use crate::domain::knowledge::DraftStage;
use crate::domain::outage::OutageKind;
use crate::domain::role::Role;
use crate::domain::seat::SeatState;
use crate::domain::text::Line;
use crate::domain::ticket::{
    DeclineReason, EmergencyService, InvalidReason, Kind, ReturnReason, Stage, Urgency,
};
use crate::words::{Desk, Domain, Knowledge};
use std::collections::HashMap;
use std::sync::Arc;

/// The directory, with its names found by code.
#[derive(Debug, Clone, Default)]
pub struct Names {
    directory: Arc<Directory>,
    units: HashMap<UnitCode, usize>,
    items: HashMap<ItemCode, usize>,
    districts: HashMap<DistrictCode, usize>,
}

impl Names {
    /// The names of a directory.
    pub fn new(directory: Arc<Directory>) -> Self {
        let units = directory.units.iter().enumerate();
        let units = units.map(|(at, unit)| (unit.code.clone(), at)).collect();
        let items = directory.items.iter().enumerate();
        let items = items.map(|(at, item)| (item.code.clone(), at)).collect();
        let districts = directory.districts.iter().enumerate();
        let districts = districts.map(|(at, it)| (it.code.clone(), at)).collect();
        Self {
            directory,
            units,
            items,
            districts,
        }
    }

    /// The directory itself.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The version of the directory.
    pub fn version(&self) -> u64 {
        self.directory.version
    }

    /// A unit's short name, else its code.
    pub fn unit<'a>(&'a self, code: &'a UnitCode) -> &'a str {
        let unit = self
            .units
            .get(code)
            .and_then(|at| self.directory.units.get(*at));
        unit.map_or(code.as_str(), |unit| {
            if unit.short.is_blank() {
                unit.name.as_str()
            } else {
                unit.short.as_str()
            }
        })
    }

    /// A unit's full name, else its code.
    pub fn unit_name<'a>(&'a self, code: &'a UnitCode) -> &'a str {
        let at = self.units.get(code);
        let unit = at.and_then(|at| self.directory.units.get(*at));
        unit.map_or(code.as_str(), |unit| unit.name.as_str())
    }

    /// Everything that a unit is called in entries: its code, its names.
    pub fn all_of(&self, code: &UnitCode) -> Vec<Line> {
        let at = self.units.get(code);
        let unit = at.and_then(|at| self.directory.units.get(*at));
        let names = unit.into_iter().flat_map(|unit| {
            let names = [unit.name.clone(), unit.short.clone()];
            names.into_iter().chain(unit.aliases.iter().cloned())
        });
        let all = std::iter::once(Line::lossy(code.as_str())).chain(names);
        all.filter(|name| !name.is_blank()).collect()
    }

    /// The short name of the unit of that full name, else the name as it is.
    pub fn short<'a>(&'a self, name: &'a str) -> &'a str {
        let mut units = self.directory.units.iter();
        units
            .find(|unit| unit.name.as_str() == name && !unit.short.is_blank())
            .map_or(name, |unit| unit.short.as_str())
    }

    /// An item.
    pub fn item(&self, code: &ItemCode) -> Option<&Item> {
        self.items
            .get(code)
            .and_then(|at| self.directory.items.get(*at))
    }

    /// An item's path, `城建>供水>停水`, else its code.
    pub fn item_path(&self, code: &ItemCode) -> String {
        self.item(code).map_or_else(
            || code.to_string(),
            |item| {
                item.path
                    .iter()
                    .map(Line::as_str)
                    .collect::<Vec<_>>()
                    .join(">")
            },
        )
    }

    /// A district's name, else its code; nothing while no directory is there, for a code alone says nothing.
    pub fn district<'a>(&'a self, code: &'a DistrictCode) -> &'a str {
        if self.version() == 0 && self.districts.is_empty() {
            return "";
        }
        let it = self
            .districts
            .get(code)
            .and_then(|at| self.directory.districts.get(*at));
        it.map_or(code.as_str(), |it| it.name.as_str())
    }
}

macro_rules! named {
    ($($(#[$doc:meta])* $function:ident($ty:ident) { $($variant:ident => $word:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        pub const fn $function(it: $ty) -> Domain {
            match it { $($ty::$variant => Domain::$word),* }
        }
    )*};
}

named! {
    /// The word for a stage.
    stage(Stage) {
        Draft => StageDraft, ClosedDirectly => StageClosedDirectly, Invalid => StageInvalid,
        Declined => StageDeclined, HandedToEmergency => StageHandedToEmergency,
        ToDispatch => StageToDispatch, Dispatched => StageDispatched, InHand => StageInHand,
        ReturnAsked => StageReturnAsked, Answered => StageAnswered, ToCallBack => StageToCallBack,
        Closed => StageClosed, Redo => StageRedo, Merged => StageMerged, Withdrawn => StageWithdrawn,
        Archived => StageArchived,
    }
    /// The word for a kind of request.
    kind(Kind) {
        Consult => KindConsult, Help => KindHelp, Complain => KindComplain, Report => KindReport,
        Suggest => KindSuggest, Praise => KindPraise, Other => KindOther,
    }
    /// The word for an urgency.
    urgency(Urgency) {
        Ordinary => UrgencyOrdinary, Urgent => UrgencyUrgent, Critical => UrgencyCritical,
    }
    /// What is cut off.
    outage(OutageKind) {
        Water => OutageWater, Power => OutagePower, Heat => OutageHeat, Gas => OutageGas, Bus => OutageBus,
        Road => OutageRoad, Network => OutageNetwork,
    }
    /// The word for a seat's state.
    seat(SeatState) {
        SignedOut => SeatSignedOut, Idle => SeatIdle, Reserved => SeatReserved, Ringing => SeatRinging,
        Talking => SeatTalking, Holding => SeatHolding, Consulting => SeatConsulting,
        WrapUp => SeatWrapUp, Busy => SeatBusy, Break => SeatBreak, Learning => SeatLearning,
        DiallingOut => SeatDiallingOut,
    }
    /// The word for a lane.
    lane(CallerKind) { Citizen => LaneCitizen, Enterprise => LaneEnterprise }
    /// The word for an element.
    element(Element) {
        Who => ElementWho, When => ElementWhen, Where => ElementWhere, Cause => ElementCause,
        Course => ElementCourse,
    }
    /// The word for why a call is no request.
    invalid(InvalidReason) {
        Silent => InvalidSilent, WrongNumber => InvalidWrongNumber, Nuisance => InvalidNuisance,
        CutOff => InvalidCutOff,
    }
    /// The word for why a request is declined.
    decline(DeclineReason) {
        InCourt => DeclineInCourt, InArbitration => DeclineInArbitration,
        InPetition => DeclineInPetition, InReview => DeclineInReview,
        AnsweredBefore => DeclineAnsweredBefore, OutOfScope => DeclineOutOfScope,
        Unlawful => DeclineUnlawful,
    }
    /// The word for an emergency service.
    emergency(EmergencyService) {
        Police => EmergencyPolice, Fire => EmergencyFire, Ambulance => EmergencyAmbulance,
        Traffic => EmergencyTraffic,
    }
    /// The word for why a dispatch is returned.
    returned(ReturnReason) {
        NotOurDuty => ReturnNotOurDuty, NotOurArea => ReturnNotOurArea,
        NotEnoughFacts => ReturnNotEnoughFacts, BelongsHigher => ReturnBelongsHigher,
        Duplicate => ReturnDuplicate,
    }
    /// The word for a role.
    role(Role) {
        CallTaker => RoleCallTaker, EnterpriseSeat => RoleEnterpriseSeat, Expert => RoleExpert,
        Dispatcher => RoleDispatcher, ReturnReviewer => RoleReturnReviewer, UnitClerk => RoleUnitClerk,
        CallbackClerk => RoleCallbackClerk, Supervisor => RoleSupervisor,
        SupervisionSeat => RoleSupervisionSeat, EstablishmentOffice => RoleEstablishmentOffice,
        ShiftLeader => RoleShiftLeader, Quality => RoleQuality, KnowledgeEditor => RoleKnowledgeEditor,
        Trainer => RoleTrainer, DisciplineReader => RoleDisciplineReader,
        Administrator => RoleAdministrator, Auditor => RoleAuditor,
    }
}

/// A basis as people write it: files part law and article by `#`.
pub fn basis(text: &str) -> String {
    text.replace('#', " ")
}

/// A number in the groups in which it is read aloud: `0531-86120035`, `139 0531 0012`; short ones as they are.
pub fn telephone(number: &Telephone) -> String {
    let digits = number.digits();
    let area = match digits.as_bytes() {
        [b'1', ..] if digits.len() == 11 => {
            let groups = (digits.get(..3), digits.get(3..7), digits.get(7..));
            return match groups {
                (Some(net), Some(region), Some(own)) => format!("{net} {region} {own}"),
                _ => digits.to_owned(),
            };
        }
        // Area codes have three digits for Beijing and the cities of 02x, four for all others.
        [b'0', b'1' | b'2', ..] => 3,
        [b'0', b'3'..=b'9', ..] => 4,
        _ => return digits.to_owned(),
    };
    match (digits.get(..area), digits.get(area..)) {
        (Some(code), Some(own)) if (7..=8).contains(&own.len()) => format!("{code}-{own}"),
        _ => digits.to_owned(),
    }
}

/// The word for why somebody is to be called.
pub const fn callback_reason(it: CallbackReason) -> Desk {
    match it {
        CallbackReason::Promised => Desk::CallbackPromised,
        CallbackReason::Abandoned => Desk::CallbackAbandoned,
    }
}

/// Reasons why a call is no request, in the order they are offered.
pub const INVALID: [InvalidReason; 4] = [
    InvalidReason::Silent,
    InvalidReason::WrongNumber,
    InvalidReason::Nuisance,
    InvalidReason::CutOff,
];

/// Reasons why a request is declined, in the order they are offered.
pub const DECLINE: [DeclineReason; 7] = [
    DeclineReason::InCourt,
    DeclineReason::InArbitration,
    DeclineReason::InPetition,
    DeclineReason::InReview,
    DeclineReason::AnsweredBefore,
    DeclineReason::OutOfScope,
    DeclineReason::Unlawful,
];

/// Emergency services, in the order they are offered.
pub const EMERGENCY: [EmergencyService; 4] = [
    EmergencyService::Police,
    EmergencyService::Fire,
    EmergencyService::Ambulance,
    EmergencyService::Traffic,
];

/// Reasons for a return, in the order they are offered.
pub const RETURN: [ReturnReason; 5] = [
    ReturnReason::NotOurDuty,
    ReturnReason::NotOurArea,
    ReturnReason::NotEnoughFacts,
    ReturnReason::BelongsHigher,
    ReturnReason::Duplicate,
];

/// How a draft stands.
pub const fn draft_stage(stage: DraftStage) -> Knowledge {
    match stage {
        DraftStage::Writing => Knowledge::DraftWriting,
        DraftStage::InReview => Knowledge::DraftInReview,
        DraftStage::SentBack => Knowledge::DraftSentBack,
        DraftStage::Published => Knowledge::DraftPublished,
        DraftStage::Dropped => Knowledge::DraftDropped,
    }
}

#[cfg(test)]
mod tests {
    use super::{Telephone, telephone};

    #[test]
    fn a_number_is_shown_as_it_is_read_aloud() {
        for (digits, shown) in [
            ("053186120035", "0531-86120035"),
            ("01088886666", "010-88886666"),
            ("02164312345", "021-64312345"),
            ("13905310012", "139 0531 0012"),
            ("86120035", "86120035"),
            ("12345", "12345"),
            ("0085212345678901", "0085212345678901"),
            ("95598", "95598"),
        ] {
            let number = Telephone::parse(digits).unwrap();
            assert_eq!(telephone(&number), shown);
        }
    }
}
