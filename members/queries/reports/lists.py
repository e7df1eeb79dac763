"""The lists behind the figures: for every number of the reports, the rows that make it up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from alliance.tenancy.scope import current_alliance
from ledger.models import EntryKind, Line
from members.models import STANDING, Membership, Status
from members.queries.memberships import today
from members.queries.reports import states
from members.queries.reports.money import lines_of
from members.queries.reports.moves import CAME, LEFT, Move, moves_sql
from members.queries.reports.terms import Fate, terms_sql


class What(TextChoices):
    """What a list holds. Those of a state look at `last` alone."""

    ACTIVE = "active", _("Active members")
    STATUS = "status", _("Members by status")
    DIFFERENT = "different", _("Where the snapshot says otherwise")
    CAME = "came", _("Became active")
    JOINED = "joined", _("Joined")
    BROUGHT = "brought", _("Brought from another system")
    RETURNED = "returned", _("Reinstated")
    RELEASED = "released", _("Released from a suspension")
    LEFT = "left", _("Ceased to be active")
    LAPSED = "lapsed", _("Lapsed")
    ENDED = "ended", _("Cancelled")
    SUSPENDED = "suspended", _("Suspended")
    CREDITED = "credited", _("Taken back by a credit note")
    DUE = "due", _("Terms due")
    RENEWED = "renewed", _("Terms renewed")
    OPEN = "open", _("Terms still in grace")
    LOST = "lost", _("Terms not renewed")
    RENEWALS = "renewals", _("Renewals by day of payment")
    INVOICED = "invoiced", _("Invoiced")
    CREDIT_NOTES = "credit_notes", _("Credited")
    RECEIVED = "received", _("Received")
    REFUNDED = "refunded", _("Refunded")


# No alliance of this house is older, and arithmetic on dates stays far from year 1.
EARLIEST = date(1900, 1, 1)
STATES = (What.ACTIVE, What.STATUS, What.DIFFERENT)
MOVES: dict[What, Sequence[str]] = {
    What.CAME: CAME,
    What.LEFT: LEFT,
    **{What(move.value): (move,) for move in Move},
}
FATES: dict[What, Sequence[str]] = {
    What.DUE: tuple(Fate),
    **{What(fate.value): (fate,) for fate in Fate},
}
MONEY = {
    What.INVOICED: EntryKind.INVOICE,
    What.CREDIT_NOTES: EntryKind.CREDIT_NOTE,
    What.RECEIVED: EntryKind.PAYMENT,
    What.REFUNDED: EntryKind.REFUND,
}


@dataclass(frozen=True)
class Question:
    """Which list: of what, on which days, and of which part of the members.

    `as_of` is the day on which one asks what became of terms; the last where
    none is given. All else stays as it was on its own day.
    """

    what: What
    first: date
    last: date
    as_of: date | None = None
    status: Status | None = None
    tier: UUID | None = None
    city: str | None = None
    neighbourhood: str | None = None

    @classmethod
    def read(cls, words: Mapping[str, str]) -> "Question":
        """The question in an address or in a task's arguments, as `words` writes it.

        Raises:
            ValueError: there is no such list.
        """
        last = date.fromisoformat(words["until"]) if words.get("until") else today()
        first = date.fromisoformat(words["since"]) if words.get("since") else last
        as_of = date.fromisoformat(words["as_of"]) if words.get("as_of") else None
        if not EARLIEST <= first <= last <= (as_of or last) <= today():
            raise ValueError("These days are not in the past, or not in their order.")
        what, status, tier = What(words.get("what", "")), words.get("status"), words.get("tier")
        if what == What.STATUS and not status:
            raise ValueError("Which status?")
        return cls(
            what=what,
            first=first,
            last=last,
            as_of=as_of,
            status=Status(status) if status else None,
            tier=UUID(tier) if tier else None,
            city=words.get("city"),
            neighbourhood=words.get("neighbourhood"),
        )

    @property
    def words(self) -> dict[str, str]:
        """As an address and a task's arguments say it."""
        found: dict[str, Any] = {"what": self.what, "until": self.last.isoformat()}
        if self.what not in STATES:
            found["since"] = self.first.isoformat()
        for name in ("as_of", "status", "tier", "city", "neighbourhood"):
            if getattr(self, name) is not None:
                found[name] = getattr(self, name)
        return {name: str(value) for name, value in found.items()}


@dataclass(frozen=True)
class Happening:
    """A row of a list of what happened: a membership, a day, and which of the kinds it was."""

    day: date
    membership_id: UUID
    kind: str


def members_of(question: Question) -> QuerySet[Membership]:
    """The memberships of a state, with what `states.on_day` says of each."""
    rows = states.differing(question.last) if question.what == What.DIFFERENT else None
    if rows is None:
        rows = states.on_day(question.last)
    wanted = Q(status=question.status) if question.what == What.STATUS else Q()
    if question.what == What.ACTIVE:
        wanted &= Q(status__in=STANDING)
    if question.tier:
        wanted &= Q(tier_on=question.tier)
    if question.city is not None:
        wanted &= Q(business__city=question.city)
    if question.neighbourhood is not None:
        wanted &= Q(business__neighbourhood=question.neighbourhood)
    return rows.filter(wanted)


@dataclass(frozen=True)
class Happenings:
    """What happened on the question's days, as the database is asked for it."""

    question: Question

    @property
    def count(self) -> int:
        return int(self._ask("SELECT count(*) FROM found")[0][0])

    @property
    def membership_ids(self) -> list[UUID]:
        """Whose they are, each once."""
        return [row[0] for row in self._ask("SELECT DISTINCT membership_id FROM found")]

    def after(self, day: date, membership_id: UUID, *, size: int) -> list[Happening]:
        """So many, oldest first, from behind that one."""
        rows = self._ask(
            """SELECT day, membership_id, kind FROM found
            WHERE (day, membership_id) > (%(day)s, %(membership)s::uuid)
            ORDER BY day, membership_id LIMIT %(size)s""",
            day=day,
            membership=membership_id,
            size=size,
        )
        return [Happening(*row) for row in rows]

    def of(self, membership_ids: Sequence[UUID]) -> list[Happening]:
        """All of those memberships, oldest first."""
        rows = self._ask(
            "SELECT day, membership_id, kind FROM found ORDER BY day, membership_id",
            narrow="AND membership_id = ANY(%(memberships)s::uuid[])",
            memberships=[str(pk) for pk in membership_ids],
        )
        return [Happening(*row) for row in rows]

    def _ask(self, sql: str, *, narrow: str = "", **parameters: Any) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(f"{self._found_sql(narrow)} {sql}", self._parameters | parameters)
            return cursor.fetchall()

    def _found_sql(self, narrow: str) -> str:
        """The WITH of the moves or the terms, and `found (day, membership_id, kind)` in the end."""
        if self.question.what in MOVES:
            return f"""{moves_sql(narrow=narrow)}, found AS (
                SELECT day, membership_id, move AS kind FROM moves
                WHERE move = ANY(%(kinds)s) AND day BETWEEN %(since)s AND %(until)s
            )"""
        if self.question.what == What.RENEWALS:
            return f"""{terms_sql(narrow=narrow)}, found AS (
                SELECT paid_on AS day, membership_id, 'renewals' AS kind FROM renewals
            )"""
        return f"""{terms_sql(narrow=narrow)}, found AS (
            SELECT ends_on AS day, membership_id, fate AS kind FROM ends
            WHERE fate = ANY(%(kinds)s)
        )"""

    @cached_property
    def _parameters(self) -> dict[str, Any]:
        kinds = MOVES.get(self.question.what) or FATES.get(self.question.what) or ()
        return {
            "alliance": current_alliance().pk,
            "since": self.question.first,
            "until": self.question.last,
            "as_of": self.question.as_of or self.question.last,
            "kinds": [str(kind) for kind in kinds],
        }


def lines_behind(question: Question) -> QuerySet[Line]:
    """The lines of the books behind a sum of money, with `number` to sort by."""
    lines = lines_of(MONEY[question.what], question.first, question.last)
    return lines.annotate(number=F("entry__number"))
