"""The finished file: values beside their formulas, and equal bytes for equal contents."""

import io
import re
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

# What a zip entry can say at the earliest; the real time is in the workbook's properties.
ENTRY_TIME = (1980, 1, 1, 0, 0, 0)
FORMULA_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>([^<]*)</f><v ?(?:/>|></v>)</c>')


def finish(book: Workbook, values: Mapping[str, Mapping[str, object]]) -> bytes:
    """The workbook as a file. `values` are the formulas' results by part name and cell name.

    openpyxl cannot write a formula's result, stamps the time of saving into the properties and the clock into
    the zip entries; all three are put right here.
    """
    modified = book.properties.modified
    saved = io.BytesIO()
    book.save(saved)
    book.properties.modified = modified
    out = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = tostring(book.properties.to_tree()) if name == ARC_CORE else source.read(name)
            if values.get(name):
                data = _with_results(data, values[name])
            entry = zipfile.ZipInfo(name, ENTRY_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, data)
    return out.getvalue()


def _with_results(sheet: bytes, values: Mapping[str, object]) -> bytes:
    def filled(match: re.Match[bytes]) -> bytes:
        name, attributes, formula = match.groups()
        value = values.get(name.decode())
        if value is None:
            return match[0]
        kind = b' t="str"' if isinstance(value, str) else b""
        result = escape(str(value)).encode()
        return b'<c r="%b"%b%b><f>%b</f><v>%b</v></c>' % (name, attributes, kind, formula, result)

    return FORMULA_CELL.sub(filled, sheet)
