//! From a file's text to a scenario; a mistake names line, column and rule.

use super::{Fault, Rule, Scenario};

/// Reads a scenario. Error: it is not TOML, or not of the expected shape.
pub fn read(file: &str, text: &str) -> Result<Scenario, Fault> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let (line, column) = place(text, start);
        Fault {
            file: file.to_owned(),
            line,
            column,
            rule: Rule::Shape(error.message().to_owned()),
        }
    })
}

/// Line and character of a byte, both counted from 1.
pub(super) fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let begin = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    let column = before.get(begin..).unwrap_or("").chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters() {
        for (byte, expected) in [(0, (1, 1)), (3, (1, 2)), (7, (2, 1)), (10, (2, 2))] {
            assert_eq!(place("济南\n水务", byte), expected, "{byte}");
        }
    }

    #[test]
    fn a_file_of_the_wrong_shape_says_where() {
        let fault = read("a.toml", "id = \"X\"\nlevel = \"hard\"\n").unwrap_err();
        assert_eq!((fault.line, fault.column), (2, 9), "{fault:?}");
        let fault = read("a.toml", "id = \"X\"\n  nonsense = 1\n").unwrap_err();
        assert_eq!((fault.line, fault.column), (2, 3), "{fault:?}");
    }
}
