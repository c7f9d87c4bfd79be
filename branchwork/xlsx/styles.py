"""How cells look: one named style for each combination in use, shared by all its cells."""

import unicodedata
from copy import copy

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils.indexed_list import IndexedList

FORMATS = {
    "text": "General",
    "integer": "0",
    "points": "0.00",
    "rate": "0.00",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}
ALIGN = {"text": "left", "integer": "center", "points": "right", "rate": "right"}
# Fonts every Chinese Excel and WPS has; 134 is the GB character set.
BODY = {"name": "宋体", "size": 11, "charset": 134, "family": 3}
FONTS = {
    "title": Font(name="黑体", size=16, charset=134, family=3),
    "header": Font(**BODY, bold=True),
    "upright": Font(**BODY, bold=True),
    "total": Font(**BODY, bold=True),
}
THIN = Side(style="thin")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
BORDERED = {"header", "upright", "body", "total"}
STACKED = 255  # each character upright below the last


class Styles:
    """The styles of one workbook: openpyxl's style arrays, to be set on cells as they are (fast)."""

    def __init__(self, book: Workbook):
        self.book = book
        self.made: dict[tuple[str, str, str], StyleArray] = {}
        self.quotes: dict[tuple[int, ...], StyleArray] = {}
        # Column widths are measured in digits of this font, so it has to be the one in use.
        normal = Font(**BODY)
        book._fonts = IndexedList([normal])
        book._named_styles["Normal"].font = normal

    def get(self, role: str, format: str = "text", align: str = "") -> StyleArray:
        """The style of a role (title, line, header, upright, body, total, note), column format and alignment."""
        if not align:
            align = "center" if role in ("title", "header", "upright") else ALIGN.get(format, "center")
        # Two styles of one name would spoil each other: what is named alike is the same.
        key = (role, format, align)
        if key not in self.made:
            self.made[key] = self._make(*key)
        return self.made[key]

    def quoted(self, style: StyleArray) -> StyleArray:
        """The same look for text that Excel must not take for a formula, not even when someone edits it."""
        key = tuple(style)
        if key not in self.quotes:
            self.quotes[key] = copy(style)
            self.quotes[key].quotePrefix = 1
        return self.quotes[key]

    def _make(self, role: str, format: str, align: str) -> StyleArray:
        style = NamedStyle(
            name=" ".join(["Branchwork", role, format, align]),
            font=FONTS.get(role, Font(**BODY)),
            border=GRID if role in BORDERED else Border(),
            alignment=Alignment(
                horizontal=align,
                vertical="center",
                wrap_text=format == "text" and role != "upright",
                indent=int(align == "right"),
                text_rotation=STACKED if role == "upright" else 0,
            ),
            number_format=FORMATS[format],
        )
        cell = WriteOnlyCell(self.book.worksheets[0])
        cell.style = style
        return cell._style


def display_width(text: str) -> int:
    """Width of the longest line in half-width characters: a Chinese character counts two."""
    lines = text.split("\n")
    return max(sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line) for line in lines)


def lines_needed(text: str, width: float) -> int:
    """How many lines `text` takes in a cell of this width."""
    return sum(max(1, -(-display_width(line) // max(1, int(width)))) for line in text.split("\n"))
