"""What people here have agreed on, by version, and who has accepted which."""

from django.db import models
from django.urls import reverse

from alliance import clock
from alliance.models import Person, Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel
from moderation.models.spaces import Space


class AgreementSet(TenantModel):
    """One version of the agreements of a place; the highest number counts.

    Without a space they are the alliance's own. `made_by` None: they came with it.
    """

    append_only = True

    space = TenantForeignKey(Space, null=True, blank=True, related_name="agreement_sets")
    number = models.PositiveIntegerField()
    made_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "space", "number"],
                name="agreement_set_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="agreement_set_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:agreement_version", args=[self.pk])


class Agreement(TenantModel):
    """One sentence of a set, and what is meant by it."""

    append_only = True

    agreement_set = TenantForeignKey(AgreementSet, related_name="agreements")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    words = models.CharField(max_length=600)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "agreement_set", "position"], name="agreement_position_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Acceptance(TenantModel):
    """A person accepted a version; the person counts, whichever seat they came with."""

    append_only = True

    agreement_set = TenantForeignKey(AgreementSet, related_name="acceptances")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seat = TenantForeignKey(Seat, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "agreement_set", "person"], name="acceptance_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} accepts {self.agreement_set_id}"
