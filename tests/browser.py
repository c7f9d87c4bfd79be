"""A real Chromium for tests: `page` is a Playwright page on the live server that watches what it should not see.

At the end of each test there was no error in the console, no violation of the content security policy and no
request that left the machine. REQUIRE_BROWSER=1 turns the skip without a browser into a failure.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in NAMES]
    return next((path for path in found if path and Path(path).exists()), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        outcome = pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip
        outcome("no Chromium: install one or name it in CHROMIUM")
    # Playwright keeps an event loop in this thread; the ORM is used beside it, not in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Problems:
    """What a page should not have done. `allow(409)`: the test provokes that answer."""

    origin: str
    seen: list[str] = field(default_factory=list)
    allowed: set[int] = field(default_factory=set)

    def allow(self, *statuses: int) -> None:
        self.allowed.update(statuses)

    def on_console(self, message: ConsoleMessage) -> None:
        expected = any(f"status of {status} " in message.text for status in self.allowed)
        if message.type == "error" and not expected:
            self.seen.append(f"{message.text} ({message.location.get('url', '')})")

    def on_error(self, error: Exception) -> None:
        self.seen.append(f"script: {error}")

    def on_request(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "data:", "blob:")):
            self.seen.append(f"left the machine: {request.url}")


@pytest.fixture
def problems(live_server) -> Problems:
    return Problems(live_server.url)


@pytest.fixture
def page(chromium: Browser, live_server, problems: Problems, tmp_path) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 1440, "height": 900},
        accept_downloads=True,
    )
    context.set_default_timeout(15_000)
    context.on("request", problems.on_request)
    context.on("console", problems.on_console)
    context.on("weberror", lambda error: problems.on_error(error.error))
    yield context.new_page()
    context.close()
    assert problems.seen == []


@pytest.fixture
def browse_as(page: Page, live_server):
    """`browse_as(user)` logs a user in without the login form; the page's next request is that user's."""

    def log_in(user) -> Page:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        page.context.clear_cookies()
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}]
        )
        return page

    return log_in
