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
    }
}
