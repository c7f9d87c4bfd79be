"""Handlers that only the worker tests know; a worker started with `-I tests.branchwork.worker_jobs` has them too."""

import os
import signal
from pathlib import Path

from branchwork import jobs


@jobs.handler("test.count")
def count(job, progress):
    for done in range(3):
        progress(done, 3)
    return {"counted": 3}


@jobs.handler("test.hold")
def hold(job, progress):
    """The first attempt says which process it is and waits to be killed; the second ends."""
    if job.attempts == 1:
        progress(1, 3)
        Path(job.args["pid_file"]).write_text(f"{os.getpid()}\n")
        signal.pause()
    return {"attempt": job.attempts}
