"""The director changes how the alliance shows itself; nobody else does, nowhere else."""

import pytest

from alliance.models import Alliance, AuditEntry
from alliance.services.places import change_alliance
from alliance.tenancy.scope import in_alliance

FORM = {
    "name": "Oak Street Alliance",
    "tagline": "Shops that know your name",
    "about": "We began in **1998**.",
    "place": "Oakland",
    "postal_address": "1 Oak Street",
    "contact_email": "hello@oak-street.example",
    "timezone": "America/Los_Angeles",
    "accent_hue": "150",
}


def test_the_director_changes_words_and_colour(oak_street, ada, neighbour, visit):
    before = Alliance.objects.filter(pk=neighbour.alliance.pk).values().get()
    page = visit(oak_street, ada)

    answer = page.post("/staff/settings/", FORM)

    assert (answer.status_code, answer["Location"]) == (302, "/staff/settings/")
    home = page.get("/").content.decode()
    assert "Shops that know your name" in home
    assert "<strong>1998</strong>" in home
    assert page.get("/brand.css").content == b":root{--accent-hue:150;--accent-chroma:0.12}\n"
    with in_alliance(oak_street):
        entry = AuditEntry.objects.get(action="alliance.changed")
        assert (entry.seat, entry.detail) == (
            ada,
            {"fields": ["about", "accent_hue", "place", "postal_address", "tagline"]},
        )
    assert Alliance.objects.filter(pk=neighbour.alliance.pk).values().get() == before


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("timezone", "Mars/Olympus", "is not a time zone"),
        ("contact_email", "nobody", "valid email"),
        ("accent_hue", "999", "valid choice"),
        ("name", "", "required"),
        ("tagline", "x" * 201, "at most 200"),
    ],
)
def test_a_value_that_does_not_fit_is_told_at_its_field_and_changes_nothing(
    oak_street, ada, visit, field, value, words
):
    before = Alliance.objects.filter(pk=oak_street.pk).values().get()

    answer = visit(oak_street, ada).post("/staff/settings/", FORM | {field: value})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Alliance.objects.filter(pk=oak_street.pk).values().get() == before


def test_only_the_director_comes_here(oak_street, cleo, dan, visit):
    assert visit(oak_street, cleo).get("/staff/settings/").status_code == 404
    assert visit(oak_street, dan).get("/staff/settings/").status_code == 404


def test_address_and_state_are_not_the_directors_to_change(oak_street, ada):
    with in_alliance(oak_street), pytest.raises(ValueError, match="slug, state"):
        change_alliance(alliance=oak_street, by=ada, slug="elm-street", state="archived")
