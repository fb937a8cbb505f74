"""A wire that can be cut: a small TCP proxy on loopback before a real server."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

_PART = 65536


class Wire:
    """Carries bytes both ways until it is cut. ``url``: the server's address, with the wire's place instead of it.

    ``cut_after``: so many bytes towards the server, then it breaks by itself; ``swallow``: what the server answers
    after so many bytes is lost, and the wire breaks then: the server has done what the caller never hears of.
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (str(parts.hostname), int(parts.port or 0))
        self._listener: socket.socket | None = None
        self._pairs: list[socket.socket] = []
        self._lock = threading.Lock()
        self._port = 0
        self.cut_after = self.swallow = 0
        self.sent = 0
        self.mend()
        self.url = target.replace(f"{parts.hostname}:{parts.port}", f"127.0.0.1:{self._port}")

    def mend(self) -> None:
        """Take connections, at the same place as before."""
        self.sent, self.cut_after, self.swallow = 0, 0, 0
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen(64)
        self._listener, self._port = listener, listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and refuse new ones until it is mended."""
        with self._lock:
            listener, self._listener, pairs, self._pairs = self._listener, None, self._pairs, []
        for one in [*([listener] if listener else []), *pairs]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self, listener: socket.socket) -> None:
        while self._listener is listener:
            try:
                near, _ = listener.accept()
                far = socket.create_connection(self._target, 5)
            except OSError:
                return
            far.settimeout(None)
            with self._lock:
                if self._listener is not listener:  # cut meanwhile
                    near.close()
                    far.close()
                    return
                self._pairs += [near, far]
            for one, other, towards in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._carry, args=(one, other, towards), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, towards: bool) -> None:
        with suppress(OSError):
            while part := one.recv(_PART):
                if towards:
                    self.sent += len(part)
                    if self.cut_after and self.sent > self.cut_after:
                        self.cut()
                        return
                elif self.swallow and self.sent > self.swallow:
                    self.cut()
                    return
                other.sendall(part)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)
