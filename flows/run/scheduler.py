"""Prefect's server behind a door of ours: ``python -m flows.run.scheduler FD`` (started by flows.run.processes).

Who may set a deployment's pull steps runs commands as soatin's account, and Prefect's server of itself asks for no
password, answers any host name and lets pages of any origin call it. Prefect cannot do without a port (its flow runs
and its runner reach it over HTTP only), so: a password made anew at each start, handed on in the environment only; no
other host name than loopback's; no request that a browser made for a page; and even with the password no
deployment but of our own flows.

Lint cannot see the name that processes.py starts; tests/flows/test_scheduler.py goes through here.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PASSWORD = "PREFECT_SERVER_API_AUTH_STRING"  # noqa: S105 -- a variable's name
ENTRYPOINTS = frozenset(f"flows.run.prefect_flows.{name}" for name in ("watch", "report", "guard"))
_HOSTS = frozenset({"127.0.0.1", "localhost"})
_LARGEST = 2 * 1024 * 1024
_STEERING = frozenset(
    {
        "pull_steps", "job_variables", "infra_overrides", "storage_document_id", "infrastructure_document_id",
        "work_pool_name", "manifest_path",
    }
)  # fmt: skip
"""Fields by which a deployment or a run could start something else than the function that its entry point names."""


class Door:
    """An ASGI application before Prefect's: lets through only what soatin's own processes ask."""

    def __init__(self, app: App, password: str) -> None:
        self._app = app
        self._credentials = "Basic " + base64.b64encode(password.encode()).decode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or socket. A websocket's password is its first message, which Prefect looks at."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refusal(scope, headers)
        body = None
        if not refused and scope["type"] == "http" and _steers(scope):
            body = await _whole(receive)
            refused = 0 if body is not None and ours(body) else 403
        if refused and scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        elif refused:
            await _answer(send, refused)
        else:
            await self._app(scope, receive if body is None else _again(body, receive), send)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> int:
        """The status to refuse it with; 0: none."""
        if headers.get("host", "").rpartition(":")[0] not in _HOSTS:
            return 400
        if "origin" in headers or headers.get("sec-fetch-site", "none") != "none":
            return 403
        if scope["type"] == "http" and not hmac.compare_digest(headers.get("authorization", ""), self._credentials):
            return 401
        return 0


def ours(body: bytes) -> bool:
    """Whether a deployment or run that this JSON describes starts nothing but one of our own flows."""
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        return False
    for one in asked if isinstance(asked, list) else [asked]:
        if not isinstance(one, dict) or any(one.get(name) for name in _STEERING):
            return False
        if one.get("entrypoint") not in {None, *ENTRYPOINTS} or one.get("path") not in {None, "", "."}:
            return False
    return True


def _steers(scope: Scope) -> bool:
    return scope["method"] in {"POST", "PUT", "PATCH"} and "/deployments" in scope["path"]


async def _whole(receive: Receive) -> bytes | None:
    """The body; None when it is larger than any of ours."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > _LARGEST or message["type"] == "http.disconnect":
            return None
        if not message.get("more_body"):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    given = False

    async def once() -> MutableMapping[str, Any]:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


async def _answer(send: Send, status: int) -> None:
    text = b'{"exception_message": "refused"}'
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def serve(listening: socket.socket) -> None:
    """Serve until stopped, on a socket that listens on loopback. The password is in the environment."""
    from prefect.server.api.server import create_app  # noqa: PLC0415 -- heavy: a second, and tests of the door need none

    door = Door(create_app(final=True), os.environ[PASSWORD])
    config = uvicorn.Config(door, lifespan="on", log_level="warning", access_log=False, timeout_keep_alive=5)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    from flows.run.parent import end_with_parent

    end_with_parent()
    serve(socket.socket(fileno=int(sys.argv[1])))
