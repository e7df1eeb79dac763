"""Cursor pages: no count, no offset."""

import re
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class _OurCursors(CursorPagination):
    """25 a page, 100 at most; 404 for a cursor whose place is none that we would write."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100

    def is_place(self, position: str) -> bool:
        """Whether a row could stand there."""
        raise NotImplementedError

    def decode_cursor(self, request: Request) -> Any:
        cursor = super().decode_cursor(request)
        place = None if cursor is None else cursor.position
        if place is not None and not self.is_place(str(place)):
            raise NotFound(self.invalid_cursor_message)
        return cursor


class _ByInstant(_OurCursors):
    """By an instant, then by id."""

    def is_place(self, position: str) -> bool:
        try:
            moment = parse_datetime(position)
        except ValueError:
            return False
        return moment is not None and moment.tzinfo is not None


class NewestFirst(_ByInstant):
    """By creation and id."""

    ordering = ("-created_at", "-id")


class NewestClaimFirst(_ByInstant):
    """By when it was claimed, the newest first."""

    ordering = ("-claimed_at", "-id")


class SoonestFirst(_ByInstant):
    """By when it begins."""

    ordering = ("starts_at", "id")


class HighestNumberFirst(_OurCursors):
    """By a number that each row has for itself."""

    ordering = ("-number",)

    def is_place(self, position: str) -> bool:
        return re.fullmatch(r"\d{1,18}", position, re.ASCII) is not None


class ByCode(_OurCursors):
    """By a short code, such as an account's."""

    ordering = ("code",)

    def is_place(self, position: str) -> bool:
        return position.isascii() and position.isprintable()


class ById(_OurCursors):
    """By id, oldest first: ids are ordered by time."""

    ordering = ("id",)

    def is_place(self, position: str) -> bool:
        try:
            UUID(position)
        except ValueError:
            return False
        return True
