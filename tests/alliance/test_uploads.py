"""A body that no form of ours takes is answered before a byte of it is read."""

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from alliance.middleware import UploadMiddleware
from alliance.models import Alliance, Seat
from alliance.services.files import LARGEST


class Untouched(BytesIO):
    """A body that must not be read."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("The body was read.")

    readline = readlines = read1 = read  # type: ignore[assignment]


def post(client: Client, path: str, length: int | str, body: BytesIO | None = None) -> Any:
    """A request that says how long it is."""
    # The client would say nothing of type and length for a body that is not its own.
    said = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(length)}
    return client.generic("POST", path, **said, **{"wsgi.input": body or Untouched()})


@pytest.mark.parametrize("path", ["/staff/import/", "/", "/nowhere/", "/accounts/login/"])
def test_two_hundred_megabytes_are_refused_unread(
    oak_street: Alliance, visit: Any, path: str
) -> None:
    response = post(visit(oak_street), path, 200 * 1024**2)

    assert response.status_code == 413
    assert "is larger than 20 MB, so it was not read" in response.content.decode()


def test_signed_in_or_not_and_for_programs_as_a_problem(
    oak_street: Alliance, ada: Seat, visit: Any
) -> None:
    assert post(visit(oak_street, ada), "/staff/import/", 200 * 1024**2).status_code == 413
    response = post(visit(oak_street), "/api/v1/drives/", 200 * 1024**2)
    assert (response.status_code, response["Content-Type"]) == (413, "application/problem+json")


def test_the_border_lies_above_the_largest_file(oak_street: Alliance, visit: Any) -> None:
    assert UploadMiddleware.LARGEST > LARGEST
    over = post(visit(oak_street), "/staff/import/", UploadMiddleware.LARGEST + 1)
    assert over.status_code == 413


@pytest.mark.parametrize("length", ["", "x", "-1", "²"])
def test_a_length_that_is_none_is_left_to_the_server(
    oak_street: Alliance, visit: Any, length: str
) -> None:
    assert post(visit(oak_street), "/staff/import/", length, BytesIO()).status_code != 413


def test_control_without_the_guard_the_body_is_read(
    oak_street: Alliance, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UploadMiddleware, "LARGEST", 10**12)
    browser = visit(oak_street)
    browser.handler.enforce_csrf_checks = True
    browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32

    with pytest.raises(AssertionError, match="The body was read"):
        post(browser, "/staff/import/", 200 * 1024**2)
