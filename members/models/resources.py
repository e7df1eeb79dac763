"""The library: what members learn from."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat, StoredFile
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped


class Audience(models.TextChoices):
    PUBLIC = "public", _("everybody")
    MEMBERS = "members", _("members")


class Topic(models.TextChoices):
    MONEY = "money", _("Money")
    MARKETING = "marketing", _("Being found")
    PEOPLE = "people", _("People")
    BUYING = "buying", _("Buying together")
    LAW = "law", _("Law and licences")
    STARTING = "starting", _("Starting out")
    ALLIANCE = "alliance", _("About us")


class ResourceQuerySet(models.QuerySet["Resource"]):
    """Reads of resources by who may see them."""

    def published(self) -> "ResourceQuerySet":
        """What stands in the library now."""
        return self.filter(published_at__isnull=False, withdrawn_at__isnull=True)

    def public(self) -> "ResourceQuerySet":
        """What anyone may read."""
        return self.published().filter(audience=Audience.PUBLIC)


class Resource(TenantModel):
    """A text, a link or a file (or several of these) on one subject."""

    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    topic = models.CharField(max_length=12, choices=Topic.choices)
    body = models.TextField(max_length=40_000, blank=True)
    url = models.URLField(max_length=500, blank=True)
    file = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.MEMBERS)
    made_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(ResourceQuerySet)

    class Meta:
        ordering = ["topic", "title"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "slug"], name="resource_slug_once"),
            models.CheckConstraint(
                condition=Q(topic__in=Topic.values) & Q(audience__in=Audience.values),
                name="resource_choices_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("members:resource", args=[self.slug])
