"""One listing as the public sees it."""

from django.urls import URLPattern

public: list[URLPattern] = []
