"""Lists of topics page by page, and the search: each once, unread first, never hidden."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from alliance import clock
from alliance.tenancy.scope import in_alliance
from groups.models import Post, Topic
from groups.queries import search, topics
from groups.services import reading
from moderation.services import cases
from tests.factories import groups as make
from tests.factories import talk

pytestmark = pytest.mark.usefixtures("theirs", "in_oak_street")


def many(group, member, count: int) -> list[Topic]:
    """Topics written in bulk, the last the newest."""
    start = clock.now() + timedelta(minutes=1)
    rows = [
        Topic(
            group=group, author=member, number=100 + n, title=f"T{n:03}", last_number=1,
            post_count=1, created_at=start, last_post_at=start + timedelta(seconds=n),
        )
        for n in range(count)
    ]  # fmt: skip
    return Topic.objects.bulk_create(rows)


def walk(group, member) -> list[str]:
    """Every page's titles, one after the other."""
    found, after = [], None
    for _page in range(50):
        page = topics.listed(group, member, after=after)
        found += [row["title"] for row in page.rows]
        after = page.after
        if after is None:
            return found
        after = topics.read_cursor(str(after))
    raise AssertionError("no end")


def test_every_topic_stands_once_also_beyond_the_window(bakers, ben_writes, monkeypatch):
    monkeypatch.setattr(topics, "WINDOW", 60)
    made = many(bakers, ben_writes, 100)
    for topic in made[::3]:
        reading.mark_read(member=ben_writes, topic=topic, number=1)
    newest = [f"T{n:03}" for n in reversed(range(100))]
    window = newest[:60]
    read = {f"T{n:03}" for n in range(0, 100, 3)}
    unread_first = [t for t in window if t not in read] + [t for t in window if t in read]
    assert walk(bakers, ben_writes) == unread_first + newest[60:]
    assert walk(bakers, None) == newest


def test_a_window_that_is_just_full_has_no_page_behind_it(bakers, ben_writes, monkeypatch):
    for window, count in ((50, 50), (50, 51), (25, 25), (200, 25), (200, 26)):
        Topic.objects.all().delete()
        monkeypatch.setattr(topics, "WINDOW", window)
        many(bakers, ben_writes, count)
        assert len(walk(bakers, ben_writes)) == count


def test_pinned_stand_above_and_only_there(bakers, ben_writes):
    made = many(bakers, ben_writes, 3)
    Topic.objects.filter(pk=made[0].pk).update(pinned_at=clock.now())
    page = topics.listed(bakers, ben_writes)
    assert [row["title"] for row in page.pinned] == ["T000"]
    assert [row["title"] for row in page.rows] == ["T002", "T001"]


@pytest.mark.parametrize(
    "text", ["", "x", "1|2026|x", "7|2026-01-01T00:00:00+00:00|x", "-|2026-01-01|"]
)
def test_strange_cursors_are_none(text):
    assert topics.read_cursor(text) is None


def words(found: search.Found) -> list[str]:
    return [post.words for post in found.posts]


def test_the_search_finds_what_one_may_read(flour, circle, ben, fay, fay_writes, ada, cleo, theirs):
    secret = talk.a_topic(circle, fay, title="Night", words="Flour by night.")
    with in_alliance(theirs.alliance):
        talk.a_topic(theirs.group, theirs.dan, words="Their flour.")
    assert words(search.search([ben], "flour")) == ["Who has flour?"]
    assert words(search.search([fay], "flour")) == ["Flour by night.", "Who has flour?"]
    assert words(search.search([ada], "flour")) == ["Who has flour?"]
    assert words(search.search([fay], "flour", group=secret.group)) == ["Flour by night."]
    assert words(search.search([], "flour")) == []
    for nothing in ("", "   ", "\0", "zebra", "&|!", "'" * 100):
        assert words(search.search([ben], nothing)) == []


def test_the_search_knows_word_forms_accents_and_titles(bakers, ben, ben_writes):
    talk.a_topic(bakers, ben, title="Café opening", words="We were baking croissants.")
    for wanted in ("croissant", "bakes", "cafe", "opened", '"baking croissants"'):
        assert words(search.search([ben], wanted)) == ["We were baking croissants."]


def test_the_search_forgets_what_is_hidden(flour, ben, fay, fay_writes, cleo):
    post = talk.a_reply(flour, fay, "Flour from the river.")
    assert len(words(search.search([ben], "flour"))) == 2
    cases.hide(case=cases.open_case(subject=post, reason="Look", by=cleo), by=cleo)
    assert words(search.search([fay], "flour")) == ["Who has flour?"]
    cases.hide(case=cases.open_case(subject=flour, reason="Look", by=cleo), by=cleo)
    assert words(search.search([ben], "flour")) == []


def test_the_search_goes_on_by_key(bakers, flour, ben_writes, ben):
    rows = [
        Post(topic=flour, group=bakers, author=ben_writes, number=10 + n, words=f"rye {n}", html="")
        for n in range(60)
    ]
    Post.objects.bulk_create([_with_document(row) for row in rows])
    found, after = [], None
    for _page in range(3):
        page = search.search([ben], "rye", after=after)
        found += words(page)
        after = page.after
    assert (sorted(found), after) == (sorted(f"rye {n}" for n in range(60)), None)


@pytest.mark.parametrize("many", [40, 5_000], ids=["rare", "frequent"])
def test_a_word_is_searched_alike_whether_rare_or_frequent(
    bakers, circle, flour, ben, ben_writes, fay, fay_writes, cleo, many
):
    """Rare words are put in order, frequent ones walked back in time (`groups_search`)."""
    start = clock.now() - timedelta(days=9)
    rows = [
        Post(
            topic=flour, group=bakers, author=ben_writes, number=10 + n, words=f"rye {n}", html="",
            created_at=start + timedelta(seconds=n),
        )
        for n in range(many)
    ]  # fmt: skip
    Post.objects.bulk_create([_with_document(row) for row in rows])
    Topic.objects.filter(pk=flour.pk).update(last_number=10 + many)
    cases.hide(case=cases.open_case(subject=rows[-2], reason="Look", by=cleo), by=cleo)
    talk.a_topic(circle, fay, title="Night", words="Rye by night.")
    first = search.search([ben], "rye")
    newest = [many - 1, *range(many - 3, many - 27, -1)]
    assert words(first) == [f"rye {n}" for n in newest]
    second = search.search([ben], "rye", after=first.after)
    assert words(second)[0] == f"rye {many - 27}"


def _with_document(row: Post) -> Post:
    row.document = row.words
    return row


def test_the_search_function_refuses_another_alliance(flour, theirs):
    with (
        pytest.raises(DatabaseError, match="current alliance"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT * FROM groups_search(%s, %s::uuid[], 'x'::tsquery, now(), %s, 5)",
            [theirs.alliance.pk, [theirs.group.pk], flour.pk],
        )


def test_whoever_comes_later_has_nothing_unread_from_before(bakers, flour, fay_writes):
    late = make.introduced(bakers)
    assert [row["is_new"] for row in topics.listed(bakers, late).rows] == [False]
