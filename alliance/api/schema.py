"""The schema, and a page to read it: drawn on the server, without scripts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from alliance.access import public_page


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
    return render(request, "api/docs.html", {"info": schema["info"], "operations": operations})


def _fields(schema: dict[str, Any], answer: dict[str, Any]) -> list[dict[str, str]]:
    """The fields of an answer's rows, one level deep, with what they mean."""
    content: dict[str, Any] = next(iter(answer.get("content", {}).values()), {})
    found = _resolve(schema, content.get("schema", {}))
    rows = found.get("properties", {}).get("results", {}).get("items")
    if rows:
        found = _resolve(schema, rows)
    return [
        {
            "name": name,
            "type": _type(_resolve(schema, field)),
            "description": field.get("description", ""),
        }
        for name, field in found.get("properties", {}).items()
    ]


def _resolve(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    if reference := part.get("$ref"):
        return schema["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    return part


def _type(field: dict[str, Any]) -> str:
    kind = field.get("type", "object")
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{words} ({field['format']})" if "format" in field else words
