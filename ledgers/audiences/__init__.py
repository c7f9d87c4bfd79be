"""Who a task applies to: the office's words (各党支部, 窗口单位党支部, 申报单位) and the organizations they mean."""

from .reading import BRANCHES, EVERYBODY, KNOWN, AudienceReading, AudienceWords, Doubt, read_audience
from .resolving import assessed_below, condition_of, count_in, organizations_in, words_of

__all__ = [
    "BRANCHES",
    "EVERYBODY",
    "KNOWN",
    "AudienceReading",
    "AudienceWords",
    "Doubt",
    "assessed_below",
    "condition_of",
    "count_in",
    "organizations_in",
    "read_audience",
    "words_of",
]
