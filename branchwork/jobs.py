"""Background runs. The row is the truth and the broker only says "look": a Job is written with the business that
wants it, claimed by a worker with a lease, and found again by the sweep when a message or a worker was lost.

A handler may run more than once (its worker was killed after the work, before the row said so): it asks what is
already there and answers the same. It calls `progress` outside its transactions, where others can see it move.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerError

from .celery import app
from .errors import Refused
from .models import Job

log = logging.getLogger(__name__)

# Longer than the longest silence between two calls of `progress`.
LEASE = timedelta(seconds=120)
# How long the sweep trusts a message it sent again: a long queue must not fill up with copies.
RESEND = timedelta(minutes=5)
MAX_ATTEMPTS = 5
SECONDS_BETWEEN_WRITES = 0.25

Progress = Callable[[int, int], None]
Handler = Callable[[Job, Progress], dict | None]
_handlers: dict[str, Handler] = {}


class LeaseLost(Exception):
    """Another worker runs this job now: this one stops without touching the row."""


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register what a kind of job does: `f(job, progress) -> result`.

    `result` goes to `job.result`; {"report": pk} and {"url": path} become links on the job's page. `Refused` ends
    the job with its sentence, a right that is missing by then with its name; any other exception is logged and ends
    it with a plain sentence.
    """

    def register(function: Handler) -> Handler:
        if kind in _handlers:
            raise ValueError(f"two handlers for {kind}")
        _handlers[kind] = function
        return function

    return register


def enqueue(kind: str, *, title: str, args: dict, by) -> Job:
    """Write a job in the caller's transaction; the worker is told once that is committed.

    `args` holds keys and plain values, never personal data; "back" is the address its page leads back to. `by` is
    the User who wants it, None for the system itself.
    """
    if kind not in _handlers:
        raise LookupError(f"no handler for {kind}")
    job = Job.objects.create(
        kind=kind, title=title, args=args, by_key=by.pk if by else None, by_name=str(by) if by else ""
    )
    transaction.on_commit(partial(send, job.pk), robust=True)
    return job


def requester(job: Job):
    """The user who asked for the job, None for the system; `Refused` when the login was disabled since.

    What the user may do is asked again by the handler: it may have changed since the job was written.
    """
    if job.by_key is None:
        return None
    user = get_user_model().objects.filter(pk=job.by_key, is_active=True).first()
    if user is None:
        raise Refused(_("The login that asked for this is no longer active."))
    return user


def send(job_id: int) -> bool:
    """Tell the workers to look at a job. False, and a line in the log, when the broker is away: the sweep will."""
    try:
        run_job.apply_async((job_id,))
    except (BrokerError, OSError) as error:
        log.warning("Job %s waits for the sweep, the broker is away: %s", job_id, error)
        return False
    return True


def run(job_id: int, *, delivery: str = "") -> None:
    """Claim a job and run it to its end; nothing when it is finished or another worker holds it.

    `delivery` is the key of the message that says so: the same message again means that its first worker is dead,
    and that the lease need not be waited for.
    """
    job = _claim(job_id, delivery)
    if job is None:
        return
    progress = _Heartbeat(job)
    try:
        result = _handlers[job.kind](job, progress) or {}
    except Refused as refusal:
        progress.finish(Job.State.FAILED, message=str(refusal))
    except PermissionDenied as permission:
        sentence = _("This needs a right that you no longer have: %(permission)s")
        progress.finish(Job.State.FAILED, message=sentence % {"permission": permission})
    except LeaseLost:
        log.warning("Job %s is run by another worker now", job_id)
    except OperationalError:
        log.exception("Job %s met a database that was locked or away; it is tried again", job_id)
        progress.release()
    except SoftTimeLimitExceeded:
        sentence = _("This took longer than %d minutes and was stopped. Please tell whoever looks after the server.")
        progress.finish(Job.State.FAILED, message=sentence % (settings.CELERY_TASK_SOFT_TIME_LIMIT // 60))
    except Exception:
        log.exception("Job %s (%s) failed", job_id, job.kind)
        sentence = _("This did not work because of a fault in the program. The fault is in the server's log as job %d.")
        progress.finish(Job.State.FAILED, message=sentence % job_id)
    except BaseException:
        progress.release()
        raise
    else:
        progress.finish(Job.State.DONE, result=result)


def run_now(job: Job) -> Job:
    """Run a job here and give it back finished; where a worker was quicker, wait for that worker."""
    job.refresh_from_db()
    while not job.is_finished:
        run(job.pk)
        job.refresh_from_db()
        if not job.is_finished:
            time.sleep(0.2)
    return job


def sweep() -> int:
    """Send again what was missed and fail what never ends; how many were sent. Two sweeps at once do no harm."""
    now = timezone.now()
    _give_up(Job.objects.free(now))
    sent = 0
    for job_id in Job.objects.forgotten(now).order_by("pk").values_list("pk", flat=True)[:500]:
        mine = Job.objects.forgotten(now).filter(pk=job_id)
        if not mine.update(state=Job.State.QUEUED, lease_until=now + RESEND):
            continue  # the other sweep, or a worker, was quicker
        if not send(job_id):
            Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(lease_until=None)
            break
        sent += 1
    return sent


def _claim(job_id: int, delivery: str) -> Job | None:
    now = timezone.now()
    mine = Job.objects.free(now)
    if delivery:
        mine |= Job.objects.filter(state=Job.State.RUNNING, delivery=delivery)
    mine = mine.filter(pk=job_id)
    _give_up(mine)
    claimed = mine.update(
        state=Job.State.RUNNING,
        attempts=F("attempts") + 1,
        lease_until=now + LEASE,
        delivery=delivery,
        started_at=now,
        progress={},
    )
    return Job.objects.get(pk=job_id) if claimed else None


def _give_up(jobs) -> None:
    sentence = _("This was started %d times and never came to its end. Please tell whoever looks after the server.")
    jobs.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=Job.State.FAILED, message=sentence % MAX_ATTEMPTS, finished_at=timezone.now(), lease_until=None
    )


class _Heartbeat:
    """The `progress` of one attempt, and its end. The attempt's number is its token: a worker that was taken for
    dead and comes back changes nothing."""

    def __init__(self, job: Job):
        self._mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
        self._progress: dict = {}
        self._written_at = -SECONDS_BETWEEN_WRITES

    def __call__(self, done: int, total: int) -> None:
        self._progress = {"done": done, "total": total}
        if time.monotonic() - self._written_at < SECONDS_BETWEEN_WRITES:
            return
        try:
            is_mine = self._mine.update(progress=self._progress, lease_until=timezone.now() + LEASE)
        except OperationalError as error:
            # SQLite lets nobody write who still reads what was there before others wrote. It is told the next time.
            log.info("Job progress was not written: %s", error)
            return
        if not is_mine:
            raise LeaseLost
        self._written_at = time.monotonic()

    def finish(self, state: Job.State, *, message: str = "", result: dict | None = None) -> None:
        self._mine.update(
            state=state,
            message=message,
            result=result or {},
            progress=self._progress,
            finished_at=timezone.now(),
            lease_until=None,
        )

    def release(self) -> None:
        self._mine.update(state=Job.State.QUEUED, lease_until=None)


@app.task(name="branchwork.run_job", bind=True)
def run_job(task, job_id: int) -> None:
    run(job_id, delivery=task.request.id)


@app.task(name="branchwork.sweep_jobs")
def sweep_jobs() -> None:
    sweep()
