"""What a browser would send back of a page's form, to change and send."""

from typing import Any

from django.http import HttpResponse
from justhtml import JustHTML

LISTING = "/me/listing/edit/"


def typed(page: HttpResponse, *, having: str = "seen") -> dict[str, Any]:
    """The fields of the form that holds one of this name, as they stand there."""
    forms = JustHTML(page.content.decode(), sanitize=False).query("form")
    form = next(form for form in forms if form.query(f'[name="{having}"]'))
    data: dict[str, Any] = {}
    for field in form.query("input, textarea, select"):
        name, kind = field.attrs.get("name"), field.attrs.get("type", "")
        if not name or name == "csrfmiddlewaretoken" or kind == "submit":
            continue
        if kind in ("checkbox", "radio"):
            if "checked" in field.attrs:
                value = field.attrs.get("value") or "on"
                data[name] = [*data.get(name, []), value] if kind == "checkbox" else value
        elif field.name == "textarea":
            data[name] = "".join(text.data for text in field.children)
        elif field.name == "select":
            chosen = field.query("option[selected]") or field.query("option")
            data[name] = chosen[0].attrs.get("value", "")
        else:
            data[name] = field.attrs.get("value", "")
    return data
