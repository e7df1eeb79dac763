"""A member writes its listing: draft, preview, publishing, history, taking it out."""

from dataclasses import replace
from datetime import date

import pytest

from alliance.models import AuditEntry
from alliance.tenancy.scope import in_alliance
from directory.content import Branch, Content, Hours, Shows, Span, SpecialDay
from directory.models import DirectoryEntry, ListingVersion
from directory.queries.keeping import kept_of
from directory.services import listings
from members.models import Business
from tests.directory.typing_in import typed

PAGE = "/me/listing/"
EDIT = "/me/listing/edit/"
FULL = {
    "blurb": "Bread for the block.",
    "about": "Since **1998**.\n\nAnd counting.",
    "tags": "sourdough, Sourdough,  wedding   cakes",
    "languages": "English, español, Cantonese",
    "offers": "Shelf space\n\nDay-old bread",
    "asks": "A printer",
    "values": ["woman-owned", "living-wage"],
    "accepts_pledges": "on",
    "cause": "1% to the creek",
    "is_open_data": "on",
    "sees_street": "alliance",
    "sees_email": "everybody",
    "week-opens_0_1": "08:00",
    "week-closes_0_1": "12:30",
    "week-opens_0_2": "14:00",
    "week-closes_0_2": "18:00",
    "week-opens_4_1": "20:00",
    "week-closes_4_1": "02:00",
    "week-closed_6": "on",
    "week-by_appointment": "on",
    "days-TOTAL_FORMS": "2",
    "days-0-on": "2026-12-25",
    "days-0-is_closed": "on",
    "days-0-note": "Christmas",
    "days-1-on": "2026-11-28",
    "days-1-opens": "09:00",
    "days-1-closes": "13:00",
    "places-TOTAL_FORMS": "1",
    "places-0-name": "Market stall",
    "places-0-city": "Oakland",
    "places-0-latitude": "37.8",
    "places-0-longitude": "-122.27",
    "places-0-hours": "same",
}
WEEK = (Span(0, 480, 750), Span(0, 840, 1080), Span(4, 1200, 1560))
HOURS = Hours(
    week=WEEK,
    special=(
        SpecialDay(date(2026, 11, 28), 540, 780),
        SpecialDay(date(2026, 12, 25), note="Christmas"),
    ),
    by_appointment=True,
)
WRITTEN = Content(
    blurb="Bread for the block.",
    about="Since **1998**.\n\nAnd counting.",
    tags=("sourdough", "wedding cakes"),
    languages=("en", "es", "yue"),
    values=("woman-owned", "living-wage"),
    asks=("A printer",),
    offers=("Shelf space", "Day-old bread"),
    accepts_pledges=True,
    cause="1% to the creek",
    shows=Shows(street=False, phone=True, email=True, website=True),
    hours=HOURS,
    branches=(
        Branch(name="Market stall", city="Oakland", latitude=37.8, longitude=-122.27, hours=HOURS),
    ),
    is_open_data=True,
)  # fmt: skip


def send(browser, press="draft", **fields):
    """The form as it opens, with these fields changed."""
    return browser.post(EDIT, typed(browser.get(EDIT)) | fields | {"press": press})


def kept(alliance, business):
    with in_alliance(alliance):
        business.refresh_from_db()
        return kept_of(business)


def is_public(alliance, business):
    with in_alliance(alliance):
        return DirectoryEntry.objects.public().filter(business=business).exists()


class TestWriting:
    def test_a_draft_says_what_was_typed_and_nobody_sees_it(self, oak_street, listed, bens):
        answer = send(bens, **FULL)
        assert (answer.status_code, answer.url) == (302, PAGE)
        found = kept(oak_street, listed)
        assert found.written == WRITTEN
        assert (found.shown, found.content) == (None, Content())
        assert listed.blurb == ""

    def test_what_was_published_is_what_was_typed(self, oak_street, listed, bens, ben):
        assert send(bens, "publish", **FULL).url == PAGE
        found = kept(oak_street, listed)
        assert (found.content, found.draft, found.shown.seat) == (WRITTEN, None, ben)
        with in_alliance(oak_street):
            entry = DirectoryEntry.objects.get(business=listed)
            assert (entry.blurb, entry.accepts_pledges) == ("Bread for the block.", True)
            assert "tag:sourdough" in entry.facets

    def test_the_form_opens_with_what_is_written_and_saving_it_changes_nothing(
        self, oak_street, listed, bens
    ):
        send(bens, **FULL)
        send(bens)
        assert kept(oak_street, listed).written == WRITTEN

    def test_looking_at_it_first_keeps_the_draft(self, oak_street, listed, bens):
        answer = send(bens, "preview", **FULL)
        assert answer.url == "/me/listing/preview/"
        page = bens.get(answer.url).content.decode()
        assert "Bread for the block." in page
        assert "<strong>1998</strong>" in page

    def test_the_photographs_stay(self, oak_street, listed, bens, ben):
        from directory.content import Picture

        pictures = (Picture("019a0000-0000-7000-8000-000000000000", "Loaves"),)
        with in_alliance(oak_street):
            listings.save_draft(business=listed, content=Content(pictures=pictures), by=ben)
        send(bens, **FULL)
        assert kept(oak_street, listed).written == replace(WRITTEN, pictures=pictures)

    def test_one_more_row_keeps_what_was_typed_and_finds_no_fault(self, oak_street, listed, bens):
        form = typed(bens.get(EDIT)) | {"blurb": "b" * 700, "days-TOTAL_FORMS": "1"}
        page = bens.post(EDIT, form | {"more": "days", "days-0-on": "2026-12-25"})
        assert page.status_code == 200
        again = typed(page)
        assert (again["blurb"], again["days-0-on"], again["days-1-on"]) == (
            "b" * 700, "2026-12-25", "",
        )  # fmt: skip
        assert b"There is a problem" not in page.content
        assert kept(oak_street, listed).draft is None

    @pytest.mark.parametrize("total", ["99", "", "x", "-1", "9" * 30])
    def test_there_is_room_for_so_many_rows(self, listed, bens, total):
        form = typed(bens.get(EDIT)) | {"more": "places", "places-TOTAL_FORMS": total}
        page = bens.post(EDIT, form)
        assert page.status_code == 200
        assert len(page.context["form"].places.forms) in (1, 9)

    def test_two_who_write_at_once_are_told(self, oak_street, listed, bens, ben):
        mine = typed(bens.get(EDIT)) | {"about": "Mine", "press": "draft"}
        with in_alliance(oak_street):
            listings.save_draft(business=listed, content=Content(about="Theirs"), by=ben)
        page = bens.post(EDIT, mine)
        assert page.status_code == 422
        assert "Somebody else has written" in page.content.decode()
        assert kept(oak_street, listed).written.about == "Theirs"
        assert bens.post(EDIT, typed(page) | {"press": "draft"}).status_code == 302
        assert kept(oak_street, listed).written.about == "Mine"


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"blurb": "b" * 601}, "blurb", "at most 600"),
        ({"about": "a" * 4001}, "about", "at most 4000"),
        ({"tags": ", ".join(f"tag {n}" for n in range(400))}, "tags", "These are 400."),
        ({"tags": "t" * 31}, "tags", "longer than 30 letters"),
        ({"languages": "Spanish, Elvish"}, "languages", "no language called “Elvish”"),
        ({"offers": "a\nb\nc\nd\ne\nf"}, "offers", "These are 6 lines"),
        ({"asks": "short\n" + "a" * 141}, "asks", "Line 2 is longer than 140"),
        ({"values": ["woman-owned", "best"]}, "values", "Select a valid choice"),
        ({"cause": "a\u2028b"}, "cause", "hidden characters"),
        ({"sees_phone": "some"}, "sees_phone", "Select a valid choice"),
        ({"week-opens_0_1": "08:00"}, "week-closes_0_1", "When do you close on Monday?"),
        ({"week-closes_2_2": "08:00"}, "week-opens_2_2", "When do you open on Wednesday?"),
        ({"week-opens_0_1": "25:00"}, "week-opens_0_1", "Enter a time such as 09:30."),
        (
            {"week-opens_0_1": "08:00", "week-closes_0_1": "12:00",
             "week-opens_0_2": "11:00", "week-closes_0_2": "18:00"},
            "week-opens_0_2", "begin before those of Monday have ended",
        ),
        (
            {"week-opens_6_1": "20:00", "week-closes_6_1": "10:00",
             "week-opens_0_1": "09:00", "week-closes_0_1": "12:00"},
            "week-opens_0_1", "begin before those of Sunday have ended",
        ),
        ({"days-TOTAL_FORMS": "1", "days-0-note": "Fair"}, "days-0-on", "Which day is it?"),
        ({"days-TOTAL_FORMS": "1", "days-0-on": "2026-12-25"}, "days-0-opens", "Say when you open"),
        ({"days-TOTAL_FORMS": "1", "days-0-on": "1926-12-25", "days-0-is_closed": "on"},
         "days-0-on", "more than two years away"),
        ({"days-TOTAL_FORMS": "1", "days-0-on": "tomorrow"}, "days-0-on", "Enter a day such as"),
        (
            {"days-TOTAL_FORMS": "2", "days-0-on": "2026-12-25", "days-0-is_closed": "on",
             "days-1-on": "2026-12-25", "days-1-opens": "09:00", "days-1-closes": "12:00"},
            "days-1-on", "stands here already",
        ),
        ({"places-TOTAL_FORMS": "1", "places-0-name": "Stall"}, "places-0-street", "at least the"),
        ({"places-TOTAL_FORMS": "1", "places-0-city": "O", "places-0-latitude": "91",
          "places-0-longitude": "0"}, "places-0-latitude", "from -90 to 90"),
        ({"places-TOTAL_FORMS": "1", "places-0-city": "O", "places-0-latitude": "9",
          "places-0-longitude": "-180.1"}, "places-0-longitude", "from -180 to 180"),
        ({"places-TOTAL_FORMS": "1", "places-0-city": "O", "places-0-latitude": "9"},
         "places-0-longitude", "both coordinates, or neither"),
        ({"places-TOTAL_FORMS": "1", "places-0-city": "O", "places-0-latitude": "nan",
          "places-0-longitude": "inf"}, "places-0-latitude", "from -90 to 90"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_at_the_field_and_all_words_are_kept(
    oak_street, listed, bens, wrong, field, said
):
    story = "The longest thing that anybody types."
    page = send(bens, "publish", **({"about": story} | wrong))
    assert page.status_code == 422
    faults = {f.html_name: " ".join(f.errors) for f in page.context["form"] if f.errors}
    assert field in faults
    assert said in faults[field]
    again = typed(page)
    assert again["about"] == wrong.get("about", story)
    assert {name: again[name] for name in wrong if isinstance(again.get(name), str)} == {
        name: value for name, value in wrong.items() if isinstance(again.get(name), str)
    }
    assert "<title>Error: " in page.content.decode()
    assert kept(oak_street, listed).listing is None


class TestAround:
    def test_the_page_says_whether_it_is_public_and_until_when(self, listed, bens):
        page = bens.get(PAGE)
        assert page.context["visibility"].kind == "good"
        assert "Everybody can find it" in page.content.decode()

    def test_without_dues_it_says_why_not(self, oak_street, bakery, ben, visit):
        page = visit(oak_street, ben).get(PAGE)
        assert "There is no membership yet." in page.content.decode()

    def test_the_history_says_who_changed_what_and_one_can_go_back(
        self, oak_street, listed, bens, ben
    ):
        send(bens, "publish", **FULL)
        send(bens, "publish", tags="rye", about="", is_open_data=[])
        page = bens.get(PAGE)
        (latest, _url), (first, back) = page.context["versions"]
        assert [(c.label, c.words) for c in latest.changes] == [
            ("Story", "taken out"),
            ("Tags", "new: rye; no longer: sourdough, wedding cakes"),
            ("Open data", "no"),
        ]
        assert (latest.is_shown, latest.row.seat, first.changes) == (True, ben, [])
        assert bens.post(back).url == "/me/listing/preview/"
        found = kept(oak_street, listed)
        assert (found.written, found.content.tags) == (WRITTEN, ("rye",))
        bens.post("/me/listing/publication/")
        assert kept(oak_street, listed).content == WRITTEN
        with in_alliance(oak_street):
            assert ListingVersion.objects.count() == 3

    def test_anothers_version_is_not_there(self, oak_street, listed, bens, florist):
        with in_alliance(oak_street):
            shop = Business.objects.get(slug="fays-flowers")
            theirs = listings.publish(business=shop, content=Content(), by=florist)
        assert bens.post(f"/me/listing/versions/{theirs.pk}/").status_code == 404

    def test_a_draft_is_thrown_away(self, oak_street, listed, bens):
        send(bens, **FULL)
        bens.post("/me/listing/discard/")
        assert kept(oak_street, listed).draft is None
        assert (
            "There is no draft." in bens.post("/me/listing/discard/", follow=True).content.decode()
        )

    def test_it_is_taken_out_and_put_back(self, oak_street, listed, bens):
        bens.post("/me/listing/pause/")
        assert not is_public(oak_street, listed)
        assert "can be put back at any time" in bens.get(PAGE).content.decode()
        bens.post("/me/listing/resumption/")
        assert is_public(oak_street, listed)

    def test_what_the_alliance_took_out_the_member_cannot_put_back(
        self, oak_street, listed, bens, desk
    ):
        desk.post("/staff/listings/bens-bakery/pause/", {"reason": "A prank."})
        page = bens.post("/me/listing/resumption/", follow=True)
        assert "The alliance has taken it out: A prank." in page.content.decode()
        assert not is_public(oak_street, listed)

    @pytest.mark.parametrize("page", ["", "edit/", "preview/", "photographs/"])
    def test_a_page_costs_few_queries(self, listed, bens, page, django_assert_max_num_queries):
        send(bens, "publish", **FULL)
        for n in range(5):
            send(bens, "publish", tags=f"tag {n}")
        with django_assert_max_num_queries(17):
            assert bens.get(f"{PAGE}{page}").status_code == 200

    def test_audit_names_who_published(self, oak_street, listed, bens, ben):
        send(bens, "publish", **FULL)
        with in_alliance(oak_street):
            found = AuditEntry.objects.filter(action="listing.published")
            assert [(entry.seat, entry.detail) for entry in found] == [(ben, {"number": 1})]


class TestOthers:
    def test_a_member_reaches_its_own_alone(self, oak_street, listed, next_door, dan, visit):
        assert visit(oak_street, dan).get(PAGE).status_code == 404
        assert visit(oak_street, dan).post(EDIT, {}).status_code == 404

    def test_another_members_name_opens_nothing(self, oak_street, listed, florist, visit):
        browser = visit(oak_street, florist)
        assert browser.get(f"{EDIT}?business=bens-bakery").status_code == 404
        assert browser.get(f"{EDIT}?business=fays-flowers").status_code == 200

    def test_the_staff_write_on_its_behalf(self, oak_street, listed, desk, ada):
        address = "/staff/listings/bens-bakery/edit/"
        form = typed(desk.get(address)) | FULL | {"press": "publish"}
        assert desk.post(address, form).url == "/staff/listings/bens-bakery/"
        found = kept(oak_street, listed)
        assert (found.content, found.shown.seat) == (WRITTEN, ada)

    def test_the_neighbours_listing_is_not_there(self, oak_street, next_door, desk):
        for page in ("", "edit/", "preview/", "photographs/"):
            address = f"/staff/listings/mill-lane-bakery/{page}"
            assert desk.get(address).status_code == 404
