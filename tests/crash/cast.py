"""One alliance with one open drive, made in a fresh database: `python -m tests.crash.cast`."""

import json

import django


def main() -> None:
    django.setup()
    from alliance.models import Network, Person, Role
    from alliance.services.places import open_alliance
    from alliance.services.seats import give_seat
    from alliance.tenancy.scope import in_alliance
    from members.models import RepresentativeKind
    from members.services.businesses import add_representative
    from tests.factories import pledges as make

    alliance = open_alliance(
        network=Network.objects.create(name="Main Streets"),
        name="Oak Street Alliance",
        slug="oak-street",
        contact_email="hello@oak-street.example",
        timezone="America/Los_Angeles",
    )
    with in_alliance(alliance):
        ada = Person.objects.create_user(email="ada@example.org", password=None, name="Ada")
        ben = Person.objects.create_user(email="ben@example.org", password=None, name="Ben")
        director = give_seat(person=ada, role=Role.OWNER, by=None)
        business = make.a_business(trade_name="Ben's Bakery", slug="bens-bakery")
        owner = add_representative(
            business=business, person=ben, by=None, kind=RepresentativeKind.OWNER
        ).seat
        drive = make.an_open_drive(business=business, by=owner, reviewer=director)
        path = drive.get_absolute_url()
    print(json.dumps({"host": alliance.host, "path": path}))


if __name__ == "__main__":
    main()
