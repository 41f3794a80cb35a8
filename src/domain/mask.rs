//! What a person may not see is masked before it leaves the server (regulation Art. 10, 16, 32).

use super::caller::{Caller, Telephone};
use super::text::Line;

/// A number with all but the first three and the last two digits hidden; short numbers are hidden whole.
pub fn telephone(number: &Telephone) -> String {
    let digits = number.digits();
    if digits.len() < 8 {
        return "*".repeat(digits.len());
    }
    format!(
        "{}{}{}",
        &digits[..3],
        "*".repeat(digits.len() - 5),
        &digits[digits.len() - 2..]
    )
}

/// A name with all but its first character hidden (张** for 张小明).
pub fn name(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| {
        std::iter::once(first).chain(chars.map(|_| '*')).collect()
    })
}

/// A caller as one sees them who may not see confidential data: name masked, numbers gone, wishes kept.
pub fn caller(caller: &Caller) -> Caller {
    Caller {
        name: Line::lossy(&name(caller.name.as_str())),
        contact_name: Line::lossy(&name(caller.contact_name.as_str())),
        number: None,
        contact: None,
        ..caller.clone()
    }
}
