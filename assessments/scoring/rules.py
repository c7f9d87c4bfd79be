"""The closed table of formulas: what each rule kind does."""

from collections.abc import Mapping
from types import MappingProxyType

from assessments.scoring.given import Formula

FORMULAS: Mapping[str, Formula] = MappingProxyType({})
