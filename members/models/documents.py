"""Papers made from invoices, payments and credit notes, and the yearly value statement."""

from typing import Any

from django.db import models

from alliance import clock
from alliance.models import StoredFile
from alliance.tenancy.models import TenantForeignKey, TenantModel
from members.models.invoices import DocumentKind
from members.models.memberships import Membership


class Paper(TenantModel):
    """A PDF of one document as it was made; `subject_id` is the row that it shows.

    `digest` is of all that the paper says: while that is the same, so is the paper.
    """

    append_only = True

    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    subject_id = models.UUIDField()
    file = TenantForeignKey(StoredFile, related_name="+")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(fields=["alliance", "kind", "subject_id", "-made_at"], name="paper_of")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class ValueStatement(TenantModel):
    """What a membership's year brought, as it was counted when it was sent."""

    append_only = True

    membership = TenantForeignKey(Membership, related_name="value_statements")
    from_on = models.DateField()
    to_on = models.DateField()
    figures: Any = models.JSONField()
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-to_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "membership", "to_on"], name="value_statement_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_on} – {self.to_on}"
