"""A draft's stewards and the staff find what is missing before it opens; nobody else finds it."""

import re

import pytest

from alliance.models import Role, Seat
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from groups.models import Group
from groups.queries import opening
from groups.services import groups
from tests.factories import groups as make

pytestmark = pytest.mark.usefixtures("theirs", "bakers")
ROW = re.compile(r"<li>.*?</li>", re.S)


@pytest.fixture
def draft(oak_street, ada, fay) -> Group:
    """A group on request without a purpose, that Fay will facilitate."""
    with in_alliance(oak_street):
        group = make.a_draft(by=ada, name="Potters", slug="potters", kind="request", purpose="")
        make.a_steward(group, Role.FACILITATOR, person=fay.person)
    return group


def panel(browser, path: str) -> list[tuple[str, str, str]]:
    """What the panel lists: what, where it leads, how it stands."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    _before, _mark, rest = answer.content.decode().partition('aria-labelledby="opening"')
    rows = ROW.findall(rest.partition("</section>")[0])
    return [
        (
            label(row),
            (re.search(r'href="([^"]+)"', row) or ["", ""])[1],
            (re.search(r'class="badge[^>]*>([^<]+)<', row) or ["", ""])[1].strip(),
        )
        for row in rows
    ]


def label(row: str) -> str:
    """A row's first words."""
    words = re.sub(r"<svg.*?</svg>", "", row, flags=re.S)
    found = re.search(r">\s*([A-Z][^<]+?)\s*<", words)
    return found[1] if found else ""


SETTINGS = "/groups/potters/settings/"
STAFF = "/staff/groups/potters/"
MISSING = [
    ("A purpose", f"{SETTINGS}#id_purpose", "missing"),
    ("Agreements", f"{SETTINGS}agreements/", "there"),
    ("A custodian", "", "missing"),
    ("A facilitator", "", "there"),
    ("Questions", f"{SETTINGS}#id_questions", "if you like"),
]


def for_staff(rows):
    """The same with the way to ask people."""
    asked = ("A custodian", "A facilitator")
    return [(what, f"{STAFF}#ask" if what in asked else url, how) for what, url, how in rows]


def test_stewards_and_staff_see_what_is_missing_with_the_way_there(
    visit, oak_street, ada, fay, draft
):
    for path in ("/groups/potters/", SETTINGS, f"{SETTINGS}agreements/"):
        assert panel(visit(oak_street, fay), path) == MISSING, path
        assert panel(visit(oak_street, ada), path) == for_staff(MISSING), path
    assert panel(visit(oak_street, ada), STAFF) == for_staff(MISSING)
    for target in (SETTINGS, f"{SETTINGS}agreements/"):
        assert visit(oak_street, fay).get(target).status_code == 200
    settings = visit(oak_street, fay).get(SETTINGS).content
    assert settings.count(b'id="id_purpose"') == settings.count(b'id="id_questions"') == 1
    assert visit(oak_street, ada).get(STAFF).content.count(b'id="ask"') == 1


def test_the_list_of_groups_leads_those_who_look_after_a_draft_to_it(
    visit, oak_street, ada, ben, fay, tess, draft
):
    there = b'href="/groups/potters/settings/"'
    for who, finds in ((ada, True), (fay, True), (ben, False), (tess, False)):
        page = visit(oak_street, who).get("/groups/").content
        assert (there in page, b"Not open yet" in page) == (finds, finds), who
        assert visit(oak_street, who).get(SETTINGS).status_code == (200 if finds else 404)


def test_a_ready_draft_is_opened_by_staff(visit, oak_street, ada, fay, draft):
    with in_alliance(oak_street):
        groups.change_group(group=draft, purpose="For those who throw pots.", by=ada)
        make.a_steward(draft, Role.CUSTODIAN)
    button = b'action="/staff/groups/potters/open/"'
    for path in ("/groups/potters/", STAFF):
        assert button in visit(oak_street, ada).get(path).content
    page = visit(oak_street, fay).get("/groups/potters/").content
    assert (button in page, b"It can open" in page) == (False, True)
    assert visit(oak_street, ada).post("/staff/groups/potters/open/").status_code == 302
    for who in (ada, fay):
        assert b"It can open" not in visit(oak_street, who).get("/groups/potters/").content
    assert b"Not open yet" not in visit(oak_street, fay).get("/groups/").content


def test_which_drafts_somebody_looks_after(oak_street, theirs, ada, ben, fay, tess, draft):
    with in_alliance(theirs.alliance):
        make.a_draft(slug="theirs")
    with in_alliance(oak_street):
        other = make.a_draft(by=ada, name="Tanners", slug="tanners", kind="circle")
        held = list(Seat.objects.live().filter(person=fay.person_id))
        found = {
            who: [group.slug for group in opening.drafts_of(seats)]
            for who, seats in (
                ("ada", [ada]), ("fay", held), ("ben", [ben]), ("tess", [tess]),
                ("everywhere", [make.a_steward(None, Role.CUSTODIAN).seat]), ("nobody", []),
            )
        }  # fmt: skip
        assert other.slug == "tanners"
    assert found == {
        "ada": ["potters", "tanners"],
        "fay": ["potters"],
        "ben": [],
        "tess": [],
        "everywhere": [],
        "nobody": [],
    }


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.VOLUNTEER])
def test_who_may_only_look_finds_what_is_missing_and_no_link(visit, oak_street, draft, role):
    with in_alliance(oak_street):
        seat = give_seat(person=make.a_person("Lena"), role=role, by=None)
    browser = visit(oak_street, seat)
    assert panel(browser, STAFF) == [(what, "", stands) for what, _url, stands in MISSING]
    assert browser.get(SETTINGS).status_code == 404
