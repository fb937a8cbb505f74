"""Who may ask the API what: a token in force with the right scope, of an account that still may, not too often."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from index.models import ApiToken
from index.office import tokens
from review_ui.api.problems import ApiError
from review_ui.rates import PER_MINUTE


class ScopedBearer(HttpBearer):
    """``Authorization: Bearer soatin_…`` with a scope. Made on the desk's page of tokens."""

    openapi_scheme = "bearer"

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:  # noqa: ARG002 -- ninja's signature
        """The token; None: not in force. Raises ApiError 403 or 429."""
        found = tokens.find(token)
        if found is None:
            return None
        if seconds := PER_MINUTE.wait(found.pk):
            raise ApiError(
                429, f"more than {PER_MINUTE.requests} requests within a minute", {"Retry-After": str(seconds)}
            )
        if self.scope not in found.scopes:
            raise ApiError(403, f"the token has no scope '{self.scope}'")
        if not found.owner.has_perm("archive.search"):
            raise ApiError(403, "the token's account may no longer search")
        return found
