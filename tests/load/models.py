"""The same rows without an alliance: plain tables, no policies. Made by `tests.load.scene`."""

# ruff: noqa: DJ008 - nobody reads these rows

from django.contrib.postgres.fields import ArrayField
from django.db import models


class BareBusiness(models.Model):
    id = models.UUIDField(primary_key=True)
    trade_name = models.CharField(max_length=120)

    class Meta:
        managed = False
        db_table = "bare_business"


class BareDrive(models.Model):
    id = models.UUIDField(primary_key=True)
    business = models.ForeignKey(BareBusiness, on_delete=models.PROTECT)
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=120)
    purpose = models.CharField(max_length=200)
    story = models.TextField()
    target_pledgers = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=16)
    gathering_ends_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "bare_drive"


class BarePledge(models.Model):
    id = models.UUIDField(primary_key=True)
    drive = models.ForeignKey(BareDrive, on_delete=models.PROTECT)
    email = models.EmailField()
    email_normalised = models.EmailField()
    name = models.CharField(max_length=120)
    display = models.CharField(max_length=10)
    amount_minor = models.PositiveIntegerField()
    held_minor = models.PositiveIntegerField(default=0)
    honoured_minor = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    term_months = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    term_ends_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "bare_pledge"
        ordering = ["-created_at", "-id"]


class BareStep(models.Model):
    id = models.UUIDField(primary_key=True)
    pledge_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    amount_after_minor = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "bare_step"


class BareConsent(models.Model):
    id = models.UUIDField(primary_key=True)
    email = models.EmailField()
    purpose = models.CharField(max_length=40)
    wording = models.TextField()
    given_at = models.DateTimeField()
    subject_id = models.UUIDField()

    class Meta:
        managed = False
        db_table = "bare_consent"


class BareMessage(models.Model):
    id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=120)
    template = models.CharField(max_length=80)
    to = models.EmailField()
    context = models.JSONField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "bare_message"


class BareListing(models.Model):
    id = models.UUIDField(primary_key=True)
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    categories = ArrayField(models.CharField(max_length=60))
    blurb = models.TextField()
    neighbourhood = models.CharField(max_length=80)
    city = models.CharField(max_length=80)
    accepts_pledges = models.BooleanField()
    shown_until = models.DateField()

    class Meta:
        managed = False
        db_table = "bare_listing"
        ordering = ["name", "id"]
