//! Words for people, in two languages. Every message is a variant of an enum, one enum an area, so an
//! unknown message does not compile; the texts live in `assets/locales/<language>/<area>.ftl` under the
//! variant's own name, and a test holds both languages to exactly the variants that exist.

mod ids;

pub use ids::*;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::fmt;

/// A language of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// 简体中文, the default.
    #[default]
    ZhCn,
    /// English.
    En,
}

impl Lang {
    /// Both.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// The tag, `zh-CN` or `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language of a tag as a person writes it: `en…` is English, `zh…` Chinese.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        if tag.starts_with("en") {
            Some(Self::En)
        } else if tag.starts_with("zh") {
            Some(Self::ZhCn)
        } else {
            None
        }
    }

    /// The language of a POSIX locale: one that begins with `en` is English, any other (`C.UTF-8` too) Chinese.
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("en") {
            Self::En
        } else {
            Self::ZhCn
        }
    }
}

/// A message: a variant of one of the areas' enums.
pub trait Message: Copy {
    /// Its name in the area's file.
    fn id(self) -> &'static str;
    /// Its area, which is its file's name.
    fn area(self) -> &'static str;
}

/// A value in a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// A text, shown as it is.
    Text(std::borrow::Cow<'a, str>),
    /// A number.
    Number(i64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}
impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text.as_str().into())
    }
}
impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}
macro_rules! number_value {
    ($($ty:ty),*) => {$(
        impl From<$ty> for Value<'_> {
            fn from(number: $ty) -> Self {
                Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        }
    )*};
}
number_value!(i32, i64, u8, u16, u32, u64, usize);

/// All messages of one language.
pub struct Words {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words")
            .field("lang", &self.lang)
            .finish_non_exhaustive()
    }
}

impl Words {
    /// The words of a language. The texts are built in; a fault in them shows as the message's name and fails a test.
    pub fn new(lang: Lang) -> Self {
        let tag: unic_langid::LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        bundle.set_use_isolating(false);
        for (area, zh, en) in AREAS {
            let text = match lang {
                Lang::ZhCn => zh,
                Lang::En => en,
            };
            let resource = FluentResource::try_new((*text).to_owned())
                .unwrap_or_else(|(resource, _)| resource);
            if bundle.add_resource(resource).is_err() {
                tracing::error!(area, "a message stands twice in the locale files");
            }
        }
        Self { lang, bundle }
    }

    /// The language.
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// A message without values.
    pub fn say(&self, message: impl Message) -> String {
        self.format(message.id(), &[])
    }

    /// A message with values by name.
    pub fn say_with(&self, message: impl Message, values: &[(&str, Value<'_>)]) -> String {
        self.format(message.id(), values)
    }

    /// A message by a name put together at run time (the help of a command-line argument); `None` if there is none.
    pub fn by_name(&self, id: &str) -> Option<String> {
        self.bundle.has_message(id).then(|| self.format(id, &[]))
    }

    fn format(&self, id: &str, values: &[(&str, Value<'_>)]) -> String {
        let Some(pattern) = self
            .bundle
            .get_message(id)
            .and_then(|message| message.value())
        else {
            return id.to_owned();
        };
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            args.set(
                *name,
                match value {
                    Value::Text(text) => FluentValue::from(text.to_string()),
                    Value::Number(number) => FluentValue::from(*number),
                },
            );
        }
        let mut errors = Vec::new();
        self.bundle
            .format_pattern(pattern, Some(&args), &mut errors)
            .into_owned()
    }
}

#[cfg(test)]
mod tests;
