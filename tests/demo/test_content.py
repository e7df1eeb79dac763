"""The demo network's files: whole, believable, and unable to reach anybody."""

import re
from collections import Counter
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from demo import content

NETWORK = content.load()
EVERY_BUSINESS = [business for a in NETWORK.alliances for business in a.businesses]
EVERY_DRIVE = [(a, drive) for a in NETWORK.alliances for drive in a.drives]
SIZES = {"1", "2-5", "6-10", "11-25", "26-50", "51+"}
SEGMENTS = {
    "food",
    "retail",
    "services",
    "health",
    "arts",
    "trades",
    "professional",
    "making",
}

per_alliance = pytest.mark.parametrize("alliance", NETWORK.alliances, ids=lambda a: a.slug)
per_drive = pytest.mark.parametrize(
    ("alliance", "drive"), EVERY_DRIVE, ids=lambda value: getattr(value, "slug", "")
)


def repeated(values):
    return [value for value, count in Counter(values).items() if count > 1]


def opening(text, *, words):
    return " ".join(text.lower().split()[:words])


def test_three_alliances_of_the_agreed_sizes():
    assert {a.slug: (len(a.businesses), len(a.drives)) for a in NETWORK.alliances} == {
        "eastbay": (250, 6),
        "hudson": (40, 2),
        "sonora": (30, 1),
    }
    assert sum(len(a.customers) for a in NETWORK.alliances) == 400


@per_alliance
def test_an_alliance_tells_who_it_is(alliance):
    ZoneInfo(alliance.time_zone)
    assert alliance.currency == "USD"
    assert alliance.legal_form in {"501c3", "501c6"}
    assert 0 <= alliance.accent_hue < 360
    assert 0 < alliance.accent_chroma <= 0.14
    assert len(alliance.tagline) <= 200
    assert 200 <= len(alliance.about) <= 4000
    assert len(", ".join(alliance.postal_address)) <= 200


@per_alliance
def test_four_tiers_and_businesses_in_each(alliance):
    assert [tier.price_minor for tier in alliance.tiers] == [5000, 10000, 15000, 25000]
    in_use = {business.tier for business in alliance.businesses}
    assert in_use <= {tier.key for tier in alliance.tiers}
    assert len(in_use) >= 3


@pytest.mark.parametrize("field", ["slug", "name", "legal_name", "email", "owner_name", "blurb"])
def test_no_two_businesses_share(field):
    assert repeated(getattr(business, field) for business in EVERY_BUSINESS) == []


def test_addresses_and_telephones_are_not_shared_either():
    assert repeated((b.street, b.city) for b in EVERY_BUSINESS) == []
    assert repeated(b.phone for b in EVERY_BUSINESS if b.phone) == []


def test_telephones_lie_in_the_range_for_fiction():
    assert [
        business.phone
        for business in EVERY_BUSINESS
        if business.phone and not re.fullmatch(r"(510|341|845|518|520)-555-01\d\d", business.phone)
    ] == []


def test_websites_lead_nowhere():
    assert [
        business.website
        for business in EVERY_BUSINESS
        if business.website != f"https://{business.slug}.example"
    ] == []


@per_alliance
def test_businesses_stand_where_the_alliance_is(alliance):
    outside = [
        business.slug
        for business in alliance.businesses
        if not alliance.area.holds(business.latitude, business.longitude)
    ]
    assert outside == []


@per_alliance
def test_facts_are_plausible(alliance):
    for business in alliance.businesses:
        assert 1948 <= business.founded <= 2024, business.slug
        assert business.size_band in SIZES, business.slug
        assert business.segment in SEGMENTS, business.slug
        assert 1 <= len(business.categories) <= 3, business.slug
        assert re.fullmatch(r"\d+ .+", business.street), business.slug
        assert re.fullmatch(r"\d{5}", business.postal_code), business.slug
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", business.slug)


def test_east_bay_is_mixed_as_a_main_street_is():
    eastbay = NETWORK.alliances[0]
    segments = Counter(business.segment for business in eastbay.businesses)
    assert set(segments) == SEGMENTS
    assert 0.3 < segments["food"] / 250 < 0.4
    assert {business.size_band for business in eastbay.businesses} == SIZES
    assert len({business.city for business in eastbay.businesses}) == 8


def test_names_are_not_numbered_and_not_all_of_one_form():
    names = [business.name for business in EVERY_BUSINESS]
    assert [name for name in names if re.search(r"\d", name)] == []
    assert sum("&" in name for name in names) < len(names) / 4
    first_words = Counter(name.split()[0] for name in names)
    assert [word for word, count in first_words.items() if count > 5 and word != "The"] == []


def test_blurbs_are_written_one_by_one():
    lengths = {business.slug: len(business.blurb) for business in EVERY_BUSINESS}
    assert [slug for slug, length in lengths.items() if not 40 <= length <= 240] == []
    openings = Counter(opening(business.blurb, words=5) for business in EVERY_BUSINESS)
    assert [words for words, count in openings.items() if count > 3] == []


@per_alliance
def test_staff_hold_every_seat_that_the_demo_needs(alliance):
    roles = [person.role for person in alliance.staff]
    assert repeated(roles) == []
    assert {"owner", "treasurer", "community", "lending_officer", "auditor"} < set(roles)
    assert {"volunteer", "member"} < set(roles)


@per_alliance
def test_a_member_signs_in_with_the_business_address(alliance):
    for person in alliance.staff:
        if person.role == "member":
            business = alliance.business(person.business)
            assert (person.email, person.name) == (business.email, business.owner_name)


def test_customers_are_themselves():
    customers = [customer for a in NETWORK.alliances for customer in a.customers]
    assert repeated(customer.name for customer in customers) == []
    owners = {business.owner_name for business in EVERY_BUSINESS}
    assert [customer.name for customer in customers if customer.name in owners] == []
    assert {customer.shown_as for customer in customers} == {"full", "first", "anonymous"}


def test_the_pizza_drive_asks_what_was_agreed():
    drive = next(drive for _, drive in EVERY_DRIVE if drive.slug == "gustoso-oven")
    assert (drive.business, drive.target_pledgers) == ("gustoso-pizza", 100)
    assert (drive.suggested_amount_minor, drive.term_months) == (24000, 12)


@per_drive
def test_a_drive_keeps_the_rules_of_pledges(alliance, drive):
    founded = alliance.business(drive.business).founded
    assert drive.term_months in (6, 9, 12)
    assert len(drive.purpose) <= 160
    assert 1 <= len(drive.what_the_money_does) <= 5
    assert 7 <= drive.days_open <= 60
    assert drive.rung in {"standard", "starter"}
    least, years = (100, 2) if drive.rung == "standard" else (25, 1)
    assert drive.target_pledgers >= least
    assert founded <= 2024 - years + 1
    amounts = [drive.suggested_amount_minor, *(minor for minor, _ in drive.progress.amounts)]
    assert [minor for minor in amounts if not (2000 <= minor <= 200000 and minor % 1000 == 0)] == []


@per_drive
def test_a_story_has_four_to_six_short_paragraphs(alliance, drive):
    paragraphs = drive.story.split("\n\n")
    assert 4 <= len(paragraphs) <= 6
    assert max(len(paragraph) for paragraph in paragraphs) <= 600


@per_drive
def test_progress_fits_the_state_of_the_drive(alliance, drive):
    progress = drive.progress
    if progress.state == "gathering":
        assert progress.opened_days_ago < drive.days_open
    if progress.state == "serving":
        assert progress.active >= drive.target_pledgers
        assert progress.opened_days_ago > progress.gathered_over_days
    if progress.state == "in_review":
        assert progress.active == 0


def test_the_drives_show_each_kind_once():
    eastbay = NETWORK.alliances[0].drives
    states = Counter(drive.progress.state for drive in eastbay)
    assert states == {"gathering": 4, "serving": 1, "in_review": 1}
    assert [drive.slug for drive in eastbay if not drive.seeks_loan] == ["through-the-roadworks"]


def test_the_pizza_customers_spend_as_in_the_worked_example():
    """60/20/15/5 of a hundred at 100/150/33/0 percent: honoured at 95% of the pace."""
    spending = next(d for _, d in EVERY_DRIVE if d.slug == "gustoso-oven").progress.spending
    people = sum(count for count, _ in spending)
    assert round(sum(count * pace for count, pace in spending) / people) == 95


def test_an_address_that_could_be_real_is_refused():
    real = replace(NETWORK, contact_email="hello@mainstreets.org")
    with pytest.raises(content.ContentError, match="reserved domain"):
        content._check_addresses(real)


def test_an_address_used_twice_is_refused():
    alliance = NETWORK.alliances[0]
    doubled = replace(alliance, contact_email=alliance.businesses[0].email)
    with pytest.raises(content.ContentError, match="twice"):
        content._check_addresses(replace(NETWORK, alliances=(doubled,)))


def test_a_business_in_an_unknown_tier_is_refused():
    alliance = NETWORK.alliances[0]
    stray = replace(alliance.businesses[0], tier="platinum")
    with pytest.raises(content.ContentError, match="platinum"):
        content._check(replace(alliance, businesses=(stray, *alliance.businesses[1:])))
