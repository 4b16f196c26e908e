"""The colours, the palette and the style sheet of the whole program, light and dark."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import Enum
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

from s3desk.shipped import shipped

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


SMALLEST_POINTS = 10.0


class ThemeChoice(Enum):
    """What the user asked for in the menu `Theme`; the value is what the settings remember."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """The colour that is `share` (0 to 1) of the second in the first, so that shades follow the ten named ones."""
    parts = ((first.red(), second.red()), (first.green(), second.green()), (first.blue(), second.blue()))
    return QColor(*(round(one + (other - one) * share) for one, other in parts))


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21: text that people read needs 4.5 at least."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4) for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True)
class Colors:
    """The ten named colours of a scheme; every other shade on the screen is a mix of these."""

    window: QColor
    side: QColor
    line: QColor
    text: QColor
    dim: QColor
    accent: QColor
    selection: QColor
    good: QColor
    warning: QColor
    on_accent: QColor

    @classmethod
    def of(cls, *, dark: bool) -> Colors:
        """The colours of one scheme, in the order of the fields."""
        light_names = "#ffffff #f6f7f9 #e3e6ea #1c2430 #6b7684 #2563c9 #e3edfb #1f8a4c #b7791f #ffffff"
        dark_names = "#1b1f26 #15181e #2b313b #e6e9ee #8f9aa8 #6ea8fe #24354f #56c288 #e0b050 #10141a"
        return cls(*(QColor(name) for name in (dark_names if dark else light_names).split()))

    @property
    def dark(self) -> bool:
        """Whether light text stands on a dark window."""
        return self.window.lightness() < self.text.lightness()

    @property
    def disabled(self) -> QColor:
        """For what cannot be used now: still readable for the curious, clearly not active."""
        return mix(self.dim, self.window, 0.45)

    @property
    def hover(self) -> QColor:
        """Under the mouse: seen on the window and on the side, weaker than the selection."""
        return mix(self.window, self.text, 0.05)

    @property
    def outline(self) -> QColor:
        """Around fields and buttons, a little stronger than a hairline because it shows where to click."""
        return mix(self.line, self.dim, 0.3)

    def readable(self, colour: QColor) -> QColor:
        """The colour, moved towards the text colour until words in it can be read on the window (4.5 to 1)."""
        steps = (mix(colour, self.text, step / 20) for step in range(21))
        return next((step for step in steps if contrast(step, self.window) >= 4.5), self.text)

    def strengthened(self) -> Colors:
        """The same scheme for people who asked their system for high contrast."""
        return replace(
            self,
            line=mix(self.window, self.text, 0.6),
            text=QColor(Qt.GlobalColor.white if self.dark else Qt.GlobalColor.black),
            dim=mix(self.dim, self.text, 0.75),
            accent=mix(self.accent, self.text, 0.25),
            selection=mix(self.selection, self.accent, 0.25),
            good=mix(self.good, self.text, 0.4),
            warning=mix(self.warning, self.text, 0.4),
        )


class Theme(QObject):
    """Gives the application its style, palette, font and style sheet, and follows the system while it runs.

    `changed` is emitted after new colours were applied; what paints with `colors` only needs to repaint then.
    """

    changed = Signal()

    def __init__(self, app: QApplication, choice: ThemeChoice = ThemeChoice.SYSTEM) -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        # Where the platform names no scheme, its own palette is the only hint; it is gone once ours is set.
        self._palette_is_dark = app.palette().window().color().lightness() < 128
        app.setFont(_font(app.font()))
        self._ask_platform()
        self.colors = self._wanted()
        self._apply()
        self._hints = app.styleHints()
        self._hints.colorSchemeChanged.connect(self._follow)
        accessibility = getattr(self._hints, "accessibility", None)  # since Qt 6.10
        if accessibility is not None:
            self._accessibility = accessibility()
            self._accessibility.contrastPreferenceChanged.connect(self._follow)

    @property
    def choice(self) -> ThemeChoice:
        """What the user asked for."""
        return self._choice

    def set_choice(self, choice: ThemeChoice) -> None:
        """Show this scheme from now on, in the system's title bars and dialogs too where it can."""
        self._choice = choice
        self._ask_platform()
        self._follow()

    def _ask_platform(self) -> None:
        schemes = {ThemeChoice.LIGHT: Qt.ColorScheme.Light, ThemeChoice.DARK: Qt.ColorScheme.Dark}
        self._app.styleHints().setColorScheme(schemes.get(self._choice, Qt.ColorScheme.Unknown))

    def _follow(self) -> None:
        colors = self._wanted()
        if colors != self.colors:
            self.colors = colors
            self._apply()
            self.changed.emit()

    def _wanted(self) -> Colors:
        colors = Colors.of(dark=self._wants_dark())
        return colors.strengthened() if _high_contrast(self._app) else colors

    def _wants_dark(self) -> bool:
        if self._choice is not ThemeChoice.SYSTEM:
            return self._choice is ThemeChoice.DARK
        scheme = self._app.styleHints().colorScheme()
        return self._palette_is_dark if scheme is Qt.ColorScheme.Unknown else scheme is Qt.ColorScheme.Dark

    def _apply(self) -> None:
        self._app.setPalette(palette(self.colors))
        self._app.setStyleSheet(style_sheet(self.colors))


def palette(colors: Colors) -> QPalette:
    """Every role of every group from the ten colours, so that no widget falls back to a grey of its own."""
    role = QPalette.ColorRole
    shades = (
        (colors.window, (role.Window, role.Base, role.ToolTipBase, role.Button)),
        (colors.side, (role.AlternateBase,)),
        (colors.line, (role.Mid, role.Midlight, role.Light)),
        (colors.outline, (role.Dark, role.Shadow)),
        (colors.selection, (role.Highlight,)),
        (colors.accent, (role.Accent, role.Link, role.LinkVisited)),
        (colors.dim, (role.PlaceholderText,)),
        (colors.warning, (role.BrightText,)),
        (colors.text, (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.ToolTipText)),
    )
    made = QPalette()
    for colour, roles in shades:
        for each in roles:
            made.setColor(each, colour)
    for each in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.Link, role.PlaceholderText):
        made.setColor(QPalette.ColorGroup.Disabled, each, colors.disabled)
    return made


def style_sheet(colors: Colors) -> str:
    """`resources/style.qss` with the names of colours and arrows filled in; a `$name` unknown here is a KeyError."""
    shades = ("disabled", "hover", "outline")
    names = {field.name: getattr(colors, field.name) for field in fields(colors)}
    names |= {shade: getattr(colors, shade) for shade in shades}
    words = {name: colour.name() for name, colour in names.items()}
    words["handle"] = mix(colors.window, colors.dim, 0.45).name()
    words["pressed"] = mix(colors.accent, colors.window, 0.2).name()
    words["good_words"] = colors.readable(colors.good).name()
    words["warning_words"] = colors.readable(colors.warning).name()
    words["arrows"] = shipped("arrows").as_posix()
    words["scheme"] = "dark" if colors.dark else "light"
    return Template(shipped("style.qss").read_text("utf-8")).substitute(words)


def _font(system: QFont) -> QFont:
    """Inter where it is installed, else the system's own; never smaller than people can read."""
    font = QFont(system)
    # Asked first, because Qt searches all fonts for aliases of a family that is missing and warns about the time.
    if QFontDatabase.hasFamily("Inter"):
        font.setFamilies(["Inter", *system.families()])
    if 0 < font.pointSizeF() < SMALLEST_POINTS:
        font.setPointSizeF(SMALLEST_POINTS)
    # Digits of one width, so that numbers and times line up in columns.
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _high_contrast(app: QApplication) -> bool:
    accessibility = getattr(app.styleHints(), "accessibility", None)  # since Qt 6.10
    if accessibility is None:
        return False
    return bool(accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast)
