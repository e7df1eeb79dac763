"""Letters of the room. None of them holds a word of what is hidden, or who flagged it."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import Person, Role, Seat
from alliance.services import outbox
from alliance.tenancy.scope import current_alliance
from moderation import content
from moderation.models import (
    Case,
    CaseAuthor,
    Decision,
    Flag,
    Outcome,
    Sanction,
    Stage,
    Stewardship,
)
from moderation.queries import cases as queries
from moderation.queries import powers
from moderation.rules import APPEAL_WITHIN
from moderation.template import charter_of


def tell_held(case: Case, why: str) -> None:
    """To its authors: hidden for now, and why."""
    for person in _authors(case):
        _send(
            f"case-held:{case.pk}",
            person,
            "held",
            about=_about(case),
            reason=why,
            url=_url("moderation:own_case", case.pk),
        )


def tell_authors(case: Case, decision: Decision) -> None:
    """The statement of reasons, and how to appeal where that is still possible."""
    can_appeal = decision.stage == Stage.FIRST and decision.outcome != Outcome.KEEP
    last = decision.at + APPEAL_WITHIN
    told = _reasons(decision) | {
        "about": _about(case),
        "is_appeal": decision.stage == Stage.APPEAL,
        "by_rules": case.origin == "care",
        "was_flagged": Flag.objects.filter(case=case).exists(),
        "until": _day(decision.until) if decision.until else "",
        "appeal_until": _day(last) if can_appeal else "",
        "url": _url("moderation:own_case", case.pk),
    }
    for person in _authors(case):
        _send(f"case-{decision.stage}:{decision.pk}", person, "decision", **told)


def tell_flaggers(case: Case, decision: Decision) -> None:
    """What became of what they flagged."""
    told = _reasons(decision) | {
        "about": _about(case),
        "is_appeal": decision.stage == Stage.APPEAL,
        "url": _url("moderation:mine"),
    }
    flags = Flag.objects.filter(case=case, person__is_active=True).select_related("person")
    for flag in flags.order_by("at", "id"):
        _send(f"flag-{decision.stage}:{decision.pk}", flag.person, "answer", **told)


def tell_stewards(case: Case) -> None:
    """To the space's custodians: something waits. Staff see it in their queue."""
    line = _("Something here waits for you. Please look at it within a day.")
    _tell_stewards(case, Role.CUSTODIAN, "case-waits", _("Something waits for you"), line)


def tell_advisors(case: Case) -> None:
    """To the advisors who had no part in it: an appeal waits."""
    line = _("Somebody asks for a second look. Please hear the appeal within three days.")
    _tell_stewards(case, Role.ADVISOR, "appeal-waits", _("An appeal waits for you"), line)


def tell_may_write(sanction: Sanction) -> None:
    """The pause in writing is over."""
    place = sanction.space or current_alliance()
    line = _("Your pause is over: you can write again in %(place)s.") % {"place": place}
    url = current_alliance().url("/")
    _news(f"may-write:{sanction.pk}", sanction.person, _("You can write again"), [line], url)


def ask_steward(stewardship: Stewardship) -> None:
    """The invitation, with the charter."""
    _send(
        f"charter:{stewardship.pk}",
        stewardship.person,
        "charter",
        role=str(stewardship.get_role_display()),
        place=_place(stewardship),
        charter=charter_of(stewardship.role),
        url=_url("moderation:stewardship", stewardship.pk),
    )


def remind_steward(stewardship: Stewardship) -> None:
    """The year ends in a month."""
    told = _role_and_place(stewardship)
    assert stewardship.expires_at is not None
    line = _("Your year as %(role)s in %(place)s ends on %(day)s. Thank you for all of it.") % (
        told | {"day": _day(stewardship.expires_at)}
    )
    key = f"charter-ends:{stewardship.pk}"
    url = _url("moderation:stewardship", stewardship.pk)
    _news(key, stewardship.person, _("Your year is nearly over"), [line], url)


def thank_steward(stewardship: Stewardship) -> None:
    """The time as a steward is over."""
    line = _("You are no longer %(role)s in %(place)s. Thank you for your care.") % (
        _role_and_place(stewardship)
    )
    key = f"charter-ended:{stewardship.pk}"
    _news(key, stewardship.person, _("Thank you"), [line], current_alliance().url("/"))


def _tell_stewards(case: Case, role: Role, key: str, subject: str, line: str) -> None:
    url = _url("moderation_staff:case", case.pk)
    seen = set()
    for one in powers.stewards_for(None if case.is_outside else case.space, role):
        if one.person_id not in seen and not queries.had_part(case, one.person):
            seen.add(one.person_id)
            _news(f"{key}:{case.pk}", one.person, subject, [line], url)


def _authors(case: Case) -> Iterable[Person]:
    rows = CaseAuthor.objects.filter(case=case, person__is_active=True).select_related("person")
    return [row.person for row in rows.order_by("id")]


def _about(case: Case) -> dict[str, str]:
    """What it is, never what it says."""
    kind = content.by_key(case.kind)
    return {"label": str(kind.label) if kind else _("Text"), "day": _day(case.opened_at)}


def _reasons(decision: Decision) -> dict[str, Any]:
    agreement = decision.agreement
    return {
        "outcome": str(decision.get_outcome_display()),
        "agreement": agreement.title if agreement else "",
        "agreement_words": agreement.words if agreement else "",
        "reasons": decision.reasons,
    }


def _role_and_place(stewardship: Stewardship) -> dict[str, str]:
    return {"role": str(stewardship.get_role_display()), "place": _place(stewardship)}


def _place(stewardship: Stewardship) -> str:
    return str(stewardship.space or current_alliance())


def _day(moment: Any) -> str:
    return str(moment.astimezone(current_alliance().zone).date())


def _url(name: str, *arguments: Any) -> str:
    return current_alliance().url(reverse(name, args=arguments))


def _news(key: str, person: Person, subject: str, lines: list[str], url: str) -> None:
    _send(key, person, "news", subject=subject, lines=lines, url=url)


def _send(key: str, person: Person, template: str, **context: Any) -> None:
    # A message whose person has no place here any more would lead to a closed door.
    if not Seat.objects.live().filter(person=person).exists():
        context = context | {"url": ""}
    outbox.enqueue(
        key=f"{key}:{person.pk}",
        template=f"moderation/email/{template}",
        to=person.email,
        context=context | {"name": person.name},
        confirmed=True,
    )
