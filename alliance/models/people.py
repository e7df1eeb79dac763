"""Who acts: a person's login, and the seats that give it a place and a role."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.tenancy.models import TenantModel, scoped, uuid7


class PersonManager(BaseUserManager["Person"]):
    """People are found by e-mail, whatever the case it was typed in."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """A human's login, global: one person may hold seats in several alliances."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(_("your name"), max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=clock.now)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        # In capitals: that is how `iexact` asks, at each sign-in too.
        constraints = [models.UniqueConstraint(Upper("email"), name="person_email_once")]

    def __str__(self) -> str:
        return self.name or self.email


class Role(models.TextChoices):
    """What a seat is for; the permission matrix is `alliance.access.MATRIX`."""

    OWNER = "owner", _("director")
    TREASURER = "treasurer", _("treasurer")
    MEMBERSHIP = "membership", _("membership")
    COMMUNITY = "community", _("community")
    CAMPAIGNS = "campaigns", _("campaigns")
    LENDING_OFFICER = "lending_officer", _("lending officer")
    VOLUNTEER = "volunteer", _("volunteer")
    AUDITOR = "auditor", _("auditor")
    EVALUATOR = "evaluator", _("evaluator")
    MEMBER = "member", _("member")
    LENDER = "lender", _("lender")
    CUSTODIAN = "custodian", _("custodian")
    FACILITATOR = "facilitator", _("facilitator")
    ADVISOR = "advisor", _("advisor")


class SeatQuerySet(models.QuerySet["Seat"]):
    """Reads of seats by time."""

    def live(self) -> "SeatQuerySet":
        """Seats that count now: not ended, not expired."""
        now = clock.now()
        return self.filter(
            models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=now),
            ended_at__isnull=True,
        )


class Seat(TenantModel):
    """A person's place and role in one alliance; several roles are several seats."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(max_length=20, choices=Role.choices)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(SeatQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "person", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="seat_one_live_per_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"
