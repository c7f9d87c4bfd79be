"""The child process: a workbook on standard input, its cells or the reason against it as JSON on standard output."""

import json
import resource
import sys
from datetime import datetime

from .container import Unreadable
from .workbook import parse

MEMORY_BYTES = 1024**3
CPU_SECONDS = 20


def as_plain(value):
    """JSON's default: days and moments as one-key objects, which reader.py turns back."""
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return {"on": value.isoformat()}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    max_rows, max_cols = int(sys.argv[1]), int(sys.argv[2])
    try:
        answer = {"sheets": parse(sys.stdin.buffer.read(), max_rows, max_cols)}
    except Unreadable as refusal:
        answer = {"error": refusal.code, "params": refusal.params}
    sys.stdout.write(json.dumps(answer, default=as_plain))
