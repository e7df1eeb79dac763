"""What beat and the worker do for members, a module a noun; Celery finds them here."""

from members.tasks import applications, cards, imports, papers, renewals, reports

__all__ = ["applications", "cards", "imports", "papers", "renewals", "reports"]
