//! Colours and marks. A status is always mark + word + colour, so that no theme and no terminal without
//! colours takes anything away.

use ratatui::style::{Color, Modifier, Style};

/// The themes that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeName {
    /// For a dark terminal.
    #[default]
    Dark,
    /// For a light terminal.
    Light,
    /// Only the terminal's own 16 colours.
    Sixteen,
    /// 高对比度.
    HighContrast,
    /// For eyes that confuse red and green.
    RedGreen,
    /// For eyes that confuse blue and yellow.
    BlueYellow,
    /// `NO_COLOR`: bold and reverse only.
    Plain,
}

impl ThemeName {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Dark,
        Self::Light,
        Self::Sixteen,
        Self::HighContrast,
        Self::RedGreen,
        Self::BlueYellow,
        Self::Plain,
    ];

    /// The name in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Sixteen => "ansi16",
            Self::HighContrast => "contrast",
            Self::RedGreen => "deuteranopia",
            Self::BlueYellow => "tritanopia",
            Self::Plain => "plain",
        }
    }

    /// The theme of a name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// The colours of one theme; `None` is the terminal's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Colours {
    fore: Option<Color>,
    back: Option<Color>,
    quiet: Option<Color>,
    accent: Option<Color>,
    good: Option<Color>,
    warn: Option<Color>,
    bad: Option<Color>,
    selected: Option<(Color, Color)>,
}

/// Colours and marks in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    colours: Colours,
    ascii: bool,
}

impl Default for Theme {
    fn default() -> Self {
        Self::new(ThemeName::default(), false)
    }
}

const fn rgb(hex: u32) -> Color {
    let [_, r, g, b] = hex.to_be_bytes();
    Color::Rgb(r, g, b)
}

impl Colours {
    const fn of(name: ThemeName) -> Self {
        let base = Self {
            fore: None,
            back: None,
            quiet: None,
            accent: None,
            good: None,
            warn: None,
            bad: None,
            selected: None,
        };
        match name {
            ThemeName::Dark => Self {
                quiet: Some(rgb(0x8a_93_9e)),
                accent: Some(rgb(0x6c_b6_ff)),
                good: Some(rgb(0x7e_e0_8a)),
                warn: Some(rgb(0xf0_c0_50)),
                bad: Some(rgb(0xff_7b_72)),
                selected: Some((Color::Rgb(255, 255, 255), Color::Rgb(0x1f, 0x4b, 0x7a))),
                ..base
            },
            ThemeName::Light => Self {
                quiet: Some(rgb(0x5a_63_6e)),
                accent: Some(rgb(0x0a_4f_a8)),
                good: Some(rgb(0x0b_6a_2b)),
                warn: Some(rgb(0x8a_5a_00)),
                bad: Some(rgb(0xb0_18_22)),
                selected: Some((Color::Rgb(0, 0, 0), Color::Rgb(0xbf, 0xdd, 0xff))),
                ..base
            },
            ThemeName::Sixteen => Self {
                accent: Some(Color::Cyan),
                good: Some(Color::Green),
                warn: Some(Color::Yellow),
                bad: Some(Color::Red),
                ..base
            },
            ThemeName::HighContrast | ThemeName::RedGreen | ThemeName::BlueYellow => {
                Self::for_eyes(name, base)
            }
            ThemeName::Plain => base,
        }
    }
}

impl Colours {
    /// High contrast, and the two for eyes that confuse colours (after Okabe and Ito).
    const fn for_eyes(name: ThemeName, base: Self) -> Self {
        match name {
            ThemeName::HighContrast => Self {
                fore: Some(Color::White),
                back: Some(Color::Black),
                quiet: Some(Color::Gray),
                accent: Some(Color::LightCyan),
                good: Some(Color::LightGreen),
                warn: Some(Color::LightYellow),
                bad: Some(Color::LightRed),
                selected: Some((Color::Black, Color::White)),
            },
            ThemeName::RedGreen => Self {
                quiet: Some(rgb(0x8a_93_9e)),
                accent: Some(rgb(0x56_b4_e9)),
                good: Some(rgb(0x56_b4_e9)),
                warn: Some(rgb(0xf0_e4_42)),
                bad: Some(rgb(0xe6_9f_00)),
                selected: Some((Color::Rgb(255, 255, 255), Color::Rgb(0, 0x72, 0xb2))),
                ..base
            },
            ThemeName::BlueYellow => Self {
                quiet: Some(rgb(0x90_90_90)),
                accent: Some(rgb(0xcc_79_a7)),
                good: Some(rgb(0x00_9e_73)),
                warn: Some(rgb(0xcc_79_a7)),
                bad: Some(rgb(0xd5_5e_00)),
                selected: Some((Color::Rgb(255, 255, 255), Color::Rgb(0x70, 0x30, 0x50))),
                ..base
            },
            _ => base,
        }
    }
}

impl Theme {
    /// A theme; `ascii` replaces the marks that are two cells wide in some Chinese terminals.
    pub const fn new(name: ThemeName, ascii: bool) -> Self {
        Self {
            colours: Colours::of(name),
            ascii,
        }
    }

    /// True where marks are replaced.
    pub const fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// The same colours with marks that are one cell wide in every terminal.
    #[must_use]
    pub fn in_ascii(&self) -> Self {
        Self {
            ascii: true,
            ..self.clone()
        }
    }

    fn coloured(&self, fore: Option<Color>) -> Style {
        let mut style = self.base();
        style.fg = fore.or(style.fg);
        style
    }

    /// Plain text.
    pub fn base(&self) -> Style {
        Style {
            fg: self.colours.fore,
            bg: self.colours.back,
            ..Style::default()
        }
    }

    /// What matters less; dim where the theme has no colour for it.
    pub fn quiet(&self) -> Style {
        match self.colours.quiet {
            Some(quiet) => self.coloured(Some(quiet)),
            None => self.base().add_modifier(Modifier::DIM),
        }
    }

    /// What matters more.
    pub fn strong(&self) -> Style {
        self.base().add_modifier(Modifier::BOLD)
    }

    /// A box.
    pub fn border(&self) -> Style {
        self.quiet()
    }

    /// The box that has the keyboard.
    pub fn focus(&self) -> Style {
        self.coloured(self.colours.accent)
            .add_modifier(Modifier::BOLD)
    }

    /// A box's title.
    pub fn title(&self) -> Style {
        self.coloured(self.colours.accent)
    }

    /// A key in a hint.
    pub fn key(&self) -> Style {
        self.coloured(self.colours.accent)
            .add_modifier(Modifier::BOLD)
    }

    /// A field's label; reversed where the keyboard is, so that it is seen without colours too.
    pub fn label(&self, focused: bool) -> Style {
        if focused {
            self.focus().add_modifier(Modifier::REVERSED)
        } else {
            self.title()
        }
    }

    /// What may be a guess.
    pub fn maybe(&self, guessed: bool) -> Style {
        if guessed { self.guess() } else { self.base() }
    }

    /// A guess that nobody has taken yet.
    pub fn guess(&self) -> Style {
        self.coloured(self.colours.warn)
    }

    /// What matched the query.
    pub fn matched(&self) -> Style {
        self.coloured(self.colours.accent)
            .add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// All is well.
    pub fn good(&self) -> Style {
        self.coloured(self.colours.good)
    }

    /// Look here soon.
    pub fn warn(&self) -> Style {
        self.coloured(self.colours.warn)
            .add_modifier(Modifier::BOLD)
    }

    /// Look here now.
    pub fn bad(&self) -> Style {
        self.coloured(self.colours.bad).add_modifier(Modifier::BOLD)
    }

    /// The selected line, or selected text.
    pub fn selected(&self) -> Style {
        match self.colours.selected {
            Some((fore, back)) => Style::default().fg(fore).bg(back),
            None => self.base().add_modifier(Modifier::REVERSED),
        }
    }

    /// The status line.
    pub fn bar(&self) -> Style {
        self.selected()
    }

    /// Corners, horizontal and vertical line of a box: tl, tr, bl, br, h, v.
    pub const fn frame(&self) -> [&'static str; 6] {
        if self.ascii {
            ["+", "+", "+", "+", "-", "|"]
        } else {
            ["┌", "┐", "└", "┘", "─", "│"]
        }
    }

    /// Stands for what was cut off.
    pub const fn more(&self) -> &'static str {
        if self.ascii { ".." } else { "…" }
    }

    /// Before the selected line of a list.
    pub const fn pointer(&self, here: bool) -> &'static str {
        if here { "> " } else { "  " }
    }

    /// What is done or known.
    pub const fn tick(&self) -> &'static str {
        if self.ascii { "v" } else { "✓" }
    }

    /// A state that lives (a call, a line that stands).
    pub const fn dot(&self) -> &'static str {
        if self.ascii { "*" } else { "●" }
    }
}
