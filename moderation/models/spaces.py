"""A place with agreements and stewards of its own, and what can be hidden there."""

from typing import Self

from django.db import models

from alliance import clock
from alliance.tenancy.models import TenantModel


class Space(TenantModel):
    """A place within the alliance, such as a group; None stands for the alliance itself."""

    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class ModerableQuerySet(models.QuerySet):
    """Mixed into the querysets of whatever can be hidden."""

    def seen(self) -> Self:
        """What is not hidden."""
        return self.filter(hidden_at__isnull=True)


class Moderable(models.Model):
    """Something that people write. `hidden_at` is the single truth about being hidden.

    Only `moderation.services.hiding` writes it.
    """

    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None
