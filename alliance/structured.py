"""Structured data (schema.org, as JSON-LD) for search engines and calendars that read pages."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import SafeString, mark_safe

_encoder = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":"))
# What could end the element or begin another, as `json_script` writes it.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def json_ld(data: dict[str, Any]) -> SafeString:
    """A script element of type application/ld+json; nothing in it can end it or run.

    Values that are empty are left out: a missing place is no place called "".
    """
    text = _encoder.encode({"@context": "https://schema.org", **_said(data)})
    return mark_safe(f'<script type="application/ld+json">{text.translate(ESCAPES)}</script>')


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _said(each) for key, each in value.items() if each not in (None, "", [], {})}
    return [_said(each) for each in value] if isinstance(value, list) else value
