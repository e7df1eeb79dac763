"""The library of resources."""

from django.urls import URLPattern, path

from members.views import library

public: list[URLPattern] = [
    path("resources/", library.resources, name="resources"),
    path("resources/<slug:slug>/", library.resource, name="resource"),
    path("resources/<slug:slug>/file/", library.resource_file, name="resource_file"),
]
staff: list[URLPattern] = [
    path("library/", library.staff_resources, name="resources"),
    path("library/new/", library.new_resource, name="new_resource"),
    path("library/<slug:slug>/", library.edit_resource, name="edit_resource"),
    *(
        path(f"library/<slug:slug>/{step}/", library.shelve, {"step": step}, name=step)
        for step in ("publication", "withdrawal")
    ),
]
