import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from branchwork.tether import STOPPING

# A child that lives less than this did not start: starting it again would only fill the log.
SECONDS_TO_COUNT_AS_STARTED = 10


class Command(BaseCommand):
    help = "Run everything on this machine: the web server and the worker. Ctrl-C stops both."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", 8000)))

    def handle(self, *, host: str, port: int, **options) -> None:
        self._check_tables()
        lock = self._lock()
        self._check_port(host, port)
        self.children: dict[str, Child] = {}
        self.stopping = False
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._stop)
        try:
            self.children = {"web": Child(web(host, port)), "worker": Child(worker())}
            self._watch(until=lambda: is_listening(host, port))
            if not self.stopping:
                self.stdout.write(
                    _("Branchwork runs on %(address)s  Ctrl-C stops it.") % {"address": f"http://{host}:{port}/"}
                )
                self.stdout.flush()
            self._watch(until=lambda: False)
        finally:
            self._end()
            lock.close()

    def _check_tables(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError(_("The database does not have its tables yet. Run first: manage.py migrate"))
        connection.close()

    def _lock(self):
        """One serve for each var directory: two would share one queue. The lock goes when this process goes."""
        path = settings.VAR_DIR / "serve.lock"
        file = path.open("a+")  # open as long as we run
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            sentence = _("Branchwork is running already (process %(pid)s) with the data in %(folder)s.")
            raise CommandError(sentence % {"pid": file.read().strip(), "folder": settings.VAR_DIR}) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file

    def _check_port(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                sentence = _(
                    "Port %(port)s on %(host)s cannot be used (%(error)s). Choose another: make run PORT=%(next)s"
                )
                values = {"port": port, "host": host, "error": error.strerror, "next": port + 1}
                raise CommandError(sentence % values) from None

    def _stop(self, signum, frame) -> None:
        if self.stopping:  # asked twice: no more waiting
            for child in self.children.values():
                child.kill()
        self.stopping = True

    def _watch(self, until: Callable[[], bool]) -> None:
        """Start again what dies; end when asked to, or when something cannot be started."""
        while not self.stopping and not until():
            time.sleep(0.2)
            for name, child in self.children.items():
                if self.stopping or child.is_alive():
                    continue
                child.kill()  # what it left behind in its session
                if child.age < SECONDS_TO_COUNT_AS_STARTED:
                    raise CommandError(
                        _("The %(name)s process could not start; its own message is above.") % {"name": name}
                    )
                self.stderr.write(_("The %(name)s process ended unexpectedly and is started again.") % {"name": name})
                self.children[name] = Child(child.command)

    def _end(self) -> None:
        alive = list(self.children.values())
        for signum, patience in STOPPING:
            for child in alive:
                child.signal(signum)
            patient_until = time.monotonic() + patience
            while any(child.is_alive() for child in alive) and time.monotonic() < patient_until:
                time.sleep(0.05)
        for child in alive:
            child.kill()


def is_listening(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


class Child:
    """A tethered process in a session of its own: Ctrl-C reaches only us, and what it forks dies with it."""

    def __init__(self, command: list[str]):
        self.command = command
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "branchwork.tether", *command],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    @property
    def age(self) -> float:
        return time.monotonic() - self.started_at

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def signal(self, signum: int) -> None:
        if self.is_alive():
            self.process.send_signal(signum)

    def kill(self) -> None:
        """Everything in its session, at once."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


def web(host: str, port: int) -> list[str]:
    """Threads, because no proxy stands in front: a connection that a browser opens ahead and leaves idle must not
    hold a whole process. Two processes of four threads keep SQLite's writers at eight."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return ["gunicorn", "branchwork.wsgi", f"--bind={address}", "--workers=2", "--worker-class=gthread", "--threads=4",
            "--timeout=60", "--graceful-timeout=10", "--max-requests=1000", "--max-requests-jitter=100",
            "--log-level=warning", "--no-control-socket"]  # fmt: skip


def worker() -> list[str]:
    """One job at a time, and the one beat of this installation beside it."""
    return ["celery", "--app=branchwork", "--quiet", "worker", "--beat", "--concurrency=1", "--loglevel=warning",
            "--without-gossip", "--without-mingle", "--without-heartbeat"]  # fmt: skip
