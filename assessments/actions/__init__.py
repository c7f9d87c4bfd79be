"""Every write of assessments: the scheme, closings and their undoing."""

from .closing import ClosingRefused, close_period, reopen_period, request_closing
from .schemes import scheme_for

__all__ = ["ClosingRefused", "close_period", "reopen_period", "request_closing", "scheme_for"]
