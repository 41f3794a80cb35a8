//! How Han characters are read: syllables without tones (at most two readings a character), initials, and
//! the ways to cut a run of letters into syllables while it is still being typed.

use pinyin::ToPinyinMulti;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Longest run of letters that is read as pinyin.
pub(crate) const LONGEST_RUN: usize = 24;
/// So many ways to cut a run are tried.
const MOST_SPLITS: usize = 8;
const MOST_READINGS: usize = 2;

static SYLLABLES: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    ('\u{4e00}'..='\u{9fa5}')
        .flat_map(|c| readings(c).take(1))
        .filter(|syllable| syllable.contains(['a', 'e', 'i', 'o', 'u', 'v']))
        .collect()
});

/// The readings of the common characters, looked up once: a search asks for them thousands of times.
static READINGS: LazyLock<Vec<Readings>> =
    LazyLock::new(|| (FIRST..=LAST).map(looked_up).collect());
const FIRST: char = '\u{4e00}';
const LAST: char = '\u{9fff}';

type Readings = [Option<&'static str>; MOST_READINGS];

/// The readings of a character, the commonest first; `ü` is written `v`. Nothing for what has none.
pub(crate) fn readings(c: char) -> impl Iterator<Item = &'static str> + Clone {
    let common = (c as usize)
        .checked_sub(FIRST as usize)
        .and_then(|at| READINGS.get(at).copied());
    common.unwrap_or_else(|| looked_up(c)).into_iter().flatten()
}

fn looked_up(c: char) -> Readings {
    let mut found: Readings = [None; MOST_READINGS];
    if let Some(all) = c.to_pinyin_multi() {
        for syllable in all.into_iter().filter_map(|reading| typed(reading.plain())) {
            if found.contains(&Some(syllable)) {
                continue;
            }
            match found.iter_mut().find(|slot| slot.is_none()) {
                Some(slot) => *slot = Some(syllable),
                None => break,
            }
        }
    }
    found
}

/// The initial letters of a character's readings, each once.
pub(crate) fn initials(c: char) -> impl Iterator<Item = char> {
    let mut seen = None;
    readings(c)
        .filter_map(|syllable| syllable.chars().next())
        .filter(move |initial| seen.replace(*initial) != Some(*initial))
}

/// A syllable as a keyboard gives it; `None` for the few that no keyboard gives (ê, hm̀).
fn typed(plain: &'static str) -> Option<&'static str> {
    match plain {
        "lü" => Some("lv"),
        "lüe" | "lve" => Some("lve"),
        "nü" => Some("nv"),
        "nüe" | "nve" => Some("nve"),
        plain if plain.is_ascii() => Some(plain),
        _ => None,
    }
}

/// All ways to read `letters` as syllables, the last of which may be only begun; fewest syllables first,
/// at most eight. Empty when it can't be read so, or is not of the letters a to z.
pub(crate) fn splits(letters: &str) -> Vec<Vec<&str>> {
    let len = letters.len();
    if len == 0 || len > LONGEST_RUN || !letters.bytes().all(|b| b.is_ascii_lowercase()) {
        return Vec::new();
    }
    // `ends[i]`: the rest from byte i can be read; keeps the search below from dead ends.
    let mut ends = vec![false; len + 1];
    if let Some(last) = ends.last_mut() {
        *last = true;
    }
    for from in (0..len).rev() {
        let readable = steps(letters, from).any(|to| ends.get(to).copied().unwrap_or(false));
        if let Some(end) = ends.get_mut(from) {
            *end = readable;
        }
    }
    let mut found = Vec::new();
    let mut waiting = std::collections::VecDeque::from([(0, Vec::new())]);
    // Breadth first, so that the fewest syllables come first; the queue is bounded like the result.
    while let Some((from, path)) = waiting.pop_front() {
        if from == len {
            found.push(path);
            if found.len() == MOST_SPLITS {
                break;
            }
            continue;
        }
        for to in steps(letters, from) {
            if ends.get(to) == Some(&true)
                && waiting.len() < 64
                && let Some(syllable) = letters.get(from..to)
            {
                let mut longer = path.clone();
                longer.push(syllable);
                waiting.push_back((to, longer));
            }
        }
    }
    found
}

/// Where a syllable that begins at `from` may end, the longest first; the last one may be only begun.
fn steps(letters: &str, from: usize) -> impl Iterator<Item = usize> + '_ {
    let len = letters.len();
    (from + 1..=len.min(from + 6)).rev().filter(move |to| {
        letters.get(from..*to).is_some_and(|piece| {
            SYLLABLES.contains(piece) || (*to == len && begins_a_syllable(piece))
        })
    })
}

/// True when some syllable begins with it.
fn begins_a_syllable(piece: &str) -> bool {
    SYLLABLES
        .range(piece..)
        .next()
        .is_some_and(|syllable| syllable.starts_with(piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_have_their_readings() {
        assert_eq!(readings('公').collect::<Vec<_>>(), ["gong"]);
        assert!(readings('行').eq(["xing", "hang"]) || readings('行').eq(["hang", "xing"]));
        assert_eq!(readings('绿').next(), Some("lv"));
        assert_eq!(readings('x').next(), None);
        assert_eq!(initials('重').collect::<Vec<_>>(), ['z', 'c']);
        assert_eq!(initials('行').count(), 2);
    }

    #[test]
    fn letters_are_cut_in_all_ways() {
        for (letters, expected) in [
            ("gongjijin", vec!["gong", "ji", "jin"]),
            ("xian", vec!["xian"]),
            ("xian", vec!["xi", "an"]),
            ("shebaok", vec!["she", "bao", "k"]),
            ("tiqugongj", vec!["ti", "qu", "gong", "j"]),
            ("fangan", vec!["fang", "an"]),
            ("fangan", vec!["fan", "gan"]),
        ] {
            assert!(splits(letters).contains(&expected), "{letters}");
        }
        for letters in ["gjj", "sbk", "", "abc1", "gjjtq"] {
            assert_eq!(splits(letters), Vec::<Vec<&str>>::new(), "{letters}");
        }
    }

    #[test]
    fn the_longest_run_is_cut_at_once() {
        let longest = "an".repeat(12);
        assert!((1..=MOST_SPLITS).contains(&splits(&longest).len()));
        assert_eq!(splits(&"an".repeat(13)), Vec::<Vec<&str>>::new());
    }
}
