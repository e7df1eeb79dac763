"""Pages kept for the next visitor: right, and nobody's own."""

from itertools import count

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory

from alliance.conditional import unless_unchanged

pytestmark = pytest.mark.usefixtures("in_oak_street")


@pytest.fixture
def asked(oak_street):
    """`asked("/street/?q=a", version=2, view=…, **cookies)`: what the page then says."""
    numbers = count(1)

    def ask(path="/street/", *, version=1, view=None, **cookies):
        request = RequestFactory().get(path)
        request.COOKIES = cookies
        request.alliance = oak_street
        plain = view or (lambda _request: HttpResponse(f"made {next(numbers)} times"))
        page = unless_unchanged(lambda _request: version and (version,), seconds=60)(plain)
        return page(request).content.decode()

    return ask


def test_the_next_visitor_sees_what_was_made_for_the_first(asked):
    assert [asked(), asked()] == ["made 1 times"] * 2


def test_another_version_or_address_is_made_anew(asked):
    seen = [asked(), asked(version=2), asked("/lane/")]
    assert seen == ["made 1 times", "made 2 times", "made 3 times"]
    assert asked() == "made 1 times"


def test_answers_to_questions_of_which_there_are_any_number_are_not_kept(asked):
    assert [asked("/street/?q=a"), asked("/street/?q=a")] == ["made 1 times", "made 2 times"]


def test_without_a_version_nothing_is_kept(asked):
    assert [asked(version=None), asked(version=None)] == ["made 1 times", "made 2 times"]


@pytest.mark.parametrize("cookie", ["session", CookieStorage.cookie_name])
def test_whoever_may_see_something_of_their_own_neither_gets_nor_leaves_a_copy(asked, cookie):
    assert asked(**{cookie: "x"}) == "made 1 times"
    assert [asked(), asked(**{cookie: "x"})] == ["made 2 times", "made 3 times"]


def test_a_page_with_a_form_to_post_or_a_cookie_is_never_kept(asked):
    numbers = count(1)

    def form(request):
        return HttpResponse(f"{next(numbers)} {bool(get_token(request))}")

    def cookie(_request):
        response = HttpResponse(str(next(numbers)))
        response.set_cookie("a", "b")
        return response

    def missing(_request):
        return HttpResponse(str(next(numbers)), status=404)

    assert [asked(view=form), asked(view=form)] == ["1 True", "2 True"]
    assert [asked(view=cookie), asked(view=cookie)] == ["3", "4"]
    assert [asked(view=missing), asked(view=missing)] == ["5", "6"]
