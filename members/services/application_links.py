"""The signed links of an application: to confirm it, to answer, to see where it stands."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from alliance import links
from alliance.tenancy.scope import current_alliance
from members.models import Application, ApplicationStep

CONFIRM, ANSWER, STATUS = (
    "members.application-confirm",
    "members.application-answer",
    "members.application-status",
)
# A draft and a question wait that long; where it stands can be read for over a year.
OPEN_DAYS, STATUS_DAYS = 30, 400


def confirm_url(application: Application) -> str:
    """Where the address is confirmed, with a button."""
    return _url("members:join_confirm", CONFIRM, {"application": str(application.pk)})


def answer_url(application: Application, question: ApplicationStep) -> str:
    """Where this one question is answered."""
    payload = {"application": str(application.pk), "question": str(question.pk)}
    return _url("members:join_answer", ANSWER, payload)


def status_url(application: Application) -> str:
    """Where the applicant sees how it stands."""
    return _url("members:join_status", STATUS, {"application": str(application.pk)})


def read_confirm(token: str) -> Application:
    """The application that a link confirms.

    Raises:
        alliance.links.BadLink: forged, another alliance's, or of no application.
        alliance.links.ExpiredLink: too old.
    """
    return _application(links.read(CONFIRM, token, max_age_seconds=OPEN_DAYS * 24 * 3600))


def read_answer(token: str) -> tuple[Application, UUID]:
    """The application, and the question that a link answers.

    Raises:
        alliance.links.BadLink: forged, another alliance's, or of no application.
        alliance.links.ExpiredLink: too old.
    """
    payload = links.read(ANSWER, token, max_age_seconds=OPEN_DAYS * 24 * 3600)
    return _application(payload), UUID(str(payload["question"]))


def read_status(token: str) -> Application:
    """The application whose standing a link shows.

    Raises:
        alliance.links.BadLink: forged, another alliance's, or of no application.
        alliance.links.ExpiredLink: too old.
    """
    return _application(links.read(STATUS, token, max_age_seconds=STATUS_DAYS * 24 * 3600))


def _url(name: str, purpose: str, payload: dict[str, Any]) -> str:
    return current_alliance().url(reverse(name, args=[links.sign(purpose, payload)]))


def _application(payload: dict[str, Any]) -> Application:
    found = Application.objects.select_related("tier", "invoice")
    try:
        return found.get(pk=UUID(str(payload.get("application"))))
    except (Application.DoesNotExist, ValueError) as error:
        raise links.BadLink from error
