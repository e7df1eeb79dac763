"""Cursor pages: no count, no offset."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """25 a page, 100 at most, by creation and id."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100
    ordering = ("-created_at", "-id")
