"""The command that opens an alliance and invites its director."""

import pytest
from django.core.management import CommandError, call_command

from alliance.models import Alliance, OutboxMessage, Person, Seat
from alliance.tenancy.scope import in_alliance


def test_opens_an_alliance_and_invites_its_director(neighbour, capsys):
    call_command(
        "open_alliance", "Elm Street", "elm-street", "Maria@example.org", "Maria", place="Elmwood"
    )

    elm = Alliance.objects.get(slug="elm-street")
    assert (elm.name, elm.place, elm.network) == (
        "Elm Street",
        "Elmwood",
        neighbour.alliance.network,
    )
    with in_alliance(elm):
        seats = [(s.person.email, s.role) for s in Seat.objects.select_related("person")]
        mail = [(m.template, m.to) for m in OutboxMessage.objects.all()]
    assert seats == [("maria@example.org", "owner")]
    assert mail == [("staff/email/invited", "maria@example.org")]
    assert "http://elm-street.commonweal.test" in capsys.readouterr().out


def test_a_taken_address_opens_nothing(oak_street):
    with pytest.raises(CommandError, match="already exists"):
        call_command("open_alliance", "Oak Again", "oak-street", "maria@example.org", "Maria")

    assert list(Alliance.objects.values_list("name", flat=True)) == ["Oak Street Alliance"]
    assert not Person.objects.filter(email="maria@example.org").exists()
