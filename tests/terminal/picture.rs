//! Draws what a terminal shows as SVG, cell by cell: the pictures in README and docs come from here.

use std::fmt::Write as _;

const CELL: (usize, usize) = (9, 19);
const INK: &str = "#d8dee9";
const PAPER: &str = "#16191f";
/// The sixteen colours and the rest of the 256, as most terminals show them.
const BASE: [&str; 16] = [
    "#2e3440", "#bf616a", "#a3be8c", "#ebcb8b", "#81a1c1", "#b48ead", "#88c0d0", "#e5e9f0",
    "#616e88", "#d08770", "#b5d99c", "#f0d9a0", "#9fbfe0", "#c9a7c7", "#a5d8e6", "#ffffff",
];

fn colour(colour: vt100::Color, default: &str) -> String {
    match colour {
        vt100::Color::Default => default.to_owned(),
        vt100::Color::Idx(n) if n < 16 => BASE[usize::from(n)].to_owned(),
        vt100::Color::Idx(n) if n < 232 => {
            let level = |value: u8| {
                if value == 0 {
                    0
                } else {
                    55 + 40 * u32::from(value)
                }
            };
            let n = n - 16;
            format!(
                "#{:02x}{:02x}{:02x}",
                level(n / 36),
                level(n / 6 % 6),
                level(n % 6)
            )
        }
        vt100::Color::Idx(n) => {
            let grey = 8 + 10 * u32::from(n - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
        vt100::Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The screen as an SVG document.
pub fn svg(screen: &vt100::Screen, title: &str) -> String {
    let (rows, cols) = screen.size();
    let (rows, cols) = (rows.get(), cols.get());
    let (width, height) = (usize::from(cols) * CELL.0, usize::from(rows) * CELL.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{PAPER}\"/>\n\
         <g font-family=\"'Noto Sans Mono CJK SC','Sarasa Mono SC','Microsoft YaHei Mono',monospace\" font-size=\"15\" xml:space=\"preserve\">\n",
        escaped(title)
    );
    let (caret_row, caret_col) = screen.cursor_position();
    for row in 0..rows {
        for col in 0..cols {
            let Some(cell) = screen
                .cell(row, col)
                .filter(|cell| !cell.is_wide_continuation())
            else {
                continue;
            };
            let (mut ink, mut paper) = (colour(cell.fgcolor(), INK), colour(cell.bgcolor(), PAPER));
            let caret = !screen.hide_cursor() && (row, col) == (caret_row, caret_col);
            if cell.inverse() != caret {
                std::mem::swap(&mut ink, &mut paper);
            }
            let cells = if cell.is_wide() { 2 } else { 1 };
            let (x, y) = (usize::from(col) * CELL.0, usize::from(row) * CELL.1);
            if paper != PAPER {
                let _ = writeln!(
                    out,
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" fill=\"{paper}\"/>",
                    cells * CELL.0,
                    CELL.1
                );
            }
            let text = cell.contents();
            if !text.trim().is_empty() {
                let weight = if cell.bold() {
                    " font-weight=\"bold\""
                } else {
                    ""
                };
                let line = if cell.underline() {
                    " text-decoration=\"underline\""
                } else {
                    ""
                };
                let _ = writeln!(
                    out,
                    "<text x=\"{x}\" y=\"{}\" fill=\"{ink}\"{weight}{line} textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\">{}</text>",
                    y + 14,
                    cells * CELL.0,
                    escaped(text)
                );
            }
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}
