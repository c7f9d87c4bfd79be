"""A workbook's visible sheets, their cells and merged ranges."""

import posixpath
import zipfile
from datetime import date
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from .container import Unreadable, open_container
from .values import BUILTIN_KINDS, cell_name, clean_text, from_iso, kind_of_format, number, position, unescape

# Over all sheets, so that a short string used 300,000 times cannot fill the asking process.
MAX_CELLS = 600_000
MAX_TEXT = 10_000_000
MAX_MERGED = 50_000
# Formulas are only shown and compared, so the first so many will do, and none longer than a person would write.
MAX_FORMULAS = 5_000
MAX_FORMULA = 300


def parse(data: bytes, max_rows: int, max_cols: int) -> list[tuple[str, list, list, dict]]:
    """(title, rows, merged, formulas) of every sheet neither hidden nor blank. Raises Unreadable, nothing else."""
    try:
        with open_container(data) as archive:
            return _Workbook(archive).sheets(max_rows, max_cols)
    except Unreadable:
        raise
    except DefusedXmlException:
        raise Unreadable("unsafe") from None
    except MemoryError:
        raise Unreadable("too_large") from None
    except Exception:  # whatever a broken file does to zipfile, expat or us, it is a broken file
        raise Unreadable("damaged") from None


class _Elements(ContentHandler):
    """Collects (parent/name, attributes) of the wanted elements; namespaces and prefixes are ignored."""

    def __init__(self, wanted: set[str]):
        super().__init__()
        self.wanted, self.path, self.found = wanted, [""], []

    def startElement(self, name, attrs):
        name = _local(name)
        key = f"{self.path[-1]}/{name}"
        if key in self.wanted:
            self.found.append((key, {_local(attr): value for attr, value in attrs.items()}))
        self.path.append(name)

    def endElement(self, name):
        self.path.pop()


class _Strings(ContentHandler):
    """The shared strings, runs of rich text joined, reading aids (rPh) left out."""

    def __init__(self):
        super().__init__()
        self.strings, self.text, self.inside, self.aside = [], [], False, False

    def startElement(self, name, attrs):
        name = _local(name)
        if name == "si":
            self.text = []
        elif name == "rPh":
            self.aside = True
        self.inside = name == "t" and not self.aside

    def characters(self, content):
        if self.inside:
            self.text.append(content)

    def endElement(self, name):
        name = _local(name)
        self.inside = False
        if name == "rPh":
            self.aside = False
        elif name == "si":
            self.strings.append(unescape("".join(self.text)))


class _Cells(ContentHandler):
    """The cells of one sheet that hold something: rows[row][col], its merged ranges and its formulas."""

    def __init__(self, book: "_Workbook", title: str, max_rows: int, max_cols: int):
        super().__init__()
        self.book, self.title, self.max_rows, self.max_cols = book, title, max_rows, max_cols
        self.rows: dict[int, dict] = {}
        self.merged: list[tuple[int, int, int, int]] = []
        self.row = self.col = self.last_row = self.last_col = 0
        self.formulas: dict[str, str] = {}
        self.in_data = self.inside = self.aside = self.in_formula = False
        self.type, self.style, self.text, self.formula = "n", 0, [], []

    def startElement(self, name, attrs):
        name = _local(name)
        if name == "sheetData":
            self.in_data = True
        elif name == "mergeCell":
            self._merge(attrs.get("ref", ""))
        elif not self.in_data:
            return
        elif name == "row":
            self.row, self.col = int(attrs.get("r") or self.row + 1), 0
        elif name == "c":
            if "r" in attrs:
                self.row, self.col = position(attrs["r"])
            else:
                self.col += 1
            self.type, self.style, self.text = attrs.get("t", "n"), int(attrs.get("s", 0)), []
            self.formula = []
        elif name == "rPh":
            self.aside = True
        elif name == "f":
            self.in_formula = True
        else:
            self.inside = name == ("t" if self.type == "inlineStr" else "v") and not self.aside

    def characters(self, content):
        if self.inside:
            self.text.append(content)
        elif self.in_formula:
            self.formula.append(content)

    def endElement(self, name):
        name = _local(name)
        self.inside = self.in_formula = False
        if name == "sheetData":
            self.in_data = False
        elif name == "rPh":
            self.aside = False
        elif name == "c" and self.in_data:
            self._keep_formula("".join(self.formula))
            if self.text:
                self._keep(self.book.value(self.type, self.style, "".join(self.text)))

    def _keep_formula(self, formula: str) -> None:
        if 0 < len(formula) <= MAX_FORMULA and len(self.formulas) < MAX_FORMULAS:
            self.formulas[cell_name(self.row, self.col)] = f"={clean_text(formula)}"
            self.book.count(formula)

    def _keep(self, value) -> None:
        if value is None:
            return
        blank = isinstance(value, str) and not value.strip()
        if not blank:
            self.last_row, self.last_col = max(self.last_row, self.row), max(self.last_col, self.col)
            if self.col > self.max_cols:
                name = cell_name(self.row, self.col)
                raise Unreadable("too_many_columns", sheet=self.title, cell=name, limit=self.max_cols)
            if self.row > 4 * self.max_rows:  # told exactly up to here; counting on would only cost time
                self.refuse_rows()
        if self.row <= self.max_rows and self.col <= self.max_cols:
            self.rows.setdefault(self.row, {})[self.col] = value
            self.book.count(value)

    def refuse_rows(self) -> None:
        raise Unreadable("too_many_rows", sheet=self.title, rows=self.last_row, limit=self.max_rows)

    def _merge(self, reference: str) -> None:
        if len(self.merged) == MAX_MERGED:
            raise Unreadable("too_large")
        first, _, last = reference.partition(":")
        (top, left), (bottom, right) = position(first), position(last or first)
        self.merged.append((min(top, bottom), min(left, right), max(top, bottom), max(left, right)))
        self.book.count(reference)

    def dense(self) -> tuple[list[list], list[tuple[int, int, int, int]]]:
        """Rows of equal width without the blank edge, and the merged ranges cut to them."""
        columns = range(1, self.last_col + 1)
        rows = [self.rows.get(row, {}) for row in range(1, self.last_row + 1)]
        merged = []
        for top, left, bottom, right in self.merged:
            bottom, right = min(bottom, self.last_row), min(right, self.last_col)
            if top <= bottom and left <= right and (top, left) != (bottom, right):
                merged.append((top, left, bottom, right))
        return [[row.get(col) for col in columns] for row in rows], sorted(merged)


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile):
        self.archive = archive
        self.names = {name.casefold(): name for name in archive.namelist()}
        self.cells = self.characters = 0
        self.part = self._only(self._relations(""), "officeDocument")
        if not self.part or not self.part.endswith(".xml"):
            raise Unreadable("not_workbook")
        self.relations = self._relations(self.part)
        elements = self._elements(self.part, {"workbook/workbookPr", "sheets/sheet"})
        self.tabs = [attrs for key, attrs in elements if key == "sheets/sheet"]
        if not self.tabs:
            raise Unreadable("not_workbook")
        is_1904 = any(attrs.get("date1904") in ("1", "true") for _, attrs in elements)
        self.epoch = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
        self.kinds = self._kinds()
        self.strings = self._strings()

    def sheets(self, max_rows: int, max_cols: int) -> list[tuple[str, list, list, dict]]:
        found = []
        for tab in self.tabs:
            kind, part = self.relations[tab["id"]]
            if kind != "worksheet" or tab.get("state", "visible") != "visible":
                continue
            title = clean_text(tab.get("name", ""))[:31]
            cells = self._parse(part, _Cells(self, title, max_rows, max_cols))
            if cells.last_row > max_rows:
                cells.refuse_rows()
            if cells.last_row:
                found.append((title, *cells.dense(), cells.formulas))
        if not found:
            raise Unreadable("empty")
        return found

    def value(self, kind: str, style: int, text: str):
        """What a cell holds, from its type, its style's number and the text of its value."""
        if kind == "s":
            return self.strings[int(text)] or None
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind in ("str", "inlineStr"):
            return unescape(text) or None
        if kind == "e":
            return clean_text(text)
        if kind == "d":
            return from_iso(text.strip())
        return number(text, self.kinds[style] if style < len(self.kinds) else "", self.epoch)

    def count(self, value) -> None:
        """Cells, formulas and merged ranges count alike: each is something the asking process will hold."""
        self.cells += 1
        self.characters += len(value) if isinstance(value, str) else 0
        if self.cells > MAX_CELLS or self.characters > MAX_TEXT:
            raise Unreadable("too_large")

    def _kinds(self) -> list[str]:
        """For each cell style: "date", "time", "datetime", "elapsed" or "" for a plain number."""
        part = self._only(self.relations, "styles")
        if not part:
            return []
        elements = self._elements(part, {"numFmts/numFmt", "cellXfs/xf"})
        kinds = dict(BUILTIN_KINDS)
        for key, attrs in elements:
            if key == "numFmts/numFmt":
                kinds[int(attrs["numFmtId"])] = kind_of_format(attrs.get("formatCode", ""))
        return [kinds.get(int(a.get("numFmtId", 0)), "") for key, a in elements if key == "cellXfs/xf"]

    def _strings(self) -> list[str]:
        part = self._only(self.relations, "sharedStrings")
        return self._parse(part, _Strings()).strings if part else []

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """id → (last word of its type, part) of what `part` points at inside the file."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations.casefold() not in self.names:
            if not part:
                raise Unreadable("not_workbook")
            return {}
        found = {}
        for _, attrs in self._elements(relations, {"Relationships/Relationship"}):
            if attrs.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attrs["Target"])).lstrip("/")
                found[attrs["Id"]] = (attrs["Type"].rpartition("/")[2], target)
        return found

    @staticmethod
    def _only(relations: dict[str, tuple[str, str]], kind: str) -> str:
        return next((part for found, part in relations.values() if found == kind), "")

    def _elements(self, part: str, wanted: set[str]) -> list[tuple[str, dict[str, str]]]:
        return self._parse(part, _Elements(wanted)).found

    def _parse(self, part: str, handler):
        parser = make_parser()
        parser.forbid_dtd = True
        parser.setContentHandler(handler)
        with self.archive.open(self.names[part.casefold()]) as source:
            parser.parse(source)
        return handler


def _local(name: str) -> str:
    return name.rpartition(":")[2]
