from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from branchwork import jobs
from branchwork.errors import Refused
from branchwork.models import Job
from branchwork.organizations.permissions import Permission


@pytest.fixture
def work(monkeypatch):
    """Handlers of this test only; `work["count"]` is what "count" does."""
    handlers = {"count": lambda job, progress: {"counted": job.args["upto"]}}
    monkeypatch.setattr(jobs, "_handlers", handlers)
    return handlers


@pytest.fixture
def told(monkeypatch):
    """The keys of the jobs the broker was told of; `told.clear()` forgets them."""
    keys = []
    monkeypatch.setattr(jobs.run_job, "apply_async", lambda args: keys.append(args[0]))
    return keys


@pytest.fixture
def dead_broker(monkeypatch):
    def refuse(args):
        raise BrokerError("Connection refused")

    monkeypatch.setattr(jobs.run_job, "apply_async", refuse)


def queued(**fields) -> Job:
    return Job.objects.create(kind="count", args={"upto": 3}, **fields)


def left_running(attempts: int, lease: timedelta) -> Job:
    """A job whose worker said nothing since."""
    now = timezone.now()
    return queued(state=Job.State.RUNNING, attempts=attempts, started_at=now, lease_until=now + lease)


def long_ago(job: Job) -> Job:
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(hours=1))
    return job


def test_enqueue_writes_the_row_and_tells_after_the_commit(office, work, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue("count", title="数一数", args={"upto": 3}, by=office.staff)
        assert told == []
    assert told == [job.pk]
    job.refresh_from_db()
    assert (job.state, job.title, job.args) == ("queued", "数一数", {"upto": 3})
    assert (job.by_key, job.by_name) == (office.staff.pk, "李建华")


@pytest.mark.django_db(transaction=True)
def test_enqueue_leaves_nothing_when_the_business_rolls_back(work, told):
    with pytest.raises(Refused), transaction.atomic():
        jobs.enqueue("count", title="", args={}, by=None)
        raise Refused
    assert (Job.objects.count(), told) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_enqueue_with_a_dead_broker_keeps_the_job_for_the_sweep(work, dead_broker, caplog):
    with transaction.atomic():
        job = jobs.enqueue("count", title="", args={}, by=None)
    assert Job.objects.get().state == "queued"
    assert f"Job {job.pk} waits for the sweep" in caplog.text


def test_enqueue_of_an_unknown_kind_is_a_mistake(db, work):
    with pytest.raises(LookupError):
        jobs.enqueue("paint", title="", args={}, by=None)


def test_handler_registered_twice_is_a_mistake(work):
    with pytest.raises(ValueError, match="count"):
        jobs.handler("count")(lambda job, progress: {})


def test_run_keeps_the_result_and_gives_the_lease_back(db, work):
    job = queued()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.attempts, job.lease_until) == ("done", {"counted": 3}, 1, None)
    assert job.started_at <= job.finished_at


def test_run_of_a_finished_job_does_nothing(db, work):
    job = queued()
    jobs.run(job.pk)
    work["count"] = lambda job, progress: {"counted": 4}
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.result, job.attempts) == ({"counted": 3}, 1)


def test_run_leaves_a_job_alone_while_its_lease_holds(db, work):
    job = left_running(attempts=1, lease=timedelta(seconds=5))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("running", 1)


def test_run_takes_over_when_the_lease_has_expired(db, work):
    job = left_running(attempts=1, lease=timedelta(seconds=-1))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


def test_run_shows_the_sentence_of_a_refusal(db, work):
    def refuse(job, progress):
        raise Refused("第三季度还有 2 条记录待审核。")

    work["count"] = refuse
    job = jobs.run_now(queued())
    assert (job.state, job.message, job.result) == ("failed", "第三季度还有 2 条记录待审核。", {})


def test_progress_that_cannot_be_written_now_does_not_stop_the_work(db, work, monkeypatch):
    """As on SQLite, while the handler reads row by row and others write."""

    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    def count(job, progress):
        with monkeypatch.context() as patch:
            patch.setattr(QuerySet, "update", locked)
            progress(1, 2)
        progress(2, 2)
        return {"progress": Job.objects.get(pk=job.pk).progress}

    work["count"] = count
    job = jobs.run_now(queued())
    assert (job.state, job.result) == ("done", {"progress": {"done": 2, "total": 2}})


def test_run_names_the_right_that_was_taken_away(db, work):
    def ask(job, progress):
        raise PermissionDenied(Permission.CLOSE_PERIOD.label)

    work["count"] = ask
    job = jobs.run_now(queued())
    assert (job.state, job.message) == ("failed", "这需要的权限已经收回：季度和年度结账")


def test_run_says_a_plain_sentence_about_a_fault_and_logs_it(db, work, caplog):
    work["count"] = lambda job, progress: 1 / 0
    job = jobs.run_now(queued())
    assert job.state == "failed"
    assert job.message == f"程序出错，这项任务没有办成。出错的经过记在服务器日志里，编号为任务 {job.pk}。"
    assert "ZeroDivisionError" in caplog.text


def test_run_tries_again_when_the_database_was_away(db, work):
    answers = [OperationalError("database is locked"), {"counted": 3}]

    def flaky(job, progress):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    work["count"] = flaky
    job = queued()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease_until) == ("queued", 1, None)
    assert jobs.run_now(job).attempts == 2
    assert job.state == "done"


def test_run_gives_the_job_back_when_its_process_is_told_to_stop(db, work):
    def interrupted(job, progress):
        raise KeyboardInterrupt

    work["count"] = interrupted
    job = queued()
    with pytest.raises(KeyboardInterrupt):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.lease_until) == ("queued", None)


def test_run_fails_a_job_that_never_ends_with_a_sentence(db, work):
    job = left_running(attempts=5, lease=timedelta(seconds=-1))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", 5)
    assert job.message == "这项任务启动了 5 次，都没有办完。请告诉管服务器的人。"


def test_progress_is_written_at_once_then_at_most_four_times_a_second(db, work, django_assert_num_queries):
    seen = []

    def count(job, progress):
        progress(1, 300)
        seen.append(Job.objects.get().progress)
        with django_assert_num_queries(0):
            for done in range(2, 301):
                progress(done, 300)
        return {}

    work["count"] = count
    job = jobs.run_now(queued())
    assert (seen, job.progress) == ([{"done": 1, "total": 300}], {"done": 300, "total": 300})


def test_progress_extends_the_lease(db, work):
    leases = []

    def count(job, progress):
        Job.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
        progress(1, 2)
        leases.append(Job.objects.get().lease_until - timezone.now())
        return {}

    work["count"] = count
    jobs.run_now(queued())
    assert leases[0] > timedelta(seconds=100)


def test_a_worker_taken_for_dead_changes_nothing_when_it_comes_back(db, work, caplog):
    def superseded(job, progress):
        Job.objects.update(attempts=2)  # another worker claimed it meanwhile
        progress(1, 2)
        raise AssertionError("went on without its lease")

    work["count"] = superseded
    job = queued()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.progress) == ("running", 2, {})
    assert "is run by another worker now" in caplog.text


def test_a_late_end_of_a_superseded_attempt_is_not_written(db, work):
    def superseded(job, progress):
        Job.objects.update(attempts=2)
        return {"counted": 0}

    work["count"] = superseded
    job = queued()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == ("running", {})


@pytest.mark.parametrize(("delivery", "outcome"), [("m-1", ("done", 2)), ("m-2", ("running", 1))])
def test_the_same_message_again_does_not_wait_for_the_lease_of_the_dead(db, work, delivery, outcome):
    job = left_running(attempts=1, lease=timedelta(seconds=100))
    Job.objects.update(delivery="m-1")
    jobs.run(job.pk, delivery=delivery)
    job.refresh_from_db()
    assert (job.state, job.attempts) == outcome


def test_sweep_sends_again_what_nobody_took(db, work, told):
    old, young = long_ago(queued()), queued()
    assert (jobs.sweep(), told) == (1, [old.pk])
    old.refresh_from_db()
    assert old.lease_until > timezone.now()
    assert young.pk not in told


def test_sweep_twice_sends_once(db, work, told):
    job = long_ago(queued())
    assert (jobs.sweep(), jobs.sweep(), told) == (1, 0, [job.pk])


def test_sweep_queues_again_what_its_worker_left(db, work, told):
    dead = left_running(attempts=1, lease=timedelta(seconds=-1))
    alive = left_running(attempts=1, lease=timedelta(seconds=60))
    assert (jobs.sweep(), told) == (1, [dead.pk])
    dead.refresh_from_db()
    alive.refresh_from_db()
    assert (dead.state, alive.state) == ("queued", "running")


def test_sweep_with_a_dead_broker_tries_again_next_time(db, work, dead_broker, monkeypatch):
    job = long_ago(queued())
    assert jobs.sweep() == 0
    monkeypatch.setattr(jobs.run_job, "apply_async", lambda args: None)
    assert jobs.sweep() == 1
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done"


def test_sweep_fails_what_was_started_five_times(db, work, told):
    job = left_running(attempts=5, lease=timedelta(seconds=-1))
    assert (jobs.sweep(), told) == (0, [])
    job.refresh_from_db()
    assert (job.state, job.message != "", job.finished_at is not None) == ("failed", True, True)


def test_requester_is_refused_when_the_login_was_disabled(office, work):
    job = jobs.enqueue("count", title="", args={}, by=office.staff)
    assert jobs.requester(job) == office.staff
    type(office.staff).objects.filter(pk=office.staff.pk).update(is_active=False)
    with pytest.raises(Refused, match="已停用"):
        jobs.requester(job)


@pytest.mark.parametrize(
    ("state", "age", "lease", "standing"),
    [
        ("queued", 5, None, "waiting"),
        ("queued", 60, None, "unattended"),
        ("queued", 60, 200, "unattended"),
        ("running", 60, 100, ""),
        ("running", 60, -1, "stopped"),
    ],
)
def test_standing_says_why_nothing_moves(db, state, age, lease, standing):
    now = timezone.now()
    job = queued(state=state, lease_until=None if lease is None else now + timedelta(seconds=lease))
    Job.objects.filter(pk=job.pk).update(created_at=now - timedelta(seconds=age))
    job.refresh_from_db()
    assert job.standing == standing


def test_standing_is_behind_while_the_worker_is_busy_with_another(db):
    left_running(attempts=1, lease=timedelta(seconds=60))
    job = long_ago(queued())
    job.refresh_from_db()
    assert job.standing == "behind"


def test_job_detail_is_shown_to_whoever_asked_for_it_only(client, office, work):
    job = jobs.enqueue("count", title="第三季度结账", args={}, by=office.staff)
    address = reverse("job_detail", args=[job.pk])
    assert client.get(address).status_code == 302
    client.force_login(office.admin)
    assert client.get(address).status_code == 404
    client.force_login(office.staff)
    assert "第三季度结账" in client.get(address).text


def test_job_detail_tells_when_no_worker_runs(client, office, work):
    job = long_ago(jobs.enqueue("count", title="第三季度结账", args={}, by=office.staff))
    client.force_login(office.staff)
    assert "后台程序没有运行" in client.get(reverse("job_detail", args=[job.pk])).text


def test_job_detail_when_done_links_to_what_was_made_and_back(client, office, work):
    work["count"] = lambda job, progress: {"url": "/closings/3/", "report": 12}
    job = jobs.run_now(jobs.enqueue("count", title="", args={"back": "/cards/?q=1"}, by=office.staff))
    client.force_login(office.staff)
    answer = client.get(reverse("job_detail", args=[job.pk]), headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"
    for address in ("/closings/3/", reverse("report_download", args=[12]), "/cards/?q=1"):
        assert f'href="{address}"' in answer.text


def test_job_detail_never_leads_back_to_another_site(client, office, work):
    job = jobs.enqueue("count", title="", args={"back": "https://example.org/"}, by=office.staff)
    client.force_login(office.staff)
    assert "example.org" not in client.get(reverse("job_detail", args=[job.pk])).text
