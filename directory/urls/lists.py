"""Lists of listings: search, map, feeds, sitemap, what others embed."""

from django.urls import URLPattern

public: list[URLPattern] = []
