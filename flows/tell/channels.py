"""Channels besides mail (chat rooms, webhooks), by address as apprise writes it."""

from __future__ import annotations

import logging

from flows.tell.port import MailRefusedError, NotSentError, UncertainError

_MAYBE_ARRIVED = ("timed out", "connection aborted", "remotedisconnected", "connection reset", "incompleteread")


def post(address: str, title: str, text: str) -> None:
    """Hand a message to a channel. Nothing that apprise says about it is kept: it may hold the address.

    Raises NotSentError or MailRefusedError (nothing was sent), or UncertainError.
    """
    import apprise  # noqa: PLC0415 -- heavy

    notifier = apprise.Apprise()
    if not notifier.add(address):
        raise MailRefusedError("not an address that apprise knows", cure="enter the channel again")
    with apprise.LogCapture(level=logging.DEBUG) as log:  # type: ignore[no-untyped-call]
        taken = notifier.notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT)
        said = str(log.getvalue()).lower()
    if taken:
        return
    if any(sign in said for sign in _MAYBE_ARRIVED):
        raise UncertainError("handed over, no answer came", cure="ask the channel's readers whether it arrived")
    raise NotSentError("the channel did not take the message", cure="check its address and whether it is reachable")
