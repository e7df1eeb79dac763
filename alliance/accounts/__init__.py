"""Signing in: django-allauth in the alliance's look, its mail through the outbox."""
