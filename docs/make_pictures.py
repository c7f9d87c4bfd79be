"""The pictures of README and the guides: `make pictures` plays a sample year on a server of its own and takes them.

They are 1280 pixels wide (the phone's 390), have at most 256 colours and stay below 150 KB.
"""

import os
import signal
import socket
import struct
import subprocess
import sys
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import ARGUMENTS, find_chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PLAN = ROOT / "branchwork" / "sample" / "plan-2026.xlsx"
PASSWORD = "taizhang-2026"
LARGEST = 150_000
CLERK, SECRETARY, STAFF, ADMINISTRATOR = "wangmin", "zhengjie", "lijianhua", "chenli"
FACTS = """period: 2026
subjects:
  - id: 财政局党支部
    values: {满意率: 92}
    facts:
      - {about: 检查发现, on: 2026-03-20, level: 一般, matter: 党费台账, note: 一笔党费没有登记}
      - {about: 整改, due: 2026-03-31, on: 2026-04-03, matter: 党费台账}
      - {about: 表彰, on: 2026-03-26, level: 市, matter: 先进基层党组织}
"""
# Chromium decodes and counts colours faster than Python: the 256 most frequent stay, others become their neighbour.
REDUCE = """async source => {
  const bytes = Uint8Array.from(atob(source), c => c.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], {type: 'image/png'}));
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
  canvas.drawImage(picture, 0, 0);
  const pixels = canvas.getImageData(0, 0, picture.width, picture.height).data, counts = new Map();
  const colour = i => pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2];
  for (let i = 0; i < pixels.length; i += 4) counts.set(colour(i), (counts.get(colour(i)) || 0) + 1);
  const kept = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 256).map(pair => pair[0]);
  const parts = c => [c >> 16, c >> 8 & 255, c & 255];
  const away = (a, b) => parts(a).reduce((sum, part, k) => sum + (part - parts(b)[k]) ** 2, 0);
  const nearest = c => kept.reduce((best, k, i) => away(c, k) < away(c, kept[best]) ? i : best, 0);
  const index = new Map([...counts.keys()].map(c => [c, nearest(c)]));
  let out = '';
  for (let i = 0; i < pixels.length; i += 4) out += String.fromCharCode(index.get(colour(i)));
  return {width: picture.width, height: picture.height, palette: kept.flatMap(parts), indices: btoa(out)};
}"""


@dataclass(frozen=True)
class Shot:
    """`height` in pixels; `open` leads from `path` to what is to be seen."""

    name: str
    user: str
    path: str
    height: int = 820
    width: int = 1280
    open: str = ""


SHOTS = (
    Shot("home-clerk", CLERK, "/"),
    Shot("home-clerk-phone", CLERK, "/", height=844, width=390),
    Shot("entry-log", CLERK, "/", open="open_log"),
    Shot("review", STAFF, "/review/"),
    Shot("home-staff", STAFF, "/"),
    Shot("matrix", STAFF, "/matrix/", open="open_cell"),
    Shot("card", SECRETARY, "/cards/"),
    Shot("period-close", STAFF, "/periods/", open="open_closing"),
    Shot("plan-import", STAFF, "/plans/import/", open="open_import"),
    # From here on the year is scored by a rule book.
    Shot("scheme", ADMINISTRATOR, "/periods/", open="open_scheme"),
    Shot("card-rule-book", SECRETARY, "/cards/", height=1180, open="open_year"),
)


def open_log(page: Page) -> None:
    page.locator(".todo").get_by_role("link", name="补记").or_(
        page.get_by_role("link", name="记一笔").last
    ).first.click()
    page.locator("[name=title]").fill("选派 1 名积极分子参加全市培训班")
    page.locator("[name=effect]").fill("脱产培训 3 天，结业考试 92 分，参训率 100%。")
    # A browser without a Chinese of its own writes the day as Americans do.
    page.locator("[name=happened_on]").evaluate(
        "day => { const shown = day.value.replaceAll('-', '/'); day.type = 'text'; day.value = shown; }"
    )


def open_cell(page: Page) -> None:
    page.locator("td.cell a.is-late").first.click()
    page.locator("#panel").wait_for()


def open_closing(page: Page) -> None:
    page.get_by_role("link", name="看还差什么").first.click()


def open_import(page: Page) -> None:
    """Next year's plan, as the office would make it: last year's workbook with another year in it."""
    book = openpyxl.load_workbook(PLAN)
    sheet = book.active
    for row in (1, 2):
        sheet.cell(row, 1).value = str(sheet.cell(row, 1).value).replace("2026", "2027")
    content = BytesIO()
    book.save(content)
    file = {"name": "2027年度党建工作台账.xlsx", "mimeType": "application/octet-stream", "buffer": content.getvalue()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="读取文件").click()


def open_scheme(page: Page) -> None:
    """Once nothing is closed a preset takes the place of the plan's own points; a facts file tells of the secretary's
    branch."""
    closed = page.get_by_role("link", name="反封账")
    for _number in range(closed.count()):
        closed.first.click()
        page.locator("[name=reason]").fill("改按新的考核办法计分")
        page.locator("main .btn-primary").click()
        page.wait_for_url(lambda url: "reopen" not in url)
    page.get_by_role("link", name="考核办法").click()
    scheme = page.url
    page.get_by_role("link", name="换一份考核办法").click()
    page.locator("[name=preset][value=party-goals]").click()
    page.locator("[name=confirm]").click()
    page.get_by_role("link", name="2026年度", exact=True).click()
    page.get_by_text("或直接写内容").first.click()
    page.locator("[name=text]").fill(FACTS)
    page.get_by_role("button", name="读取文件").click()
    page.locator("[name=confirm]").click()
    page.get_by_role("link", name="下载").wait_for()
    page.goto(scheme)


def open_year(page: Page) -> None:
    page.get_by_role("link", name="2026年度", exact=True).click()


@contextmanager
def sample_server() -> Iterator[str]:
    """The address of a server with a sample year played until today, in a folder that goes with it."""
    with TemporaryDirectory() as var, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        environment = {**os.environ, "BRANCHWORK_VAR": var, "BRANCHWORK_SAMPLE": "1"}
        environment["DATABASE_URL"] = f"sqlite:///{var}/sample.sqlite3"
        manage = [sys.executable, str(ROOT / "manage.py")]
        steps = (["compile_catalogues"], ["collectstatic", "--noinput"], ["migrate"], ["load_sample"])
        for step in steps:
            subprocess.run([*manage, *step], env=environment, check=True, stdout=subprocess.DEVNULL)
        command = [*manage, "serve", "--port", port]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            server.stdout.readline()  # it says that it listens
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def log_in(browser: Browser, address: str, user: str) -> Page:
    context = browser.new_context(base_url=address, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    page.goto("/login/")
    page.locator("[name=username]").fill(user)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"{address}/")
    return page


def take(page: Page, shot: Shot) -> bytes:
    page.set_viewport_size({"width": shot.width, "height": shot.height})
    page.goto(shot.path)
    if shot.open:
        globals()[shot.open](page)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    # What is fading, as the ring of a field just left, is at its end.
    return page.screenshot(animations="disabled")


def png(width: int, height: int, palette: bytes, indices: bytes) -> bytes:
    """A PNG of one byte for each pixel: `palette` has three bytes for each colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + indices[start : start + width] for start in range(0, len(indices), width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"PLTE", palette) + chunk(b"IDAT", zlib.compress(lines, 9))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def reduce(desk: Page, picture: bytes) -> bytes:
    found = desk.evaluate(REDUCE, b64encode(picture).decode())
    return png(found["width"], found["height"], bytes(found["palette"]), b64decode(found["indices"]))


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with sample_server() as address, sync_playwright() as playwright:
        # The browser's own controls (the day's field) speak the language of its environment.
        environment = {**os.environ, "LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"}
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*ARGUMENTS, "--lang=zh-CN"], env=environment
        )
        desk = browser.new_page()
        pages = {user: log_in(browser, address, user) for user in {shot.user: None for shot in SHOTS}}
        for shot in SHOTS:
            content = reduce(desk, take(pages[shot.user], shot))
            if len(content) > LARGEST:
                raise SystemExit(f"{shot.name}.png has {len(content)} bytes, more than {LARGEST}.")
            (PICTURES / f"{shot.name}.png").write_bytes(content)
            sys.stdout.write(f"{shot.name}.png  {len(content) // 1000} KB\n")
        browser.close()


if __name__ == "__main__":
    main()
