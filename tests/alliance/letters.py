"""Templates of a letter that only the tests send, and a quick way to write one."""

from typing import Any

from alliance.models import OutboxMessage
from alliance.services import outbox

TEMPLATES = {
    "letter/subject.txt": "{{ subject|default:'A letter' }}",
    "letter/body.txt": "Hello {{ who }},\n\n\n\n{{ alliance.name }} writes.\n{{ url }}\n",
    "letter/body.html": "<html><head><style>p{color:red}</style></head>"
    "<body><p>Hello {{ who }}</p></body></html>",
    "broken/subject.txt": "{{ who.no_such.thing }}",
    "broken/body.txt": "{% include 'letter/not_there.txt' %}",
    "broken/body.html": "",
}
LOADERS = {
    "OPTIONS": {
        "loaders": [
            ("django.template.loaders.locmem.Loader", TEMPLATES),
            "django.template.loaders.filesystem.Loader",
            "django.template.loaders.app_directories.Loader",
        ]
    }
}


def with_letters(templates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The project's template settings with the tests' letters put before them."""
    engine = dict(templates[0])
    engine["APP_DIRS"] = False
    engine["OPTIONS"] = {**engine["OPTIONS"], **LOADERS["OPTIONS"]}
    return [engine]


def write(key: str = "k1", to: str = "eve@example.com", **fields: Any) -> OutboxMessage:
    """Puts a letter into the outbox of the open scope."""
    return outbox.enqueue(
        **{"key": key, "template": "letter", "to": to, "context": {"who": "Eve"}, "confirmed": True}
        | fields
    )
