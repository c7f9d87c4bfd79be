"""`manage.py serve` as a process of its own: what it starts, what it refuses and what it leaves behind."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from branchwork import jobs
from branchwork.management.commands import serve
from branchwork.models import Job

from .worker_jobs import enqueue, hold_a_worker, is_finished, wait_until


class Serve:
    def __init__(self, process: subprocess.Popen, port: int):
        self.process, self.port = process, port

    def sessions(self) -> set[int]:
        """The sessions of its two children, which are also their process groups."""
        lines = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        pairs = (map(int, line.split()) for line in lines.splitlines())
        return {pid for pid, parent in pairs if parent == self.process.pid}

    def said(self) -> str:
        """What it wrote, once it has ended."""
        return self.process.communicate(timeout=60)[0]


@pytest.fixture
def start(shared_environment) -> Iterator[Callable[..., Serve]]:
    started: list[Serve] = []

    def start(port: int = 0) -> Serve:
        port = port or free_port()
        command = [sys.executable, "-u", "manage.py", "serve", f"--port={port}"]
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=shared_environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        started.append(Serve(process, port))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            for group in one.sessions():
                os.killpg(group, signal.SIGKILL)
            one.process.kill()
        one.process.communicate()


@pytest.fixture
def running(start) -> Callable[[], Serve]:
    def run() -> Serve:
        one = start()
        said = ""
        while "http://" not in said:
            line = one.process.stdout.readline()
            assert line, said
            said += line
        return one

    return run


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def alive(groups: set[int]) -> set[int]:
    """Those of the process groups in which something still runs."""
    lines = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    pairs = (line.split() for line in lines.splitlines())
    return groups & {int(group) for group, state in pairs if not state.startswith("Z")}


def test_serve_answers_and_ctrl_c_stops_everything(running):
    one = running()
    with urllib.request.urlopen(f"http://127.0.0.1:{one.port}/healthz", timeout=10) as answer:
        assert answer.read() == b"ok"
    sessions = one.sessions()
    assert len(sessions) == 2
    one.process.send_signal(signal.SIGINT)
    assert one.process.wait(60) == 0
    assert alive(sessions) == set()


def test_serve_killed_leaves_no_orphan(running):
    one = running()
    sessions = one.sessions()
    one.process.kill()
    one.process.wait()
    wait_until(lambda: not alive(sessions))


def test_serve_that_stops_twice_at_once_keeps_the_queue(running, tmp_path):
    one = running()
    interrupted, _ = hold_a_worker(tmp_path)
    queued = [enqueue("test.count") for _ in range(3)]
    sessions = one.sessions()
    one.process.send_signal(signal.SIGINT)
    wait_until(lambda: len(alive(sessions)) == 1)  # the web is gone, the worker waits for the job that runs
    one.process.send_signal(signal.SIGINT)  # which nobody wants to wait for
    one.process.wait(10)
    assert [is_finished(job) for job in queued] == [False, False, False]
    running()
    wait_until(lambda: all(is_finished(job) for job in queued))
    assert {job.state for job in queued} == {"done"}
    assert not is_finished(interrupted)
    Job.objects.filter(pk=interrupted.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.sweep() == 1
    wait_until(lambda: is_finished(interrupted))
    assert (interrupted.state, interrupted.attempts) == ("done", 2)


def test_serve_twice_on_one_var_directory_is_refused(running, start):
    one = running()
    second = start()
    assert f"支部工作台账已在运行（进程 {one.process.pid}）" in second.said()
    assert second.process.returncode == 1


def test_serve_on_a_port_in_use_says_so(start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        one = start(port=port)
        assert f"127.0.0.1 的端口 {port} 用不了" in one.said()
    assert one.process.returncode == 1


def test_serve_whose_web_process_dies_at_once_stops_with_a_message(running):
    one = running()
    sessions = one.sessions()
    for group in sessions:
        os.killpg(group, signal.SIGKILL)
    assert "进程没有启动成功" in one.said()
    assert (one.process.returncode, alive(sessions)) == (1, set())


class Mortal:
    """A child that is dead when asked for the first time, after a long life."""

    def __init__(self, command: list[str]):
        self.command, self.age, self.deaths = command, 3600, 1

    def is_alive(self) -> bool:
        self.deaths -= 1
        return self.deaths < 0

    def kill(self) -> None:
        pass


def test_watch_starts_again_what_died_after_a_while(monkeypatch, capsys):
    monkeypatch.setattr(serve, "Child", Mortal)
    monkeypatch.setattr(serve.time, "sleep", lambda seconds: None)
    command = serve.Command()
    first = Mortal(["gunicorn"])
    command.stopping, command.children = False, {"web": first}
    rounds = iter([False, True])
    command._watch(until=lambda: next(rounds))
    assert command.children["web"] is not first
    assert command.children["web"].command == ["gunicorn"]
    assert "web 进程意外退出" in capsys.readouterr().err
