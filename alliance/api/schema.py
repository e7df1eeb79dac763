"""The schema, and a page to read it: drawn on the server, without scripts."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from alliance.access import MANAGE_KEYS, public_page, seat_for
from alliance.tenancy.scope import current_alliance


@public_page
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/docs/: every operation, its parameters, its answers."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    operations = [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    for operation in operations:
        operation["answers"] = [
            {"status": status, "fields": _fields(schema, answer)}
            for status, answer in operation["responses"].items()
        ]
        operation["parameters"] = [
            _field(schema, parameter["name"], parameter["schema"] | parameter)
            | {"in": parameter["in"], "required": parameter.get("required", False)}
            for parameter in operation.get("parameters", [])
        ]
        operation["body"] = _fields(schema, operation.get("requestBody", {}))
        operation["needs_key"] = {} not in operation.get("security", [{}])
        operation["example"] = current_alliance().url(_filled(operation["path"]))
    context = {
        "info": schema["info"],
        "operations": operations,
        "may_make_keys": seat_for(request.seats, MANAGE_KEYS) is not None,  # type: ignore[attr-defined]
    }
    return render(request, "api/docs.html", context)


def _filled(path: str) -> str:
    """A path with a made-up value in each gap: /drives/{slug}/ → /drives/a-second-oven/."""
    examples = {"slug": "a-second-oven", "id": "0190a5b8-0000-7000-8000-000000000000"}
    return re.sub(r"{(\w+)}", lambda gap: examples.get(gap[1], gap[0]), path)


def _fields(schema: dict[str, Any], answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of an answer's rows, with those inside them, and what they mean."""
    content: dict[str, Any] = next(iter(answer.get("content", {}).values()), {})
    found = _resolve(schema, content.get("schema", {}))
    rows = found.get("properties", {}).get("results", {}).get("items")
    if rows:
        found = _resolve(schema, rows)
    rows_of_fields = []
    for name, field in found.get("properties", {}).items():
        inner = _resolve(schema, field).get("properties", {})
        rows_of_fields.append(_field(schema, name, field))
        rows_of_fields += [_field(schema, f"{name}.{key}", part) for key, part in inner.items()]
    return rows_of_fields


def _field(schema: dict[str, Any], name: str, part: dict[str, Any]) -> dict[str, Any]:
    """A row of a table: name, kind, meaning, and the values where there are only some."""
    found = _resolve(schema, part)
    # The generator appends a list of the values to the words; the table has its own.
    words = re.split(r"(?:^|\n\n)\* `", part.get("description") or "")[0]
    return {
        "name": name,
        "type": _type(found),
        "description": words,
        "values": [value for value in found.get("enum", []) if value not in ("", None)],
    }


def _resolve(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What a part stands for: behind a reference, or the first of several."""
    for several in ("allOf", "oneOf"):
        if several in part:
            part = part[several][0]
    if reference := part.get("$ref"):
        return dict(schema["components"]["schemas"][reference.rsplit("/", 1)[-1]])
    return part


def _type(field: dict[str, Any]) -> str:
    kind = field.get("type", "object")
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{words} ({field['format']})" if "format" in field else words
