"""A paid member, an open invoice, and keys of programs."""

import pytest

from alliance.services import keys
from alliance.tenancy.scope import in_alliance
from members.models import Invoice, Payment
from tests.factories import members as make
from tests.members.api import INVOICES, MEMBERS, PAYMENTS
from tests.members.reading import on


@pytest.fixture
def make_key(oak_street, ada):
    """`make_key("money:read")`: the header of a key with this scope."""

    def make_one(*scopes: str, alliance=oak_street, by=ada) -> dict[str, str]:
        with in_alliance(alliance):
            _key, secret = keys.make_key(name="A program", scopes=list(scopes), days=30, by=by)
        return {"authorization": f"Bearer {secret}"}

    return make_one


@pytest.fixture
def member(oak_street, bakery, ben):
    """The bakery's membership, paid from 10 March 2026 on."""
    with in_alliance(oak_street):
        with on("2026-03-10"):
            membership = make.a_membership(business=bakery, tier=make.a_tier(name="Corner shop"))
        make.a_paid_term(membership, "2026-03-10")
    return membership


@pytest.fixture
def invoice(oak_street, member) -> Invoice:
    """$120 for the year after, in four parts, issued on 1 February 2027."""
    with in_alliance(oak_street), on("2027-02-01"):
        return make.an_invoice(membership=member, parts=4)


@pytest.fixture
def paths(oak_street, invoice) -> dict[str, str]:
    with in_alliance(oak_street):
        payment = Payment.objects.get()
    return {
        "members": MEMBERS,
        "member": f"{MEMBERS}{invoice.membership_id}/",
        "invoices": INVOICES,
        "invoice": f"{INVOICES}{invoice.pk}/",
        "payments": PAYMENTS,
        "payment": f"{PAYMENTS}{payment.pk}/",
    }
