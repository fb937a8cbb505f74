"""Pictures of archived pages by headless Chromium, drawn from the archived bytes alone.

Chromium is steered over a pipe (Chrome DevTools Protocol, https://chromedevtools.github.io/devtools-protocol/). Every
request of a page is stopped before it leaves: the page itself is answered with the record, everything else is refused.
Behind that names do not resolve and the proxy is a closed port, scripts are off, and a policy forbids loading.
"""

from __future__ import annotations

import base64
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from crawlers.evidence.records import Record
from crawlers.page.encodings import TooLargeError, UndecodableError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW = "drawn from the archived bytes of the page alone: nothing was loaded from the web, scripts were off"
MOST = 40
WIDTH, HEIGHT, TALLEST = 1280, 900, 12_000
_SECONDS = 20.0
_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_PAGES = ("text/html", "application/xhtml+xml", "text/plain")
_FLAGS = (
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--disable-gpu",
    "--disable-extensions", "--disable-sync", "--disable-background-networking", "--disable-component-update",
    "--disable-dev-shm-usage", "--mute-audio", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
)  # fmt: skip
_AS_3_AND_4 = (  # Chromium reads its orders from descriptor 3 and answers on 4
    "import fcntl, os, sys\n"
    "pair = [fcntl.fcntl(int(n), fcntl.F_DUPFD, 10) for n in sys.argv[1:3]]\n"
    "[os.dup2(fd, at, inheritable=True) for fd, at in zip(pair, (3, 4))]\n"
    "os.execv(sys.argv[3], sys.argv[3:])"
)


@dataclass
class Pictures:
    """PNG files by the record's place in what was asked; ``missing``: why a record has none; ``by``: the browser."""

    files: dict[int, bytes] = field(default_factory=dict)
    missing: dict[int, str] = field(default_factory=dict)
    by: str = ""
    problem: str = ""


class BrowserError(Exception):
    """Chromium died, or did not answer in time."""


def draw(records: Sequence[Record]) -> Pictures:
    """A picture of each page among the records, forty at most. Never raises: what is missing is said."""
    found = Pictures()
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        found.problem = "there is no Chromium on this machine"
        found.missing = dict.fromkeys(range(len(records)), found.problem)
        return found
    pages: list[int] = []
    for number, record in enumerate(records):
        if why := _no_page(record):
            found.missing[number] = why
        elif len(pages) == MOST:
            found.missing[number] = f"only the first {MOST} pages are drawn"
        else:
            pages.append(number)
    while pages:
        try:
            with Chromium(path) as browser:
                found.by = browser.version
                while pages:
                    number = pages.pop(0)
                    found.missing[number] = "the browser could not draw it"
                    found.files[number] = browser.picture(records[number])
                    del found.missing[number]
        except BrowserError as error:
            if not found.by:
                found.problem = str(error)
                found.missing |= dict.fromkeys(pages, found.problem)
                break
    return found


def _no_page(record: Record) -> str:
    """Why a record is nothing that can be looked at; empty for a page."""
    kind = record.header("content-type").split(";")[0].strip().lower()
    if not 200 <= record.status < 300 or (kind and kind not in _PAGES):
        return f"not a page ({kind or record.status})"
    try:
        return "" if record.body else "empty"
    except (TooLargeError, UndecodableError):
        return "its bytes cannot be decoded"


class Chromium:
    """One headless browser. A context manager; raises BrowserError whenever it does not do what it is told in time."""

    def __init__(self, path: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="soatin-picture-", ignore_cleanup_errors=True)
        orders, self._out = os.pipe()
        self._in, answers = os.pipe()
        flags = [*_FLAGS, f"--user-data-dir={self._folder.name}", f"--window-size={WIDTH},{HEIGHT}"]
        if os.geteuid() == 0:  # Chromium refuses to start its sandbox as root
            flags.append("--no-sandbox")
        self._process = subprocess.Popen(
            [sys.executable, "-c", _AS_3_AND_4, str(orders), str(answers), path, *flags, "about:blank"],
            pass_fds=(orders, answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        os.close(orders)
        os.close(answers)
        self._number, self._rest, self._until = 0, b"", time.monotonic() + _SECONDS
        self._asked: Callable[[dict[str, Any]], None] = lambda _event: None
        self._events: set[str] = set()
        self.version = ""

    def __enter__(self) -> Self:
        try:
            self.version = str(self._call("Browser.getVersion")["product"])
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._out)
        os.close(self._in)
        self._folder.cleanup()

    def picture(self, record: Record) -> bytes:
        """PNG of the whole page, 1,280 pixels wide and at most 12,000 high."""
        self._until = time.monotonic() + _SECONDS
        target = self._call("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = str(self._call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"])

        def call(method: str, **values: Any) -> dict[str, Any]:
            return self._call(method, values, session)

        call("Page.enable")
        call("Emulation.setScriptExecutionDisabled", value=True)
        call("Emulation.setDeviceMetricsOverride", width=WIDTH, height=HEIGHT, deviceScaleFactor=1, mobile=False)
        call("Fetch.enable", patterns=[{"urlPattern": "*"}])
        answered = False

        def asked(event: dict[str, Any]) -> None:
            nonlocal answered
            values: dict[str, Any] = {"requestId": event["requestId"]}
            document = event.get("resourceType") == "Document"
            if document and not answered:
                answered = True
                self._send("Fetch.fulfillRequest", values | _answer(record), session)
            else:  # an aborted navigation leaves the page that is shown where it is
                self._send("Fetch.failRequest", values | {"errorReason": "Aborted"}, session)

        self._asked = asked
        self._events.clear()
        self._send("Page.navigate", {"url": record.url}, session)
        while "Page.loadEventFired" not in self._events:
            self._take()
        size = call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": max(1, min(int(size["height"]), TALLEST)), "scale": 1}
        shot = call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        self._call("Target.closeTarget", {"targetId": target})
        return base64.b64decode(shot["data"])

    def _send(self, method: str, values: dict[str, Any], session: str = "") -> int:
        self._number += 1
        message = {"id": self._number, "method": method, "params": values} | ({"sessionId": session} if session else {})
        data = json.dumps(message).encode() + b"\0"
        try:
            while data:
                if not select.select([], [self._out], [], max(0.0, self._until - time.monotonic()))[1]:
                    raise BrowserError("Chromium does not answer")
                data = data[os.write(self._out, data[:65536]) :]
        except OSError:
            raise BrowserError("Chromium ended by itself") from None
        return self._number

    def _call(self, method: str, values: dict[str, Any] | None = None, session: str = "") -> dict[str, Any]:
        number = self._send(method, values or {}, session)
        while True:
            message = self._take()
            if message.get("id") == number:
                if "error" in message:
                    raise BrowserError(f"Chromium refuses {method}: {message['error'].get('message', '')}")
                result: dict[str, Any] = message.get("result", {})
                return result

    def _take(self) -> dict[str, Any]:
        """The next message; requests of the page are dealt with, other events noted."""
        while b"\0" not in self._rest:
            if not select.select([self._in], [], [], max(0.0, self._until - time.monotonic()))[0]:
                raise BrowserError("Chromium does not answer")
            piece = os.read(self._in, 1 << 20)
            if not piece:
                raise BrowserError("Chromium ended by itself")
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if message.get("method") == "Fetch.requestPaused":
            self._asked(message["params"])
        elif "method" in message:
            self._events.add(str(message["method"]))
        return message


def _answer(record: Record) -> dict[str, Any]:
    kind = re.sub(r"[^\x20-\x7e]", "", record.header("content-type")) or "text/html"
    headers = {"Content-Type": kind, "Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}
    return {
        "responseCode": 200,
        "responseHeaders": [{"name": name, "value": value} for name, value in headers.items()],
        "body": base64.b64encode(record.body).decode(),
    }
