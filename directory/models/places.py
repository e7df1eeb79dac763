"""Where a business is found, and when it is open: rows made from what is shown."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from alliance.tenancy.models import TenantForeignKey, TenantModel
from members.models import Business

# Minutes after midnight; past 1,440 the place is still open on the next day.
DAY = 1440


class Place(TenantModel):
    """One address of a business as the public may see it; position 0 is the business's own.

    Where the street stays hidden, the coordinates are rounded to about a kilometre.
    """

    business = TenantForeignKey(Business, related_name="places")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=120, blank=True)
    neighbourhood = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=40, blank=True)
    postal_code = models.CharField(max_length=16, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "business", "position"], name="place_position_once"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="place_on_earth",
            ),
        ]
        indexes = [models.Index(fields=["alliance", "latitude", "longitude"], name="place_where")]

    def __str__(self) -> str:
        return self.name or self.street or self.city


class OpeningHours(TenantModel):
    """Open on a weekday (0 is Monday) from `opens` to `closes`, in minutes after its midnight."""

    business = TenantForeignKey(Business, related_name="+")
    place = TenantForeignKey(Place, related_name="hours")
    weekday = models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)])
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "opens"]
        verbose_name_plural = "opening hours"
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, opens__lt=DAY, closes__gt=F("opens"))
                & Q(closes__lte=F("opens") + DAY),
                name="opening_hours_fit",
            )
        ]
        indexes = [
            models.Index(fields=["alliance", "weekday", "opens"], name="opening_hours_when"),
            models.Index(fields=["alliance", "place"], name="opening_hours_of"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens}–{self.closes}"


class SpecialHours(TenantModel):
    """A day that goes otherwise than the week says: closed, or open at these hours."""

    business = TenantForeignKey(Business, related_name="+")
    place = TenantForeignKey(Place, related_name="special_hours")
    on = models.DateField()
    opens = models.PositiveSmallIntegerField(null=True, blank=True)
    closes = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["on", "opens"]
        verbose_name_plural = "special hours"
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__lt=DAY, closes__gt=F("opens"), closes__lte=F("opens") + DAY),
                name="special_hours_fit",
            )
        ]
        indexes = [
            models.Index(fields=["alliance", "on"], name="special_hours_when"),
            models.Index(fields=["alliance", "place"], name="special_hours_of"),
        ]

    def __str__(self) -> str:
        return f"{self.on}"
