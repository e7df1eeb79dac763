"""Who signs in to the demo: people, their seats, and one passphrase for all of them."""

import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password, make_password

from alliance.local import state
from alliance.models import Person
from demo.content import Alliance, Network, Staff

FILE = "demo.json"
WORDS = 5


def passphrase(state_dir: Path, network: Network) -> str:
    """This installation's own: made once, kept where only its owner may read."""
    kept = state.read_json(state_dir / FILE).get("logins", {})
    for login in kept.values():
        return str(login["password"])
    names = " ".join(business.name for a in network.alliances for business in a.businesses)
    words = sorted({word.lower() for word in re.findall(r"\b[A-Za-z]{4,8}\b", names)})
    return "-".join(secrets.choice(words) for _n in range(WORDS))


def write_logins(state_dir: Path, network: Network, password: str) -> None:
    """Says who may sign in where, for people at the terminal and for scripts."""
    logins: dict[str, Mapping[str, str]] = {}
    for alliance in network.alliances:
        for person in alliance.staff:
            # The first alliance is the one that visitors are shown; its roles need no prefix.
            key = person.role
            if alliance is not network.alliances[0]:
                if person.role not in ("owner", "member"):
                    continue
                key = f"{alliance.slug}_{person.role}"
            logins[key] = {
                "email": person.email,
                "password": password,
                "alliance": alliance.slug,
            }
    state.write_private_json(
        state_dir / FILE,
        {"logins": logins, "alliances": {a.slug: a.name for a in network.alliances}},
    )


def add_person(*, name: str, email: str) -> Person:
    """The person of that address, whose inbox counts as proven; without a password at first."""
    person = Person.objects.filter(email=email).first()
    if person is None:
        person = Person.objects.create_user(email, name=name)
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def set_passphrase(alliances: tuple[Alliance, ...], password: str) -> None:
    """Lets the staff in by this passphrase, also when it is newer than the database.

    One hash for all of them: each would cost half a second, and the
    passphrase is the same anyway.
    """
    staff: list[Staff] = [person for alliance in alliances for person in alliance.staff]
    people = Person.objects.filter(email__in=[person.email for person in staff])
    known = people.values_list("password", flat=True).order_by("password").distinct()
    if len(known) != 1 or not check_password(password, known[0]):
        people.update(password=make_password(password))
