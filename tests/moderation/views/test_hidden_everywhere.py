"""What is hidden is dead on every surface, at the next request; each row is its own control.

A surface is read twice before, so that whatever keeps pages has kept it, then
hidden, then shown again.
"""

from typing import Any

import pytest

from alliance.models import OutboxMessage, Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from directory.content import Content
from directory.models import Listing, Photo
from directory.queries.keeping import kept_of
from directory.services import listings, photos
from gatherings.models import Gathering, Rsvp
from gatherings.services.letters import remind
from gatherings.services.reminders import ReminderKind
from members.models import WelcomeStep
from members.services import welcome
from members.services.businesses import add_representative
from moderation import content
from moderation.models import Case
from moderation.services import cases
from pledges import prints
from pledges.models import DriveLetter, PledgeDrive
from pledges.services import letters, mailing
from tests.conftest import _person
from tests.directory import pictures
from tests.factories import gatherings as make_gathering
from tests.factories import members as make_member
from tests.factories import pledges as make_drive
from tests.factories.directory import a_listed_business, a_member_of_the_street

WORD = "Quetzalwort"
STORY = f"We call {WORD} names."


def a_listing() -> Listing:
    """A listing whose tags, words and offers name it; so do its own slug and title."""
    business = a_listed_business(
        trade_name=f"{WORD} Shop",
        slug="quetzalwort-shop",
        categories=["Bakery"],
        latitude="37.83",
        longitude="-122.26",
        content=Content(
            blurb=STORY, about=STORY, tags=("quetzalwort",), offers=(STORY,), is_open_data=True
        ),
    )
    return Listing.objects.get(business=business)


def a_drive(ben: Any, ada: Any, bakery: Any) -> PledgeDrive:
    """An open drive all of whose words name it; its slug does not."""
    drive = make_drive.an_open_drive(business=bakery, by=ben, reviewer=ada)
    words = {"title": f"An oven for {WORD}", "purpose": STORY, "story": STORY, "money_use": STORY}
    PledgeDrive.objects.filter(pk=drive.pk).update(**words, perk=f"A bun of {WORD}"[:120])
    return PledgeDrive.objects.get(pk=drive.pk)


def a_gathering(ada: Any) -> Gathering:
    """A published workshop."""
    return make_gathering.a_gathering(
        by=ada, title=f"{WORD} evening", slug="quetzalwort-evening", words=STORY
    )


def an_introduction(ben: Any, bakery: Any) -> WelcomeStep:
    """How Ben introduces the bakery."""
    membership = make_member.a_member(business=bakery)
    return welcome.introduce(membership=membership, words=STORY, by=ben)


SLUG = "quetzalwort-shop"
LISTING = [
    ("page", f"/directory/{SLUG}/"),
    ("list", "/directory/"),
    ("search", "/directory/?q=quetzalwort"),
    ("by tag", "/directory/?tag=quetzalwort"),
    ("print", "/directory/print/"),
    ("map", "/directory/map/"),
    ("map data", "/directory/map.json?bbox=-123,37,-122,38&zoom=12"),
    ("feed", "/directory/feed.atom"),
    ("table", "/directory/businesses.csv"),
    ("open data", "/directory/businesses.json"),
    ("open map", "/directory/businesses.geojson"),
    ("widget", "/directory/widget/frame/"),
    ("front page", "/"),
    ("sitemap", "/sitemap-listings-1.xml"),
    ("address card", f"/directory/{SLUG}/contact.vcf"),
    ("table tent", f"/directory/{SLUG}/poster/"),
    ("correction", f"/directory/{SLUG}/correction/"),
    ("API, all", "/api/v1/listings/"),
    ("API, one", f"/api/v1/listings/{SLUG}/"),
]
DRIVE = [
    ("page", "/pledge/{slug}/"),
    ("list", "/pledge/"),
    ("widget", "/pledge/{slug}/widget/"),
    ("front page", "/"),
    ("beside its listing", "/directory/bens-bakery/"),
    ("record", "/honour/"),
    ("record, table", "/honour/record.csv"),
    ("API, all", "/api/v1/drives/"),
    ("API, one", "/api/v1/drives/{slug}/"),
    ("card", "{card}"),
    ("desk, all", "/staff/drives/"),
    ("desk, one", "/staff/drives/{slug}/"),
]
GATHERING = [
    ("page", "/events/quetzalwort-evening/{day}/"),
    ("list", "/events/"),
    ("search", "/events/?q=quetzalwort"),
    ("calendar", "/events/calendar.ics"),
    ("own calendar", "/events/quetzalwort-evening/calendar.ics"),
    ("one date", "/events/quetzalwort-evening/{day}/event.ics"),
    ("feed", "/events/feed.atom"),
    ("front page", "/"),
    ("API, all", "/api/v1/gatherings/"),
    ("API, one", "/api/v1/gatherings/quetzalwort-evening/"),
    ("API, dates", "/api/v1/occurrences/"),
    ("answer", "{answer}"),
    ("answer, entry", "{answer}event.ics"),
]


@pytest.fixture
def turn(oak_street, cleo):
    """`turn(subject, True)` hides it, False shows it again."""

    def act(subject: Any, is_hidden: bool) -> None:
        with in_alliance(oak_street):
            case = Case.objects.filter(subject_id=subject.pk).first()
            case = case or cases.open_case(subject=subject, reason="Look at it", by=cleo)
            (cases.hide if is_hidden else cases.show)(case=case, by=cleo)

    return act


def dies(browser: Any, path: str, subject: Any, turn: Any, needle: str = WORD) -> None:
    """Reads it twice, hides it, shows it again."""

    def there() -> bool:
        page = browser.get(path)
        return page.status_code == 200 and needle in page.content.decode()

    assert (there(), there()) == (True, True), (
        "the control: it must be there while it is not hidden"
    )
    turn(subject, True)
    assert not there()
    turn(subject, False)
    assert there()


@pytest.mark.parametrize(("surface", "path"), LISTING, ids=[name for name, _ in LISTING])
def test_a_listing(visit, oak_street, turn, surface, path):
    with in_alliance(oak_street):
        listing = a_listing()
    # A search repeats what was asked for: there its address is looked for.
    needle = SLUG if "?" in path or surface == "sitemap" else WORD
    dies(visit(oak_street), path, listing, turn, needle)


@pytest.mark.parametrize(("surface", "path"), DRIVE, ids=[name for name, _ in DRIVE])
def test_the_words_of_a_drive(visit, oak_street, turn, ada, ben, tess, bakery, surface, path):
    with in_alliance(oak_street):
        drive = a_drive(ben, ada, bakery)
        a_member_of_the_street(bakery)
        pledge = make_drive.an_active_pledge(drive)
        make_drive.a_confirmed_purchase(pledge, by=ben)
        path = path.format(slug=drive.slug, card=pledge.get_absolute_url())
    browser = visit(oak_street, tess if surface.startswith("desk") else None)
    dies(browser, path, drive, turn)


@pytest.mark.parametrize(("surface", "path"), GATHERING, ids=[name for name, _ in GATHERING])
def test_the_words_of_an_event(visit, oak_street, turn, ada, surface, path):
    with in_alliance(oak_street):
        gathering = a_gathering(ada)
        date = make_gathering.date_of(gathering)
        answer = make_gathering.an_rsvp(date)
        path = path.format(day=date.original_day, answer=answer.get_absolute_url())
    needle = "quetzalwort-evening" if "?" in path or "occurrences" in path else WORD
    dies(visit(oak_street), path, gathering, turn, needle)


def test_for_staff_and_keys_too(visit, oak_street, turn, ada, tess):
    with in_alliance(oak_street):
        gathering = a_gathering(ada)
    dies(visit(oak_street, tess), "/api/v1/gatherings/", gathering, turn)


def test_an_introduction(visit, oak_street, turn, ben, bakery):
    with in_alliance(oak_street):
        step = an_introduction(ben, bakery)
        kiosk = make_drive.a_business(trade_name="Kai's Kiosk", slug="kais-kiosk")
        make_member.a_member(business=kiosk)
        kai = add_representative(business=kiosk, person=_person("Kai"), by=None).seat
    dies(visit(oak_street, kai), "/me/", step, turn)


def test_an_introduction_at_the_desk(visit, oak_street, turn, ben, bakery, cleo):
    with in_alliance(oak_street):
        step = an_introduction(ben, bakery)
    dies(visit(oak_street, cleo), f"/staff/welcome/{step.membership_id}/", step, turn)


class TestPhotographs:
    @pytest.fixture
    def photo(self, oak_street, bakery, ben) -> Photo:
        with in_alliance(oak_street):
            a_member_of_the_street(bakery)
            photo = photos.add(
                business=bakery, content=pictures.a_photo(), words=f"Loaf of {WORD}", by=ben
            )

            listings.publish(business=bakery, content=kept_of(bakery).written, by=ben)
        return photo

    @pytest.mark.parametrize(
        ("surface", "path"),
        [("page", "/directory/bens-bakery/"), ("list", "/directory/"), ("front page", "/"),
         ("API", "/api/v1/listings/bens-bakery/")],
    )  # fmt: skip
    def test_where_it_is_shown(self, visit, oak_street, photo, turn, surface, path):
        dies(visit(oak_street), path, photo, turn, str(photo.pk))

    def test_a_member_flags_it_where_it_stands_first(self, visit, oak_street, photo, mia):
        way = f"/moderation/flag/directory.photo/{photo.pk}/"
        page = "/directory/bens-bakery/"
        assert f'href="{way}"' in visit(oak_street, mia).get(page).content.decode()
        assert visit(oak_street, mia).get(way).status_code == 200
        assert way not in visit(oak_street).get(page).content.decode()

    def test_its_words_go_with_it(self, visit, oak_street, photo, turn):
        dies(visit(oak_street), "/directory/bens-bakery/", photo, turn, f"Loaf of {WORD}")

    @pytest.mark.parametrize("size", ["small", "large"])
    def test_its_file(self, visit, oak_street, photo, turn, size, mia, cleo, ben):
        path = f"/directory/photographs/{photo.pk}/{size}.webp"
        browser = visit(oak_street)
        first = browser.get(path)
        assert (first.status_code, first["Cache-Control"]) == (200, "public, no-cache")
        again = browser.get(path, HTTP_IF_NONE_MATCH=first["ETag"])
        assert again.status_code == 304
        turn(photo, True)
        assert browser.get(path, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 404
        for seat, status in ((mia, 404), (ben, 200), (cleo, 200)):
            answer = visit(oak_street, seat).get(path)
            assert answer.status_code == status
            if status == 200:
                assert answer["Cache-Control"] == "private, no-store"
        turn(photo, False)
        assert browser.get(path).status_code == 200


class TestPictures:
    def test_a_drives_card_and_prints(self, visit, oak_street, turn, ada, ben, bakery):
        with in_alliance(oak_street):
            drive = a_drive(ben, ada, bakery)
        path, browser = f"/pledge/{drive.slug}/card.png", visit(oak_street)
        before = browser.get(path)
        turn(drive, True)
        after = browser.get(path, HTTP_IF_NONE_MATCH=before["ETag"])
        assert (after.status_code, after.content != before.content) == (200, True)
        with in_alliance(oak_street):
            drive.refresh_from_db()
            for kind in prints.Print:
                assert WORD not in str(prints.sheet(drive, kind).says)

    def test_a_listings_card(self, visit, oak_street, turn):
        with in_alliance(oak_street):
            listing = a_listing()
        browser, path = visit(oak_street), f"/directory/{SLUG}/card.png"
        assert browser.get(path).status_code == 200
        turn(listing, True)
        assert browser.get(path).status_code == 404


class TestMail:
    def test_of_a_drive(self, oak_street, turn, ada, ben, bakery):
        with in_alliance(oak_street):
            drive = a_drive(ben, ada, bakery)
            pledge = make_drive.an_active_pledge(drive)
            assert WORD in str(mailing.about(pledge))
        turn(drive, True)
        with in_alliance(oak_street):
            pledge.drive.refresh_from_db()
            assert WORD not in str(mailing.about(pledge))

    def test_of_an_event(self, oak_street, turn, ada):

        with in_alliance(oak_street):
            gathering = a_gathering(ada)
            answer = make_gathering.an_rsvp(make_gathering.date_of(gathering))
        turn(gathering, True)
        with in_alliance(oak_street):
            known = set(OutboxMessage.objects.values_list("pk", flat=True))
            found = Rsvp.objects.select_related("occurrence__gathering__business")
            remind(found.get(pk=answer.pk), ReminderKind.DAY)
            (letter,) = OutboxMessage.objects.exclude(pk__in=known)
            assert WORD not in str(letter.context)
            assert Gathering.objects.to_invite_to().count() == 0

    def test_a_letter_to_pledgers_stops_and_goes_on(self, oak_street, turn, oven, ben, cleo):

        with in_alliance(oak_street):
            make_drive.an_active_pledge(oven)
            letter = letters.write_letter(drive=oven, subject="News", body=STORY, by=ben)
        letters.send_letter(alliance=oak_street, letter_id=letter.pk)
        waiting = {"key__startswith": f"drive-letter:{letter.pk}:"}
        with in_alliance(oak_street):
            assert OutboxMessage.objects.filter(**waiting).count() == 1
        turn(letter, True)
        letters.send_letter(alliance=oak_street, letter_id=letter.pk)
        with in_alliance(oak_street):
            assert OutboxMessage.objects.filter(**waiting).count() == 0
        turn(letter, False)
        letters.send_letter(alliance=oak_street, letter_id=letter.pk)
        with in_alliance(oak_street):
            assert OutboxMessage.objects.filter(**waiting).count() == 1
            assert DriveLetter.objects.get().finished_at is not None


class TestWhatStays:
    def test_of_a_drive_figures_pledges_and_the_form(
        self, visit, oak_street, turn, ada, ben, bakery
    ):
        with in_alliance(oak_street):
            drive = a_drive(ben, ada, bakery)
            card_path = make_drive.an_active_pledge(drive).get_absolute_url()
        turn(drive, True)
        page = visit(oak_street).get(f"/pledge/{drive.slug}/").content.decode()
        assert ("1 of 100 people" in page, "Drive of Ben&#x27;s Bakery" in page) == (True, True)
        assert 'name="email"' in page
        assert visit(oak_street).get(card_path).status_code == 200

    def test_of_an_event_day_and_place_for_who_comes(self, visit, oak_street, turn, ada):
        with in_alliance(oak_street):
            gathering = a_gathering(ada)
            answer = make_gathering.an_rsvp(make_gathering.date_of(gathering)).get_absolute_url()
        turn(gathering, True)
        page = visit(oak_street).get(answer).content.decode()
        assert ("12 Oak Street" in page, "A meeting" in page) == (True, True)
        assert 'href="/events/quetzalwort-evening/' not in page

    def test_the_neighbours_are_untouched(
        self, visit, mill_lane, oak_street, neighbour, turn, oven
    ):
        turn(oven, True)
        page = visit(mill_lane).get(f"/pledge/{neighbour.drive.slug}/").content.decode()
        assert "A colder cellar" in page


def test_nobody_looks_after_the_neighbours(visit, oak_street, mill_lane, neighbour, cleo):
    path = f"/staff/moderation/open/pledges.drive/{neighbour.drive.pk}/"
    for alliance in (oak_street, mill_lane):
        assert visit(alliance, cleo).post(path, {"reason": "Mine now"}).status_code == 404


def test_a_member_of_no_business_may_flag_what_all_read(oak_street, bakery, oven):

    with in_alliance(oak_street):
        zoe = give_seat(person=_person("Zoe"), role=Role.VOLUNTEER, by=None)
        kind = content.by_key("pledges.drive")
        assert (kind.may_read(oven, [zoe]), kind.may_read(oven, [])) == (True, False)
