"""Posting to a channel, in a process of its own (``python -m flows.tell.channels``): apprise follows whatever address
it is given, and writes tokens and whole messages into the logs of the process that it runs in.

The process connects to public addresses and the ``own_hosts`` only, gets the address by its standard input, knows none
of soatin's secrets, and says one word. Lint cannot see the name; tests/flows/test_alerts.py goes through here.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from core.channels import refusal
from core.outgoing import connect_only_to_public
from flows.tell.port import MailRefusedError, NotSentError, UncertainError

SECONDS = 60.0
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "SOATIN_UP")
_MAYBE_ARRIVED = ("timed out", "connection aborted", "remotedisconnected", "connection reset", "incompleteread")


def post_to_channel(
    address: str, title: str, text: str, *, allowed: Collection[str], own_hosts: Collection[str]
) -> None:
    """Hand a message to a channel. Nothing that apprise says about it is kept: it may hold the address.

    Raises MailRefusedError, NotSentError or UncertainError.
    """
    if why := refusal(address, allowed):
        raise MailRefusedError(
            "channels of this kind are not allowed" if why == "not-allowed" else "not a channel that may be used",
            cure="an admin may allow it in alert_channels" if why == "not-allowed" else "enter the channel again",
        )
    order = json.dumps({"address": address, "title": title, "text": text, "own_hosts": list(own_hosts)})
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    environ = {name: os.environ[name] for name in _KEPT if name in os.environ} | {"PYTHONPATH": path}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "flows.tell.channels"],
            input=order, env=environ, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        said = done.stdout.strip()
    except subprocess.TimeoutExpired:
        said = "uncertain"
    if said == "taken":
        return
    if said == "uncertain":
        raise UncertainError("handed over, no answer came", cure="ask the channel's readers whether it arrived")
    if said == "private":
        raise MailRefusedError(
            "the channel lies on this machine or an inner network", cure="an admin may add its host to own_hosts"
        )
    if said == "unknown":
        raise MailRefusedError("not an address that apprise knows", cure="enter the channel again")
    raise NotSentError("the channel did not take the message", cure="check its address and whether it is reachable")


def _hand_over(address: str, title: str, text: str, own_hosts: Collection[str]) -> str:
    """In the process of its own: one word about what became of it."""
    import apprise  # noqa: PLC0415 -- heavy, and what only posts has no use for it

    notifier = apprise.Apprise(asset=apprise.AppriseAsset(http_redirects=False))
    if not notifier.add(address):
        return "unknown"
    refused = connect_only_to_public(own_hosts)
    with apprise.LogCapture(level=logging.DEBUG) as log:  # type: ignore[no-untyped-call]
        taken = notifier.notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT)
        said = str(log.getvalue()).lower()
    if taken:
        return "taken"
    if refused:
        return "private"
    return "uncertain" if any(sign in said for sign in _MAYBE_ARRIVED) else "not-taken"


if __name__ == "__main__":
    sys.stdout.write(_hand_over(**json.load(sys.stdin)) + "\n")
