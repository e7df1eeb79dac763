"""Publishing agreements, and accepting them on record."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.tenancy.scope import current_alliance
from moderation import events
from moderation.models import Acceptance, Agreement, AgreementSet, Space
from moderation.queries import agreements as queries
from moderation.services import log, words
from moderation.template import AGREEMENTS, Item

FEWEST, MOST = 3, 20


@transaction.atomic
def publish(
    *, space: Space | None, items: Sequence[Item] = AGREEMENTS, by: Seat | None
) -> AgreementSet:
    """A new version, which everybody there is asked to accept; the same words change nothing.

    Raises:
        DomainError: fewer than three, more than twenty, words missing or too long,
            or another version came at the same moment.
    """
    wanted = _read(items)
    newest = queries.current(space)
    if newest and [(one.title, one.words) for one in newest.agreements.all()] == wanted:
        return newest
    version = _version(space, newest.number + 1 if newest else 1, wanted, by=by)
    log.of_space(space, "agreements_published", by=by, subject=version, number=version.number)
    events.agreements_published.send(sender=AgreementSet, agreement_set=version)
    return version


def begin() -> AgreementSet:
    """The template as an alliance's first version, in its own language; itself the record."""
    with translation.override(current_alliance().language):
        return queries.current(None) or _version(None, 1, _read(AGREEMENTS), by=None)


@transaction.atomic
def accept(*, agreement_set: AgreementSet, by: Seat) -> Acceptance:
    """Records that the person accepts this version; twice is once.

    Raises:
        DomainError: a newer version counts.
    """
    newest = queries.current(agreement_set.space)
    if newest is None or newest.pk != agreement_set.pk:
        raise DomainError(_("The agreements have changed since. Read them again."))
    row, _is_new = Acceptance.objects.get_or_create(
        agreement_set=agreement_set,
        person=by.person,
        defaults={"seat": by, "at": clock.now()},
    )
    return row


def _read(items: Sequence[Item]) -> list[tuple[str, str]]:
    if not FEWEST <= len(items) <= MOST:
        bounds = {"fewest": FEWEST, "most": MOST}
        raise DomainError(_("Write from %(fewest)d to %(most)d agreements.") % bounds)
    missing = _("Give each agreement a title and say what is meant.")
    return [
        (
            words.read(str(item.title), longest=80, field="title", missing=missing),
            words.read(str(item.words), longest=600, field="words", missing=missing),
        )
        for item in items
    ]


def _version(
    space: Space | None, number: int, wanted: list[tuple[str, str]], *, by: Seat | None
) -> AgreementSet:
    try:
        with transaction.atomic():
            version = AgreementSet.objects.create(
                space=space, number=number, made_by=by, made_at=clock.now()
            )
    except IntegrityError as error:
        raise DomainError(
            _("Somebody published other agreements at this moment. Look at them first.")
        ) from error
    Agreement.objects.bulk_create(
        Agreement(agreement_set=version, position=place, title=title, words=text)
        for place, (title, text) in enumerate(wanted, start=1)
    )
    return version
