"""The pages of topics and posts: who may read, write, find; what stays away."""

import pytest

from alliance.tenancy.scope import in_alliance
from groups.models import Draft, Helped, Post, PostPicture, ReadMark, Topic
from groups.services import drafts, posts
from moderation.services import blocks, cases
from tests.factories import groups as make
from tests.factories import talk

pytestmark = pytest.mark.usefixtures("theirs")
HOME = "/groups/bakers/"


def titles(page) -> list[str]:
    text = page.content.decode()
    return [
        part.partition(">")[2].partition("<")[0] for part in text.split('class="topics__title"')[1:]
    ]


def test_a_topic_is_written_read_and_answered(
    visit, oak_street, bakers, ben, ben_writes, fay, fay_writes
):
    browser = visit(oak_street, ben)
    assert browser.get(f"{HOME}topics/new/").status_code == 200
    answer = browser.post(
        f"{HOME}topics/new/",
        {"kind": "help_wanted", "title": "Rye", "words": "Who has *rye*?", "is_tough_ok": "on"},
    )
    assert (answer.status_code, answer["Location"]) == (302, f"{HOME}topics/1/?sent=new")
    page = browser.get(f"{HOME}topics/1/").content.decode()
    assert "<p>Who has <em>rye</em>?</p>" in page
    assert "tough feedback welcome" in page
    other = visit(oak_street, fay)
    answer = other.post(f"{HOME}topics/1/reply/?to=1", {"words": "I do."})
    assert answer["Location"] == f"{HOME}topics/1/?from=2&sent=1#post-2"
    page = other.get(f"{HOME}topics/1/").content.decode()
    assert "in reply to Ben" in page
    assert titles(browser.get(HOME)) == ["Rye"]


def test_who_may_read(
    visit, oak_street, mill_lane, bakers, flour, circle, ada, ben, fay, dan, tess
):
    with in_alliance(oak_street):
        secret = talk.a_topic(circle, fay, title="Night")
        stranger = make.a_members_seat("Gil")
    paths = (HOME, f"{HOME}topics/{flour.number}/", "/groups/night-circle/",
             f"/groups/night-circle/topics/{secret.number}/")  # fmt: skip
    found = {
        name: [visit(oak_street, seat).get(path).status_code for path in paths]
        for name, seat in (("ben", ben), ("gil", stranger), ("ada", ada), ("fay", fay),
                           ("tess", tess), ("dan", dan), ("nobody", None))
    }  # fmt: skip
    assert found == {
        "ben": [200, 200, 404, 404],
        "gil": [200, 200, 404, 404],
        "ada": [200, 200, 404, 404],
        "fay": [200, 200, 200, 200],
        "tess": [200, 200, 404, 404],
        "dan": [404, 404, 404, 404],
        "nobody": [302, 302, 302, 302],
    }
    assert visit(mill_lane, dan).get(HOME).status_code == 404


def test_a_topic_under_another_groups_address_leads_home_or_nowhere(
    visit, oak_street, bakers, flour, circle, ben, fay
):
    with in_alliance(oak_street):
        secret = talk.a_topic(circle, fay)
    asked = visit(oak_street, ben).get(f"{HOME}topics/{secret.number}/")
    assert asked.status_code == 404
    led = visit(oak_street, fay).get(f"/groups/night-circle/topics/{flour.number}/")
    assert led["Location"] == f"{HOME}topics/{flour.number}/"


def test_whoever_has_not_introduced_themselves_is_led_there_and_keeps_their_words(
    visit, oak_street, bens, fay, fay_writes, bakers, ben
):
    with in_alliance(oak_street):
        topic = talk.a_topic(bakers, fay)
    browser = visit(oak_street, ben)
    address = f"{HOME}topics/{topic.number}/reply/"
    for answer in (browser.get(f"{HOME}topics/new/"), browser.get(address)):
        assert answer["Location"].startswith(f"{HOME}introduction/?next=")
    answer = browser.post(address, {"words": "I know."})
    assert answer["Location"].startswith(f"{HOME}introduction/")
    with in_alliance(oak_street):
        assert Post.objects.count() == 1
        assert [(row.topic, row.words) for row in Draft.objects.all()] == [(topic, "I know.")]


@pytest.mark.parametrize(
    "fields",
    [
        {"words": "x" * 1_000_000},
        {"words": "a\0b"},
        {"words": "a\u202eb"},
        {"words": ">" * 10_000},
        {"words": "@ben " * 500},
        {"words": "Z" + "\u0301" * 200},
        {"words": "![x](https://evil.example/a.png)"},
        {"words": ""},
    ],
    ids=lambda fields: ascii(fields["words"][:8]),
)
def test_what_is_refused_is_said_at_the_field_and_stays_there(
    visit, oak_street, flour, ben, fields
):
    browser = visit(oak_street, ben)
    for path, more in ((f"{HOME}topics/new/", {"kind": "talk", "title": "T"}),
                       (f"{HOME}topics/{flour.number}/reply/", {})):  # fmt: skip
        answer = browser.post(path, {**more, **fields})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'href="#id_words"' in page
        assert "<title>Error: " in page
        kept = fields["words"].replace("\0", "\ufffd")[:50]
        assert kept.replace(">", "&gt;")[:20] in page or "\0" in fields["words"]
    with in_alliance(oak_street):
        assert Post.objects.count() == 1


def test_drafts_are_kept_without_scripts_and_with_them(
    visit, oak_street, flour, ben, fay, fay_writes
):
    browser = visit(oak_street, ben)
    reply = f"{HOME}topics/{flour.number}/reply/"
    browser.post(reply, {"words": "Half a sent", "step": "draft"})
    assert "Half a sent" in browser.get(f"{HOME}topics/{flour.number}/").content.decode()
    answer = browser.post(f"{HOME}draft/?topic={flour.number}", {"words": "Half a sentence"})
    assert answer.status_code == 200
    assert "Half a sentence" in browser.get(reply).content.decode()
    assert "Half a sentence" in browser.get("/groups/drafts/").content.decode()
    assert "Half a" not in visit(oak_street, fay).get(reply).content.decode()
    browser.post(f"{HOME}draft/", {"words": "w", "title": "A title", "kind": "resource"})
    assert "A title" in browser.get(f"{HOME}topics/new/").content.decode()
    browser.post(reply, {"words": "Half a sentence and the rest."})
    with in_alliance(oak_street):
        assert [row.title for row in Draft.objects.all()] == ["A title"]
    assert browser.post(f"{HOME}draft/", {"words": "x" * 30_000}).status_code == 422
    assert browser.post(f"{HOME}draft/", {"words": "x\0"}).status_code == 422


def test_unread_come_first_until_they_are_read(
    visit, oak_street, bakers, ben, ben_writes, fay, fay_writes
):
    with in_alliance(oak_street):
        first, second, third = (talk.a_topic(bakers, fay, title=f"T{n}") for n in (1, 2, 3))
    browser = visit(oak_street, ben)
    assert titles(browser.get(HOME)) == ["T3", "T2", "T1"]
    browser.get(f"{HOME}topics/{third.number}/")
    assert titles(browser.get(HOME)) == ["T2", "T1", "T3"]
    browser.post(f"{HOME}topics/{second.number}/follow/", {"wish": "mute"})
    assert titles(browser.get(HOME)) == ["T1", "T3", "T2"]
    browser.post(f"{HOME}read/")
    assert titles(browser.get(HOME)) == ["T3", "T2", "T1"]
    with in_alliance(oak_street):
        talk.a_reply(first, fay, "More of it.")
    assert titles(browser.get(HOME)) == ["T1", "T3", "T2"]
    with in_alliance(oak_street):
        assert ReadMark.objects.filter(member=ben_writes).count() == 1


def test_hidden_words_are_gone_from_everywhere(
    visit, oak_street, bakers, flour, ben, fay, fay_writes, cleo
):
    with in_alliance(oak_street):
        post = talk.a_reply(flour, ben, "Zanzibar pictures.", pictures=[talk.a_picture()])
        picture = PostPicture.objects.get()
    paths = (f"{HOME}topics/{flour.number}/", "/groups/search/?q=zanzibar",
             f"/api/v1/posts/?topic={flour.number}")  # fmt: skip
    files = [f"/groups/pictures/{picture.pk}/{size}.webp" for size in ("large", "small")]
    browser = visit(oak_street, fay)
    assert all(b"Zanzibar" in browser.get(path).content for path in paths)
    assert [browser.get(path).status_code for path in files] == [200, 200]
    with in_alliance(oak_street):
        case = cases.open_case(subject=post, reason="Look", by=cleo)
        cases.hide(case=case, by=cleo)
    for seat in (fay, cleo):
        reader = visit(oak_street, seat)
        assert not any(b"Zanzibar" in reader.get(path).content for path in paths)
        assert [reader.get(path).status_code for path in files] == [404, 404]
    own = visit(oak_street, ben).get(paths[0]).content.decode()
    assert "Zanzibar" in own
    assert "Only you see this now" in own
    assert b"Zanzibar" not in visit(oak_street, ben).get(paths[1]).content


def test_a_hidden_topic_is_its_authors_alone(visit, oak_street, flour, ben, fay, fay_writes, cleo):
    with in_alliance(oak_street):
        cases.hide(case=cases.open_case(subject=flour, reason="Look", by=cleo), by=cleo)
    address = f"{HOME}topics/{flour.number}/"
    assert visit(oak_street, fay).get(address).status_code == 404
    assert visit(oak_street, ben).get(address).status_code == 200
    assert titles(visit(oak_street, fay).get(HOME)) == []


def test_pictures_are_for_those_who_may_read(visit, oak_street, circle, fay, ben, ada, dan):
    with in_alliance(oak_street):
        talk.a_topic(circle, fay, pictures=[talk.a_picture()])
        picture = PostPicture.objects.get()
    path = f"/groups/pictures/{picture.pk}/small.webp"
    found = {seat.person.name: visit(oak_street, seat).get(path) for seat in (fay, ben, ada, dan)}
    assert {name: answer.status_code for name, answer in found.items()} == {
        "Fay": 200, "Ben": 404, "Ada": 404, "Dan": 404,
    }  # fmt: skip
    assert found["Fay"]["Content-Type"] == "image/webp"
    assert "no-store" in found["Fay"]["Cache-Control"]


def test_helped_and_history_and_change(visit, oak_street, flour, ben, fay, fay_writes):
    with in_alliance(oak_street):
        post = talk.opening(flour)
    reader, writer = visit(oak_street, fay), visit(oak_street, ben)
    for step, count in (("helped", 1), ("back", 0), ("helped", 1)):
        reader.post(f"/groups/posts/{post.pk}/helped/", {"step": step})
        with in_alliance(oak_street):
            assert Helped.objects.count() == count
    edit = f"/groups/posts/{post.pk}/edit/"
    assert reader.get(edit).status_code == 404
    answer = writer.post(edit, {"kind": "talk", "title": "Rye", "words": "Who has rye?"})
    assert answer["Location"] == f"{HOME}topics/1/#post-1"
    assert b"Who has flour?" in writer.get(f"/groups/posts/{post.pk}/history/").content
    assert reader.get(f"/groups/posts/{post.pk}/history/").status_code == 404
    wrong = writer.post(edit, {"kind": "talk", "title": "", "words": "Kept words"})
    assert wrong.status_code == 422
    assert b"Kept words" in wrong.content


def test_posts_of_somebody_blocked_are_folded(visit, oak_street, flour, ben, fay, fay_writes):
    with in_alliance(oak_street):
        blocks.block(by=fay, person=ben.person)
    page = visit(oak_street, fay).get(f"{HOME}topics/{flour.number}/").content.decode()
    assert "<details" in page.partition('id="post-1"')[2].partition("Who has flour?")[0]
    with in_alliance(oak_street):
        talk.a_reply(flour, fay, "The mill has it.")
    page = visit(oak_street, ben).get(f"{HOME}topics/{flour.number}/").content.decode()
    # Neither one's own words nor, since it would tell of the block, those of who made it.
    assert "<details" not in page.partition('id="post-1"')[2].partition("The mill has it.")[0]


def test_a_mute_folds_what_is_kept_for_nobody_else(visit, oak_street, flour, ben, fay, fay_writes):
    here, words = f"{HOME}topics/{flour.number}/", "You have muted Ben. Show this post"
    with in_alliance(oak_street):
        gil = make.introduced(flour.group).seat
    browsers = {seat: visit(oak_street, seat) for seat in (fay, gil, ben)}

    def shows() -> list[bool]:
        # Twice: made anew, and as it is kept.
        for _ in range(2):
            pages = [browser.get(here).content.decode() for browser in browsers.values()]
        assert all("Who has flour?" in page for page in pages)
        return [words in page for page in pages]

    assert shows() == [False, False, False]
    with in_alliance(oak_street):
        blocks.mute(by=fay, person=ben.person)
    assert shows() == [True, False, False]
    with in_alliance(oak_street):
        blocks.unmute(by=fay, person=ben.person)
    assert shows() == [False, False, False]


def test_a_quote_begins_the_answer(visit, oak_street, flour, fay, fay_writes):
    page = visit(oak_street, fay).get(f"{HOME}topics/{flour.number}/reply/?to=1&quote=1")
    assert "&gt; **Ben wrote:**\n&gt;\n&gt; Who has flour?" in page.content.decode()


def test_garbage_is_no_page_and_never_an_error(visit, oak_street, flour, ben):
    browser = visit(oak_street, ben)
    for path, status in (
        (f"{HOME}?after=%FF%00", 400), (f"{HOME}?after=zzz", 200), (f"{HOME}?after=LXwyMDI2", 200),
        (f"{HOME}?kind=party", 200), (f"{HOME}topics/{10**30}/", 404), (f"{HOME}topics/99/", 404),
        (f"{HOME}topics/{flour.number}/?from=x", 200),
        (f"{HOME}topics/{flour.number}/?from=99999", 200),
        (f"{HOME}topics/{flour.number}/reply/?to=99&quote=1", 200), (f"{HOME}draft/", 405),
        ("/groups/search/?q=" + "x" * 5000, 200), ("/groups/search/?q=%27%26%7C%21&after=zzz", 200),
        ("/groups/search/?group=nowhere&q=x", 404), (f"{HOME}people.json?q=%F0%9F%8D%9E", 200),
        ("/groups/posts/letters/forged/", 404),
    ):  # fmt: skip
        assert browser.get(path).status_code == status, path
    assert browser.post(f"{HOME}draft/?topic=abc", {"words": "x"}).status_code == 404


def test_names_for_mentions_are_of_the_group(visit, oak_street, flour, ben, fay, fay_writes):
    answer = visit(oak_street, ben).get(f"{HOME}people.json?q=fa")
    assert answer.json() == {"people": [{"handle": "fay", "name": "Fay"}]}
    with in_alliance(oak_street):
        stranger = make.a_members_seat("Gil")
    assert visit(oak_street, stranger).get(f"{HOME}people.json?q=fa").status_code == 404


def test_no_neighbours_posts(visit, oak_street, theirs, flour, ben):
    with in_alliance(theirs.alliance):
        topic = talk.a_topic(theirs.group, theirs.dan, pictures=[talk.a_picture()])
        post, picture = talk.opening(topic), PostPicture.objects.get(post__topic=topic)
        draft = drafts.keep(group=theirs.group, by=theirs.dan, words="x")
    browser = visit(oak_street, ben)
    for path in (
        f"posts/{post.pk}/edit/",
        f"posts/{post.pk}/history/",
        f"pictures/{picture.pk}/small.webp",
        "dairy/",
        f"dairy/topics/{topic.number}/",
    ):
        assert browser.get(f"/groups/{path}").status_code == 404
    for path in (f"posts/{post.pk}/helped/", f"drafts/{draft.pk}/removal/"):
        assert browser.post(f"/groups/{path}").status_code == 404
    with in_alliance(theirs.alliance):
        assert (Draft.objects.count(), Helped.objects.count(), Topic.objects.count()) == (2, 1, 2)
        posts.edit(post=post, words="Still ours", by=theirs.dan)
