"""Rows that a room makes out of a business by itself: they are nobody's work, and go with it."""

from django.db.models import Model

_derived: list[type[Model]] = []


def register(*models: type[Model]) -> None:
    """Adds models with a key `business`, those that name others first; called in `AppConfig.ready`.

    An import that is taken back deletes them with the business that it had brought.
    """
    _derived.extend(model for model in models if model not in _derived)


def models() -> tuple[type[Model], ...]:
    """All of them, in the order in which they can be deleted."""
    return tuple(_derived)
