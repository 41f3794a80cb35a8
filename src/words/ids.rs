//! The messages that exist, one enum an area.

use super::Message;

macro_rules! areas {
    ($($(#[$doc:meta])* $area:ident = $file:literal { $($id:ident),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
            #[allow(missing_docs, reason = "a message's text is its documentation: assets/locales")]
            pub enum $area { $($id),* }

            impl Message for $area {
                fn id(self) -> &'static str {
                    match self { $(Self::$id => stringify!($id)),* }
                }
                fn area(self) -> &'static str {
                    $file
                }
            }
        )*

        /// Each area's name and texts: zh-CN, en.
        pub(super) const AREAS: &[(&str, &str, &str)] = &[
            $((
                $file,
                include_str!(concat!("../../assets/locales/zh-CN/", $file, ".ftl")),
                include_str!(concat!("../../assets/locales/en/", $file, ".ftl")),
            )),*
        ];

        /// Every message of every area, by name.
        #[cfg(test)]
        pub(super) const NAMES: &[(&str, &[&str])] = &[$(($file, &[$(stringify!($id)),*])),*];
    };
}

areas! {
    /// Names of the domain's things: states, roles, kinds, reasons.
    Domain = "domain" {
        StageDraft,
        StageClosedDirectly,
        StageInvalid,
        StageDeclined,
        StageHandedToEmergency,
        StageToDispatch,
        StageDispatched,
        StageInHand,
        StageReturnAsked,
        StageAnswered,
        StageToCallBack,
        StageClosed,
        StageRedo,
        StageMerged,
        StageWithdrawn,
        StageArchived,
        KindConsult,
        KindHelp,
        KindComplain,
        KindReport,
        KindSuggest,
        KindPraise,
        KindOther,
        UrgencyOrdinary,
        UrgencyUrgent,
        UrgencyCritical,
        SeatSignedOut,
        SeatIdle,
        SeatReserved,
        SeatRinging,
        SeatTalking,
        SeatHolding,
        SeatConsulting,
        SeatWrapUp,
        SeatBusy,
        SeatBreak,
        SeatLearning,
        SeatDiallingOut,
        LaneCitizen,
        LaneEnterprise,
        ElementWho,
        ElementWhen,
        ElementWhere,
        ElementCause,
        ElementCourse,
        InvalidSilent,
        InvalidWrongNumber,
        InvalidNuisance,
        InvalidCutOff,
        DeclineInCourt,
        DeclineInArbitration,
        DeclineInPetition,
        DeclineInReview,
        DeclineAnsweredBefore,
        DeclineOutOfScope,
        DeclineUnlawful,
        EmergencyPolice,
        EmergencyFire,
        EmergencyAmbulance,
        EmergencyTraffic,
        ReturnNotOurDuty,
        ReturnNotOurArea,
        ReturnNotEnoughFacts,
        ReturnBelongsHigher,
        ReturnDuplicate,
        RoleCallTaker,
        RoleEnterpriseSeat,
        RoleExpert,
        RoleDispatcher,
        RoleReturnReviewer,
        RoleUnitClerk,
        RoleCallbackClerk,
        RoleSupervisor,
        RoleSupervisionSeat,
        RoleEstablishmentOffice,
        RoleShiftLeader,
        RoleQuality,
        RoleKnowledgeEditor,
        RoleTrainer,
        RoleDisciplineReader,
        RoleAdministrator,
        RoleAuditor,
        EventOpened,
        EventAmended,
        EventClosedDirectly,
        EventMarkedInvalid,
        EventDeclined,
        EventDeclineReviewed,
        EventHandedToEmergency,
        EventSubmitted,
        EventDispatched,
        EventTransferred,
        EventSigned,
        EventReturnAsked,
        EventReturnAccepted,
        EventReturnRejected,
        EventExtended,
        EventAnswered,
        EventSentBack,
        EventApproved,
        EventClosed,
        EventRedoAsked,
        EventMerged,
        EventUnmerged,
        EventWithdrawn,
        EventProgressAsked,
        EventUrged,
        EventAdded,
        EventExplanationAsked,
        EventArchived,
    }
}
