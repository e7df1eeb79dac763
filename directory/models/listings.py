"""How a business shows itself: what is shown now, what is being written, what was shown before.

Name, words in brief, address and contact stand with the business in the
members' room, once; a listing adds what only the directory shows.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat, StoredFile
from alliance.tenancy.models import TenantForeignKey, TenantModel
from members.models import Business
from moderation.models import Moderable


class Listing(Moderable, TenantModel):
    """What a business has made of its place in the directory; opened by the first who writes.

    Without one, or without a version, the directory shows the business's own
    facts. Whether it is public on a day is said by its entry alone
    (`directory.models.DirectoryEntry`).
    """

    business = TenantForeignKey(Business, related_name="listings")
    shown = TenantForeignKey(
        "directory.ListingVersion", null=True, blank=True, related_name="shown_by"
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "business"], name="listing_once")
        ]

    def __str__(self) -> str:
        return f"listing of {self.business_id}"


class ListingVersion(TenantModel):
    """What was published, and by whom; `content` is a `directory.content.Content` as JSON."""

    append_only = True

    listing = TenantForeignKey(Listing, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "listing", "number"], name="listing_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.listing_id}"


class ListingDraft(TenantModel):
    """What is being written; never public. Publishing or discarding it removes the row."""

    listing = TenantForeignKey(Listing, related_name="drafts")
    content = models.JSONField()
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "listing"], name="listing_draft_once")
        ]

    def __str__(self) -> str:
        return f"draft of {self.listing_id}"


class PausedBy(models.TextChoices):
    MEMBER = "member", _("the business")
    STAFF = "staff", _("the alliance")


class ListingPause(TenantModel):
    """A listing taken out of the directory from `started_at` until `ended_at`.

    The business and the alliance may each have one; either is enough.
    """

    append_only = True
    changeable: ClassVar[tuple[str, ...]] = ("ended_at",)

    listing = TenantForeignKey(Listing, related_name="pauses")
    by = models.CharField(max_length=8, choices=PausedBy.choices)
    reason = models.CharField(max_length=400, blank=True)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "listing", "by"],
                condition=Q(ended_at__isnull=True),
                name="listing_pause_once",
            ),
            models.CheckConstraint(condition=Q(by__in=PausedBy.values), name="listing_pause_by"),
            models.CheckConstraint(
                condition=~Q(by=PausedBy.STAFF) | ~Q(reason=""), name="listing_pause_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"pause of {self.listing_id}"


class Photo(Moderable, TenantModel):
    """A photograph, written anew by us in two sizes; its place and words are in the content."""

    listing = TenantForeignKey(Listing, related_name="photos")
    large = TenantForeignKey(StoredFile, related_name="+")
    small = TenantForeignKey(StoredFile, related_name="+")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["added_at"]

    def __str__(self) -> str:
        return f"photograph of {self.listing_id}"

    @property
    def picture_url(self) -> str:
        """Where whoever looks at a case sees it."""
        return f"/directory/photographs/{self.pk}/small.webp"
