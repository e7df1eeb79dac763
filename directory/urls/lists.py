"""Lists of listings: search, map, feeds, sitemap, what others embed."""

from django.urls import URLPattern, path

from directory.views import lists

public: list[URLPattern] = [
    path("directory/", lists.directory, name="directory"),
]
