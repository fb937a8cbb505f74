"""The API's OpenAPI description, with what ninja cannot say: errors are problem documents, reports are files."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from review_ui.api.problems import MEDIA_TYPE
from review_ui.report_files import TYPES

_PREFIX = "review_ui_api_endpoints_"


def describe(api: NinjaAPI) -> dict[str, Any]:
    """The description as JSON data."""
    schema: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/"))
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            operation["operationId"] = str(operation["operationId"]).removeprefix(_PREFIX)
            for parameter in operation.get("parameters", ()):
                _without_null(parameter["schema"])
            responses: dict[Any, dict[str, Any]] = operation["responses"]
            for status, response in responses.items():
                if int(status) >= 400 and "application/json" in response.get("content", {}):
                    response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
            if path.endswith("/{form}"):
                files = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES.values()}
                responses[200] = {"description": "OK", "content": files}
    return schema


def _without_null(schema: dict[str, Any]) -> None:
    """A parameter that may be left out is not one that may be null: addresses know no null."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del schema["anyOf"]
        schema.update(choices[0])
    elif choices:
        schema["anyOf"] = choices
