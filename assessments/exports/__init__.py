"""Workbooks: columns as data, one module for each sheet, all drawn from one basis.

What is read is read before anything is written; sheets neither query (the ledger's own rows excepted, which are a
stream) nor compute points.
"""

from assessments.exports.books import Made, Progress, make_workbook

__all__ = ["Made", "Progress", "make_workbook"]
