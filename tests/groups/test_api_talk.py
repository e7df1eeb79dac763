"""The API of topics and posts: the same gate, the same eyes."""

import pytest

from alliance.services import keys
from alliance.tenancy.scope import in_alliance
from groups.models import Post, Topic
from tests.factories import groups as make
from tests.factories import talk

pytestmark = pytest.mark.usefixtures("theirs")
JSON = {"content_type": "application/json"}


@pytest.fixture
def bearer(oak_street, ada) -> dict[str, str]:
    with in_alliance(oak_street):
        secret = keys.make_key(name="Site", scopes=["groups:read"], days=9, by=ada)[1]
    return {"authorization": f"Bearer {secret}"}


def test_write_read_change_and_thank(visit, oak_street, bakers, ben, ben_writes, fay, fay_writes):
    writer, reader = visit(oak_street, ben), visit(oak_street, fay)
    made = writer.post(
        "/api/v1/topics/", {"group": "bakers", "title": "Rye", "words": "Who has *rye*?"}, **JSON
    )
    assert made.status_code == 201
    topic = made.json()
    wanted = {
        "number": 1,
        "group": "bakers",
        "kind": "talk",
        "title": "Rye",
        "author": "Ben",
        "post_count": 1,
    }
    assert {key: topic[key] for key in wanted} == wanted
    post = reader.get("/api/v1/posts/?topic=1").json()["results"][0]
    assert (post["words"], post["html"]) == ("Who has *rye*?", "<p>Who has <em>rye</em>?</p>\n")
    path = f"/api/v1/posts/{post['id']}/"
    assert reader.put(f"{path}helped/").status_code == 204
    assert writer.put(f"{path}helped/").status_code == 409
    assert reader.patch(path, {"words": "Mine"}, **JSON).status_code == 409
    assert writer.patch(path, {"words": "Who has rye flour?"}, **JSON).status_code == 200
    assert reader.get(path).json()["words"] == "Who has rye flour?"
    assert reader.get(path).json()["helped_count"] == 1
    assert reader.delete(f"{path}helped/").status_code == 204
    assert reader.post("/api/v1/posts/", {"topic": 1, "words": "I do."}, **JSON).status_code == 201
    assert [row["number"] for row in writer.get("/api/v1/posts/?topic=1").json()["results"]] == [
        1,
        2,
    ]


def test_nobody_writes_without_an_introduction_nor_a_key(
    visit, oak_street, bakers, flour, fay, bearer, ben
):
    with in_alliance(oak_street):
        new = make.a_members_seat("Joe")
        make.a_member(bakers, new)
        post = talk.opening(flour)
    sends = (
        ("post", "/api/v1/topics/", {"group": "bakers", "title": "T", "words": "W"}),
        ("post", "/api/v1/posts/", {"topic": flour.number, "words": "W"}),
        ("patch", f"/api/v1/posts/{post.pk}/", {"words": "W"}),
        ("put", f"/api/v1/posts/{post.pk}/helped/", {}),
        ("delete", f"/api/v1/posts/{post.pk}/helped/", {}),
    )
    for verb, path, data in sends:
        for seat in (new, fay):
            assert getattr(visit(oak_street, seat), verb)(path, data, **JSON).status_code == 409
        with_key = getattr(visit(oak_street), verb)(path, data, headers=bearer, **JSON)
        assert with_key.status_code == 403
        assert getattr(visit(oak_street), verb)(path, data, **JSON).status_code in (401, 403)
    with in_alliance(oak_street):
        assert (Topic.objects.count(), Post.objects.count()) == (1, 1)


def test_who_reads_what(visit, oak_street, mill_lane, flour, circle, fay, ben, ada, dan, bearer):
    with in_alliance(oak_street):
        secret = talk.a_topic(circle, fay, title="Night")
        post = talk.opening(secret)

    def titles(browser, **more):
        return sorted(
            row["title"] for row in browser.get("/api/v1/topics/", **more).json()["results"]
        )

    assert titles(visit(oak_street, ben)) == ["Flour"]
    assert titles(visit(oak_street, ada)) == ["Flour"]
    assert titles(visit(oak_street), headers=bearer) == ["Flour"]
    assert titles(visit(oak_street, fay)) == ["Flour", "Night"]
    assert titles(visit(mill_lane, dan)) == ["Rennet"]
    for browser in (visit(oak_street, ben), visit(mill_lane, dan)):
        assert browser.get(f"/api/v1/posts/{post.pk}/").status_code == 404
        assert browser.get(f"/api/v1/topics/{secret.number}/").status_code == 404
        assert browser.get(f"/api/v1/posts/?topic={secret.number}").json()["results"] == []
    assert visit(oak_street).get("/api/v1/topics/").status_code in (401, 403)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("topics", {"group": "bakers", "title": "T", "words": "a\0"}),
        ("topics", {"group": "bakers", "title": "T" * 121, "words": "W"}),
        ("topics", {"group": "bakers", "title": "T", "words": "x" * 1_000_000}),
        ("topics", {"group": "bakers", "title": "T", "words": "W", "kind": "party"}),
        ("posts", {"topic": 10**30, "words": "W"}),
        ("posts", {"topic": 1}),
    ],
)
def test_garbage_is_refused(visit, oak_street, flour, ben, path, data):
    assert visit(oak_street, ben).post(f"/api/v1/{path}/", data, **JSON).status_code == 400


def test_pages_by_key(visit, oak_street, flour, ben):
    browser = visit(oak_street, ben)
    with in_alliance(oak_street):
        for n in range(4):
            talk.a_reply(flour, ben, f"Number {n} of several.")
        Post.objects.update(hidden_at=None)
    path, numbers = f"/api/v1/posts/?topic={flour.number}&page_size=2", []
    while path:
        answer = browser.get(path).json()
        numbers += [row["number"] for row in answer["results"]]
        path = (answer["next"] or "").partition(".test")[2]
    assert numbers == [1, 2, 3, 4, 5]
    assert browser.get("/api/v1/posts/").status_code == 400
    assert browser.get("/api/v1/topics/?cursor=zzz").status_code == 404


def test_a_change_that_is_held_is_answered_to_its_author_alone(
    visit, oak_street, bakers, ben, ben_writes, fay, fay_writes
):
    with in_alliance(oak_street):
        post = talk.opening(talk.a_topic(bakers, ben))
    path, words = f"/api/v1/posts/{post.pk}/", "Look at https://rye.example/ first."
    answer = visit(oak_street, ben).patch(path, {"words": words}, **JSON)
    assert (answer.status_code, answer.json()["words"]) == (200, words)
    assert visit(oak_street, fay).get(path).status_code == 404
