"""A member's own listing."""

from django.urls import URLPattern

public: list[URLPattern] = []
