"""What tests with a real worker share: two kinds of jobs, and how to wait for one."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from branchwork import jobs
from branchwork.models import Job


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


def enqueue(kind: str, **args) -> Job:
    with transaction.atomic():
        return jobs.enqueue(kind, title="", args=args, by=None)


def hold_a_worker(folder: Path) -> tuple[Job, int]:
    """A job that a worker runs now and will not end, and the process it runs in."""
    pid_file = folder / "pid"
    job = enqueue("test.hold", pid_file=str(pid_file))
    wait_until(lambda: pid_file.exists() and pid_file.read_text().endswith("\n"))
    job.refresh_from_db()
    assert (job.state, job.progress) == ("running", {"done": 1, "total": 3})
    return job, int(pid_file.read_text())


def is_finished(job: Job) -> bool:
    job.refresh_from_db()
    return job.is_finished


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Ask again and again, at most for `seconds`: what is waited for happens in another process."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)
