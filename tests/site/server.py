"""One HTTP server on loopback per site, and the source files that lead a crawler to them."""

from __future__ import annotations

import json
import logging
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from tests.site.pages import BUILDERS, AnySite, FolderSite
from tests.site.texts import load

FOLDER_NAME = "thu-muc-trang"


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from the site that the server carries."""

    protocol_version = "HTTP/1.1"
    server_version = "soatin-demo-web"
    timeout: ClassVar[int] = 30

    def do_GET(self) -> None:
        """A page."""
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        """A page's headers."""
        self._send(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class names it so)
        """Requests are not printed: standard output carries one JSON line."""
        logging.getLogger(__name__).debug(format, *args)

    def _send(self, *, with_body: bool) -> None:
        server = self.server
        assert isinstance(server, SiteServer)
        answer = server.site.answer(self.path)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.location:
            self.send_header("Location", answer.location)
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)


class SiteServer(ThreadingHTTPServer):
    """One site on one free loopback port."""

    daemon_threads = True
    request_queue_size = 64
    site: AnySite

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def base(self) -> str:
        """``http://127.0.0.1:PORT``."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up (a crawler at its size limit) is no news."""
        logging.getLogger(__name__).debug("client %s went away", client_address)


def serve_web(now: datetime, sources: Path) -> dict[str, SiteServer]:
    """Start every site of the demo web and write one source file for each."""
    web = load(now)
    servers: dict[str, SiteServer] = {}
    for config in web.sites:
        server = SiteServer()
        server.site = BUILDERS[config.platform](web, config, server.base)
        _write_source(
            sources,
            config.name,
            server,
            title=config.title,
            kind=config.kind,
            platform=config.platform,
            official=config.official,
            province=config.province,
            district=config.district,
        )
        servers[config.name] = _start(server)
    return servers


def serve_folder(folder: Path, sources: Path) -> dict[str, SiteServer]:
    """Start one site from the HTML files of ``folder`` and write its source file."""
    server = SiteServer()
    server.site = FolderSite(folder, server.base)
    _write_source(sources, FOLDER_NAME, server, title="Thư mục trang", kind="press", platform="press")
    return {FOLDER_NAME: _start(server)}


def _start(server: SiteServer) -> SiteServer:
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    return server


def _write_source(sources: Path, name: str, server: SiteServer, **fields: str | bool) -> None:
    """One TOML file with the fields of :class:`core.model.Source`. JSON strings are TOML strings."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in {"name": name, **fields}.items()]
    lines += [
        f"hosts = [{json.dumps(urlsplit(server.base).netloc)}]",
        "interval = 5",
        "delay = 0.0",
        "enabled = true",
        "",
    ]
    for start in server.site.starts():
        lines += ["[[starts]]", *(f"{key} = {json.dumps(value)}" for key, value in start.items()), ""]
    lines += ["[hints]", ""]
    (sources / f"{name}.toml").write_text("\n".join(lines), encoding="utf-8")
