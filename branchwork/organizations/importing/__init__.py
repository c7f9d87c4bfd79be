"""The organization list of an office, understood: pure values in, what would be made and what must be asked out.

`fields` knows the columns, `lines` reads the cells, `checking` judges them against what the house already `known`s,
`names` makes short names and codes. None of it writes; the writing is in actions/imports.py.
"""

from .checking import Check, check
from .fields import FIELDS, label_of
from .known import Known, KnownOrganization, known_to

__all__ = ["FIELDS", "Check", "Known", "KnownOrganization", "check", "known_to", "label_of"]
