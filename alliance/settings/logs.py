"""Structured logs: one line an event, with request and alliance, without personal data."""

import logging.config
import re
from typing import Any

import structlog

LOGGING: dict[str, Any] = {}

_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
]


def leave_out_details(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL's DETAIL line quotes the row that was refused, and with it addresses."""
    if isinstance(event.get("exception"), str):
        event["exception"] = re.sub(r"DETAIL:.*", "DETAIL: left out", event["exception"])
    return event


def configure_structlog(*, format: str) -> None:
    """Sends structlog and the standard library to one stream, as `json` or `console`."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False)
        if format == "console"
        else structlog.processors.JSONRenderer()
    )
    LOGGING.update(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.format_exc_info,
                        leave_out_details,
                        renderer,
                    ],
                    "foreign_pre_chain": _shared,
                }
            },
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
                "nowhere": {"class": "logging.NullHandler"},
            },
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {
                name: {"handlers": ["stderr"], "level": "INFO", "propagate": False}
                for name in ("django_structlog", "commonweal", "celery")
            }
            # django_structlog has the line of each request, by its route. These name the path,
            # in which a card's secret stands; with no handler at all Python writes them too.
            | {
                name: {"handlers": ["nowhere"], "propagate": False}
                for name in ("django.request", "django.security.csrf")
            },
        }
    )
    structlog.configure(
        processors=[
            *_shared,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(LOGGING)
