"""A group's life: written, opened, changed, quiet, archived."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from groups.models import Group, GroupKind, GroupState, GroupStep, JoinQuestion
from groups.models.groups import RESERVED
from groups.queries import opening
from groups.services import moves, prompts
from groups.services.words import fit
from members.models import Segment
from moderation.models import Space
from moderation.services import agreements
from moderation.template import Item

FIELDS = ("name", "purpose", "kind", "segment")
MOST_QUESTIONS = 5


@transaction.atomic
def write_group(
    *,
    name: str,
    by: Seat | None,
    purpose: str = "",
    kind: str = GroupKind.OPEN,
    segment: str = "",
    slug: str = "",
    questions: Iterable[str] = (),
) -> Group:
    """A draft with a space of its own, the eight agreements of the template and a week of prompts.

    Raises:
        DomainError: a name, purpose, kind, kind of business or address that does not fit.
    """
    name = fit(name, longest=80, field="name")
    space = Space.objects.create(name=name)
    group = Group(
        space=space,
        made_by=by,
        slug=_own_slug(slug) if slug else _free_slug(name),
        **_fitting({"name": name, "purpose": purpose, "kind": kind, "segment": segment}),
    )
    group.save(force_insert=True)
    GroupStep.objects.create(group=group, state=GroupState.DRAFT, by=by)
    agreements.publish(space=space, by=by)
    _write_questions(group, questions)
    prompts.begin_week(group=group, by=by)
    audit.record(by=by, action="group.written", subject=group, name=name)
    return group


@transaction.atomic
def change_group(*, group: Group, by: Seat | None, **fields: Any) -> Group:
    """Changes name, purpose, kind or kind of business.

    Raises:
        DomainError: what does not fit, or an opened circle that would be read by more people.
    """
    group = moves.locked(group)
    new = _fitting({name: value for name, value in fields.items() if name in FIELDS})
    if group.is_circle and group.opened_at and new.get("kind", group.kind) != GroupKind.CIRCLE:
        raise DomainError(
            _("What was said in a circle stays there: it cannot be opened to others."),
            field="kind",
        )
    if group.is_live and not new.get("purpose", group.purpose):
        raise DomainError(_("Say what the group is for."), field="purpose")
    changed = [name for name, value in new.items() if getattr(group, name) != value]
    if not changed:
        return group
    for name in changed:
        setattr(group, name, new[name])
    group.changed_at = clock.now()
    group.save(update_fields=[*changed, "changed_at"])
    if "name" in changed:
        Space.objects.filter(pk=group.space_id).update(name=group.name)
    audit.record(by=by, action="group.changed", subject=group, fields=sorted(changed))
    return group


@transaction.atomic
def set_questions(*, group: Group, questions: Iterable[str], by: Seat | None) -> None:
    """What those who ask to join are asked, in this order; earlier answers keep their question.

    Raises:
        DomainError: too many, or one too long.
    """
    group = moves.locked(group)
    _write_questions(group, questions)
    audit.record(by=by, action="group.questions_set", subject=group)


@transaction.atomic
def set_agreements(*, group: Group, items: Sequence[tuple[str, str]], by: Seat | None) -> None:
    """A new version of the group's agreements; everybody accepts them before they write again.

    Raises:
        DomainError: fewer than three in a group that is open, or words that do not fit.
    """
    group = moves.locked(group)
    if group.state != GroupState.DRAFT and len(items) < opening.LEAST_AGREEMENTS:
        raise DomainError(_("A group has at least three agreements."), field="agreements")
    words = [Item(title, words) for title, words in items]
    agreements.publish(space=group.space, items=words, by=by)
    audit.record(by=by, action="group.agreements_set", subject=group, count=len(items))


@transaction.atomic
def open_group(*, group: Group, by: Seat | None) -> Group:
    """Opens a draft, or an archived group again.

    Raises:
        DomainError: something that a group opens with is still missing.
    """
    group = moves.locked(group)
    if missing := opening.still_needed(group):
        raise DomainError(" ".join(str(sentence) for sentence in missing))
    moves.move_group(group, GroupState.OPEN, by=by)
    audit.record(by=by, action="group.opened", subject=group, name=group.name)
    return group


@transaction.atomic
def archive_group(*, group: Group, why: str, by: Seat | None) -> Group:
    """Closes it for writing; those who could read it still can. Again it changes nothing.

    Raises:
        DomainError: no reason.
    """
    group = moves.locked(group)
    if group.state == GroupState.ARCHIVED:
        return group
    why = fit(why, longest=400, field="why")
    moves.move_group(group, GroupState.ARCHIVED, by=by, why=why)
    audit.record(by=by, action="group.archived", subject=group, why=why)
    return group


def _write_questions(group: Group, questions: Iterable[str]) -> None:
    asked = [fit(words, longest=200, field="questions") for words in questions if words.strip()]
    if len(asked) > MOST_QUESTIONS:
        raise DomainError(_("Ask five questions at most."), field="questions")
    JoinQuestion.objects.filter(group=group, is_asked=True).update(is_asked=False)
    JoinQuestion.objects.bulk_create(
        JoinQuestion(group=group, position=position, words=words)
        for position, words in enumerate(asked, start=1)
    )


def _fitting(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, trimmed.

    Raises:
        DomainError: one that does not fit.
    """
    if "name" in fields:
        fields["name"] = fit(fields["name"], longest=80, field="name")
    if "purpose" in fields:
        fields["purpose"] = fit(fields["purpose"], longest=280, field="purpose", least=0)
    if fields.get("kind", GroupKind.OPEN) not in GroupKind.values:
        raise DomainError(_("Choose who may come in."), field="kind")
    if fields.get("segment", "") not in ("", *Segment.values):
        raise DomainError(_("Choose a kind of business."), field="segment")
    return fields


def _own_slug(slug: str) -> str:
    made = slugify(slug)[:80]
    if not made or made != slug:
        raise DomainError(_("Small letters, digits and hyphens."), field="slug")
    if made in RESERVED or Group.objects.filter(slug=made).exists():
        raise DomainError(_("This address is taken."), field="slug")
    return made


def _free_slug(name: str) -> str:
    stem = slugify(name)[:70] or "group"
    taken = set(Group.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= RESERVED
    if stem not in taken:
        return stem
    return next(f"{stem}-{i}" for i in range(2, 10_000) if f"{stem}-{i}" not in taken)
