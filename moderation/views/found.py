"""What the pages share: the visitor's seats, the thing or case that an address names."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from alliance.models import Person, Seat
from moderation import content
from moderation.content import Content
from moderation.models import Case
from moderation.queries import cases


def seats_of(request: HttpRequest) -> tuple[Seat, ...]:
    """The visitor's seats; 404 for whoever has none here."""
    held = tuple(request.seats)  # type: ignore[attr-defined]
    if not held:
        raise Http404
    return held


def person_of(request: HttpRequest) -> Person:
    """Whoever is signed in."""
    return request.user  # type: ignore[return-value]


def subject_at(request: HttpRequest, key: str, pk: UUID) -> tuple[Content, Any]:
    """What an address names, if its visitor could read it were it not hidden; else 404."""
    kind, subject = content.by_key(key), content.find(key, pk)
    if kind is None or subject is None or not kind.may_read(subject, seats_of(request)):
        raise Http404
    return kind, subject


def case_at(request: HttpRequest, case_id: UUID) -> Case:
    """A case that the visitor looks after; 404 for every other."""
    found: Case = get_object_or_404(cases.seen_by(seats_of(request)), pk=case_id)
    return found


def own_case_at(request: HttpRequest, case_id: UUID) -> Case:
    """A case about what the visitor wrote; 404 for every other."""
    found: Case = get_object_or_404(cases.of_author(person_of(request)), pk=case_id)
    return found


def subject_of(case: Case) -> Any:
    """What the case is about; None where it is gone."""
    return content.find(case.kind, case.subject_id)


def label_of(case: Case) -> Any:
    """What kind of thing it is about."""
    kind = content.by_key(case.kind)
    return kind.label if kind else case.kind
