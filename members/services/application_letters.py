"""What applicants are written, through the outbox; each letter has a key of its cause."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format

from alliance.models import OutboxMessage
from alliance.money import format_money
from alliance.services import outbox
from alliance.tenancy.scope import current_alliance
from members.models import Application, ApplicationStep, Invoice, Relief
from members.services import application_links as links
from members.services import pay_links


def confirm(application: Application) -> OutboxMessage:
    """“Confirm your application”, to an address that nobody has proven yet."""
    tier = application.tier
    return outbox.enqueue(
        key=f"application-confirm:{application.pk}",
        template="members/email/confirm_application",
        to=application.email,
        # No name: an unconfirmed address gets no words that somebody typed.
        context={
            "tier": tier.name,
            "amount": format_money(application.amount_minor, tier.currency),
            "days": links.OPEN_DAYS,
            "url": links.confirm_url(application),
        },
        confirmed=False,
    )


def known(application: Application, *, form_key: str) -> OutboxMessage:
    """“You have applied already”, instead of a second application."""
    # Anyone may type this address into the form: the limit counts.
    return _write(
        "known_application",
        f"application-known:{application.pk}:{form_key}",
        application,
        confirmed=False,
    )


def received(application: Application) -> OutboxMessage:
    """“We have it”, with the link to where it stands."""
    return _write("received", f"application-received:{application.pk}", application)


def question(application: Application, step: ApplicationStep) -> OutboxMessage:
    """What the staff ask, with the link to answer."""
    return _write(
        "question",
        f"application-question:{step.pk}",
        application,
        question=step.words,
        days=links.OPEN_DAYS,
        answer_url=links.answer_url(application, step),
    )


def approved(application: Application, invoice: Invoice) -> OutboxMessage:
    """“Welcome, nearly”: the invoice, and how to pay it."""
    return _write(
        "approved",
        f"application-approved:{application.pk}",
        application,
        number=invoice.number,
        total=format_money(invoice.total_minor, invoice.currency),
        due_on=date_format(invoice.due_on, "j M Y"),
        parts=application.instalments,
        is_in_kind=application.relief == Relief.IN_KIND,
        pay_url=pay_links.url(invoice),
    )


def declined(application: Application, *, reason: str) -> OutboxMessage:
    """“We cannot take you in”, and why."""
    return _write("declined", f"application-declined:{application.pk}", application, reason=reason)


def expired(application: Application) -> OutboxMessage:
    """“It has run out”, and the way to begin anew."""
    return _write(
        "expired",
        f"application-expired:{application.pk}",
        application,
        join_url=current_alliance().url(reverse("members:join")),
    )


def welcome(application: Application) -> OutboxMessage:
    """“You are a member”: where to sign in, and what the first week brings."""
    return _write(
        "welcome",
        f"application-welcome:{application.pk}",
        application,
        login_url=current_alliance().url(reverse("account_login")),
    )


def _write(
    template: str, key: str, application: Application, *, confirmed: bool = True, **context: Any
) -> OutboxMessage:
    return outbox.enqueue(
        key=key,
        template=f"members/email/{template}",
        to=application.email,
        context={
            "name": application.contact_name,
            "business": application.trade_name,
            "email": application.email,
            "url": links.status_url(application),
            **context,
        },
        confirmed=confirmed,
    )
