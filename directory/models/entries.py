"""What the public sees of a listing today, in one row: made anew whenever something changes.

Page, search, map, feeds, sitemap, widget and API all ask `DirectoryEntry.objects.public()`,
so that a member who has lapsed is gone from all of them on the same day.
"""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from alliance import clock
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from alliance.tenancy.scope import current_alliance
from directory.models.listings import Photo
from members.models import Business, Segment


class DirectoryEntryQuerySet(models.QuerySet["DirectoryEntry"]):
    """Reads of entries by what may be seen."""

    def public(self, day: date | None = None) -> "DirectoryEntryQuerySet":
        """Those in the directory on that day, today in the alliance's zone where none is given."""
        day = day or clock.now().astimezone(current_alliance().zone).date()
        return self.filter(alliance=current_alliance(), shown_until__gte=day)


class DirectoryEntry(TenantModel):
    """A business as lists show it and search finds it.

    `shown_until` is the last day on which the membership lets it be public as
    things stand, None while it is not. `facets` holds "<group>:<value>".
    """

    business = TenantForeignKey(Business, related_name="entries")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    segment = models.CharField(max_length=16, choices=Segment.choices)
    categories = ArrayField(models.CharField(max_length=60), default=list)
    blurb = models.TextField(blank=True)
    neighbourhood = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=80, blank=True)
    photo = TenantForeignKey(Photo, null=True, blank=True, related_name="+")
    photo_words = models.CharField(max_length=160, blank=True)
    accepts_pledges = models.BooleanField(default=False)
    is_open_data = models.BooleanField(default=False)
    attested_until = models.DateField(null=True, blank=True)
    facets = ArrayField(models.TextField(), default=list)
    document = SearchVectorField()
    shown_until = models.DateField(null=True, blank=True)
    # Grows with whatever a visitor could notice: the version behind ETag and Last-Modified.
    changed_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[Any] = scoped(DirectoryEntryQuerySet)

    class Meta:
        verbose_name = "directory entry"
        verbose_name_plural = "directory entries"
        db_table = "directory_entry"
        constraints = [
            models.UniqueConstraint(fields=["alliance", "business"], name="entry_once"),
            models.UniqueConstraint(fields=["alliance", "slug"], name="entry_slug_once"),
        ]
        indexes = [
            # Read through `directory_search` alone: under row-level security no plan may use it.
            GinIndex(fields=["alliance", "document"], name="entry_document"),
            models.Index(fields=["alliance", "shown_until"], name="entry_shown"),
            models.Index(fields=["alliance", "name", "id"], name="entry_by_name"),
            models.Index(fields=["alliance", "-changed_at"], name="entry_by_change"),
        ]

    def __str__(self) -> str:
        return self.name


class SearchWord(TenantModel):
    """A word that stands in some listing: what a typing error may have meant."""

    word = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "word"], name="search_word_once")
        ]

    def __str__(self) -> str:
        return self.word
