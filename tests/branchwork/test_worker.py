"""A real worker on a real broker: files, or Redis where REDIS_URL is set."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from branchwork import jobs
from branchwork.models import Job

from .worker_jobs import enqueue, hold_a_worker, is_finished, wait_until

COMMAND = ["celery", "--app=branchwork", "--quiet", "worker", "--concurrency=1", "--without-gossip",
           "--without-mingle"]  # fmt: skip


@pytest.fixture
def start_worker(shared_environment) -> Iterator[Callable[[], subprocess.Popen]]:
    started = []

    def start() -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", *COMMAND], cwd=settings.BASE_DIR, env=shared_environment, start_new_session=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        kill_all(process)


def kill_all(worker: subprocess.Popen) -> None:
    try:
        os.killpg(worker.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    worker.wait()


def test_worker_runs_what_was_enqueued_before_and_after_it_started(start_worker):
    before = enqueue("test.count")
    start_worker()
    wait_until(lambda: is_finished(before))
    after = enqueue("test.count")
    wait_until(lambda: is_finished(after))
    assert [(job.state, job.result, job.attempts) for job in (before, after)] == [("done", {"counted": 3}, 1)] * 2


def test_worker_whose_child_is_killed_runs_the_job_again(start_worker, tmp_path):
    start_worker()
    job, pid = hold_a_worker(tmp_path)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: is_finished(job))
    assert (job.state, job.result, job.attempts) == ("done", {"attempt": 2}, 2)


def test_worker_killed_whole_leaves_its_job_to_the_sweep(start_worker, tmp_path):
    worker = start_worker()
    job, pid = hold_a_worker(tmp_path)
    kill_all(worker)
    start_worker()
    other = enqueue("test.count")
    wait_until(lambda: is_finished(other))
    # The negative control: without the sweep nobody takes it up, and the sweep respects a lease that holds.
    assert (jobs.sweep(), is_finished(job)) == (0, False)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.sweep() == 1
    wait_until(lambda: is_finished(job))
    assert (job.state, job.attempts) == ("done", 2)
