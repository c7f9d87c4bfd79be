"""Rule books as offices keep them, a workbook with a table 类目 · 指标 · 分值 · 评分标准: read and written.

A workbook is another spelling of a scheme file: its cells are put together to one, which the reader of scheme files
judges, so that nothing is allowed here that is not allowed there. `read_workbook_scheme` and `write_workbook_scheme`
are what others call.
"""

from .reading import Reading, read_workbook_scheme
from .writing import write_workbook_scheme

__all__ = ["Reading", "read_workbook_scheme", "write_workbook_scheme"]
