"""What beat and the worker do for the directory, a module a noun; Celery finds them here."""

from directory.tasks import entries, ownership, photos, referrals

__all__ = ["entries", "ownership", "photos", "referrals"]
