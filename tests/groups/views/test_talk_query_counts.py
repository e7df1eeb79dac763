"""A page of the talk costs the same however much was said, and no more than twelve questions."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance import clock
from alliance.tenancy.scope import in_alliance
from groups.models import Post, Topic
from groups.services import posts
from tests.factories import groups as make
from tests.factories import talk

pytestmark = pytest.mark.usefixtures("theirs")
FRAME = ("SAVEPOINT", "RELEASE", "SET LOCAL")
PAGES = (
    "/groups/bakers/",
    "/groups/bakers/topics/1/",
    "/groups/bakers/topics/1/reply/",
    "/groups/bakers/topics/new/",
    "/groups/search/?q=flour",
    "/groups/drafts/",
    "/api/v1/topics/",
    "/api/v1/posts/?topic=1",
)
MOST = 12


@pytest.fixture
def ask(visit, oak_street, flour, ben, fay, fay_writes):
    def count(*, is_kept: bool) -> dict[str, int]:
        found = {}
        for page in PAGES:
            browser = visit(oak_street, ben)
            cache.clear()
            assert browser.get(page).status_code == 200, page
            if not is_kept:
                cache.clear()
            with CaptureQueriesContext(connection) as asked:
                browser.get(page)
            found[page] = sum(not q["sql"].startswith(FRAME) for q in asked.captured_queries)
        return found

    return count


def more(bakers, flour, ben, fay) -> None:
    """Topics, posts, pictures, thanks."""
    start = clock.now()
    for n in range(15):
        talk.a_topic(bakers, fay, words=f"More flour, the {n}th time.")
        post = talk.a_reply(flour, fay, f"Flour again {n}.", reply_to=talk.opening(flour))
        if n < 3:
            posts.pictures.keep(post=post, brought=[talk.a_picture()], by=fay)
    Topic.objects.update(hidden_at=None)
    Post.objects.update(hidden_at=None)
    assert clock.now() > start


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "made anew"])
def test_a_page_costs_the_same_with_few_and_with_many(
    ask, oak_street, bakers, flour, ben, fay, is_kept
):
    few = ask(is_kept=is_kept)
    with in_alliance(oak_street):
        more(bakers, flour, ben, fay)
        for _n in range(3):
            make.introduced(bakers)
    many = ask(is_kept=is_kept)
    assert many == few
    assert {page: cost for page, cost in few.items() if cost > MOST} == {}
