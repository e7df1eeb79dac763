"""A spreadsheet on its way in: mapped, checked, committed, perhaps undone."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import JobProgress, Seat, StoredFile
from alliance.tenancy.models import TenantForeignKey, TenantModel
from members.models.businesses import Business


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("being read")
    MAPPING = "mapping", _("waiting for its columns to be named")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked, waiting for your word")
    COMMITTING = "committing", _("being brought in")
    COMMITTED = "committed", _("brought in")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    FAILED = "failed", _("could not be read")
    DROPPED = "dropped", _("dropped")


_S = ImportState
IMPORT_TRANSITIONS: dict[str, frozenset[str]] = {
    _S.UPLOADED: frozenset({_S.MAPPING, _S.FAILED}),
    _S.MAPPING: frozenset({_S.CHECKING, _S.DROPPED}),
    _S.CHECKING: frozenset({_S.CHECKED, _S.FAILED}),
    _S.CHECKED: frozenset({_S.MAPPING, _S.CHECKING, _S.COMMITTING, _S.DROPPED}),
    _S.COMMITTING: frozenset({_S.COMMITTED, _S.CHECKED}),
    _S.COMMITTED: frozenset({_S.UNDOING}),
    _S.UNDOING: frozenset({_S.UNDONE, _S.COMMITTED}),
    _S.UNDONE: frozenset(),
    _S.FAILED: frozenset(),
    _S.DROPPED: frozenset(),
}


class ImportRun(TenantModel):
    """One upload. `columns` are the headings found, `mapping` says which field each fills."""

    file = TenantForeignKey(StoredFile, related_name="+")
    seat = TenantForeignKey(Seat, related_name="+")
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    columns: Any = models.JSONField(default=list)
    mapping: Any = models.JSONField(default=dict)
    options: Any = models.JSONField(default=dict)
    counts: Any = models.JSONField(default=dict)
    message = models.CharField(max_length=300, blank=True)
    job = TenantForeignKey(JobProgress, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    committed_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="import_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.state}"


class RowAction(models.TextChoices):
    UNKNOWN = "unknown", _("not checked yet")
    CREATE = "create", _("new")
    UPDATE = "update", _("changes a member")
    SKIP = "skip", _("says nothing new")
    ASK = "ask", _("perhaps the same as a member: you decide")
    REFUSE = "refuse", _("cannot come in as it is")


class ImportRow(TenantModel):
    """One row as it was read, what is wrong with it, and what committing it did.

    `before` holds what an update replaced and what a creation made, so that
    undoing can tell whether somebody has worked on it since.
    """

    run = TenantForeignKey(ImportRun, related_name="rows")
    number = models.PositiveIntegerField()
    cells: Any = models.JSONField()
    values: Any = models.JSONField(default=dict)
    problems: Any = models.JSONField(default=list)
    action = models.CharField(max_length=8, choices=RowAction.choices, default=RowAction.UNKNOWN)
    business = TenantForeignKey(Business, null=True, blank=True, related_name="+")
    before: Any = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "run", "number"], name="import_row_number_once"
            ),
            models.CheckConstraint(
                condition=Q(action__in=RowAction.values), name="import_row_action_known"
            ),
        ]
        indexes = [models.Index(fields=["alliance", "run", "action"], name="import_row_by_action")]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"
