"""Where things happen: the network, its alliances, and their addresses."""

from decimal import Decimal
from functools import cache, cached_property
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from alliance.tenancy.models import uuid7

# Each question reads some hundreds of files.
_zones = cache(available_timezones)


def validate_timezone(name: str) -> None:
    """Raises `ValidationError` unless the name stands in the tz database."""
    if name not in _zones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


class Network(models.Model):
    """Many alliances that work together; the bare platform host is its site."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    tagline = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class AllianceState(models.TextChoices):
    TRIAL = "trial", _("trial")
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    ARCHIVED = "archived", _("archived")


class Alliance(models.Model):
    """One "buy local" association: the tenant.

    `accent_hue` (degrees, OKLCH) and `accent_chroma` colour its pages; the
    lightness is fixed by the design, so that contrast holds for every hue.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="alliances")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=40, unique=True)
    tagline = models.CharField(max_length=200, blank=True)
    about = models.TextField(max_length=4000, blank=True)
    place = models.CharField(max_length=120, blank=True)
    postal_address = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField()
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    currency = models.CharField(max_length=3, default="USD")
    language = models.CharField(max_length=8, default="en", choices=settings.LANGUAGES)
    accent_hue = models.PositiveSmallIntegerField(default=28, validators=[MaxValueValidator(359)])
    accent_chroma = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.12"),
        validators=[MaxValueValidator(Decimal("0.14"))],
    )
    state = models.CharField(
        max_length=12, choices=AllianceState.choices, default=AllianceState.ACTIVE
    )
    # Where its middle lies, in degrees; on the network's map only where it has agreed to that.
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    is_on_network_map = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="alliance_on_earth",
                violation_error_message=_(
                    "Give both coordinates: latitude from -90 to 90, longitude from -180 to 180."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether its pages are served at all."""
        return self.state in (AllianceState.TRIAL, AllianceState.ACTIVE)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its deadlines end."""
        return ZoneInfo(self.timezone)

    @cached_property
    def host(self) -> str:
        """Its address: an own verified domain before the sub-domain.

        Links in mail come from here, never from a request.
        """
        own = self.domains.filter(is_primary=True, verified_at__isnull=False).first()
        return own.host if own else f"{self.slug}.{settings.PLATFORM_HOST}"

    def url(self, path: str = "/") -> str:
        """The absolute address of a path on this alliance's site."""
        port = f":{settings.PLATFORM_PORT}" if settings.PLATFORM_PORT else ""
        return f"{settings.PLATFORM_SCHEME}://{self.host}{port}{path}"


class Domain(models.Model):
    """An alliance's own domain, served once its owner has been proven by DNS."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alliance = models.ForeignKey(Alliance, on_delete=models.CASCADE, related_name="domains")
    host = models.CharField(max_length=253)
    is_primary = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("host"), name="domain_host_once"),
            models.UniqueConstraint(
                "alliance", condition=models.Q(is_primary=True), name="domain_one_primary"
            ),
        ]

    def __str__(self) -> str:
        return self.host
