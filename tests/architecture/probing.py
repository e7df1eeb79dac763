"""Trying every address with somebody else's ids, and comparing with ids that nobody has."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from alliance import links
from alliance.access import MATRIX
from alliance.models import Alliance, AllianceKey, JobProgress, OutboxMessage, Role, Seat
from alliance.services import files, jobs, keys, outbox
from alliance.tenancy.models import tenant_models
from alliance.tenancy.scope import in_alliance
from directory.content import Content
from directory.models import Appeal, CountKind, Ownership, Referral, Revocation, Sponsorship
from directory.queries.keeping import kept_of
from directory.services import attestations, corrections, listings, photos
from directory.urls.own import PAGES
from gatherings.services import calendar_links, invitations, letters
from ledger.models import Account, Entry, Line
from ledger.services import post
from lending.models import Lender, LenderSeat, Loan, LoanApplication, LoanOffer, LoanPayment
from members.models import (
    Application,
    Business,
    Checkout,
    DocumentKind,
    DocumentSeries,
    ImportRun,
    Membership,
    Representative,
    StripeEvent,
    Tier,
)
from members.queries.memberships import today
from members.services import (
    application_links,
    applications,
    checkouts,
    library,
    pay_links,
    stripe_accounts,
    volunteers,
)
from members.services.numbers import next_number
from moderation.models import Appeal as CaseAppeal
from moderation.models import CaseAuthor, Decision, Flag
from pledges.models import Pledge, PledgeDrive, PointOfSale, Redemption, VelocityFlag, WayIn
from pledges.services import letters as letters_to_pledgers
from pledges.services import pledges as pledge_services
from pledges.services import points_of_sale, redemptions, transfers
from tests.architecture.addresses import Address, addresses
from tests.architecture.community import furnish_community
from tests.directory.pictures import a_photo
from tests.factories import gatherings
from tests.factories import lending as loans
from tests.factories.directory import a_listed_business
from tests.factories.ledger import dues
from tests.factories.members import (
    a_draft_application,
    a_membership,
    a_payment,
    an_application,
    an_invoice,
)

CANARY = "CANARY"
# PROBES=all tries every method and role with more ids and queries: over 30,000 probes, for a
# nightly run.
EVERYTHING = os.environ.get("PROBES") == "all"
METHODS = ("get", "post", "head", "put", "patch", "delete", "options")[: 7 if EVERYTHING else 2]
MANY = 3 if EVERYTHING else 1
# A value for each parameter that nobody has; the same shape as the real one.
NOBODYS = {
    "slug": "nobodys-slug",
    "group": "nobodys-group",
    "uuid": "019a0000-0000-7000-8000-000000000000",
    "str": "nobodys-secret-nobody",
    "int": "999999999",
    "day": "2031-02-03",
    "message_id": "0" * 32,
}


# What stands in an address and is the same for everybody.
NAMES_NO_ROW = {
    "sitemap_part/name",
    "sitemap_part/number",
    "moderation:flag/key",
    "moderation_staff:open_case/key",
}


@dataclass
class House:
    """An alliance's objects: `ours` by parameter and address, `all` by the kind of value."""

    alliance: Alliance
    ours: dict[str, str]
    all: dict[str, list[str]]
    key_secret: str


def fill(address: Address, values: dict[str, str]) -> str:
    """The address with its placeholders filled, by "name/parameter" or by the parameter."""
    found = address.path
    for name in address.parameters:
        value = values.get(f"{address.name}/{name}") or values[name]
        found = re.sub(rf"<(?:\w+:)?{name}>|\(\?P<{name}>[^)]*\)", value, found, count=1)
    return found


def kind_of(address: Address, parameter: str) -> str:
    """Which values fit: slug, uuid, str, int, or a message's name."""
    found = re.search(rf"<(\w+):{parameter}>", address.path)
    return found[1] if found else parameter


def furnish(alliance: Alliance) -> House:
    """An object for every address that takes one; expects a drive and seats to be there."""
    with in_alliance(alliance):
        drive = PledgeDrive.objects.get()
        owner = Seat.objects.filter(role="owner").first()
        member = drive.made_by
        assert owner is not None
        assert member is not None
        pledge = Pledge.objects.first() or _pledge(drive)
        claim = Redemption.objects.first() or redemptions.claim(
            pledge=pledge, purchase_minor=18_00, way_in=WayIn.CODE, by=member
        )
        till = PointOfSale.objects.first()
        if till is None:
            till, _secret = points_of_sale.make(business=drive.business, name="Till", by=member)
        flag = VelocityFlag.objects.first() or VelocityFlag.objects.create(
            drive=drive, redemption=claim, reason="same_amount"
        )
        key, secret = keys.make_key(
            name="Widget",
            scopes=[
                "gatherings:read",
                "groups:read",
                "ledger:read",
                "loans:read",
                "members:read",
                "money:read",
                "money:write",
                "pledges:read",
            ],
            days=9,
            by=owner,
        )
        job = jobs.start(title="Pledges", total=1, by=owner)
        jobs.finish(job=job, result="name\nEve\n", result_name="pledges.csv")
        letter = outbox.enqueue(
            key="dead", template="letter", to="x@example.com", context={}, confirmed=True
        )
        OutboxMessage.objects.filter(pk=letter.pk).update(dead_at=timezone.now())
        representative = Representative.objects.get(seat=member)
        membership = Membership.objects.first() or a_membership(business=drive.business)
        joining = _joining(membership.tier, by=owner)
        entry = post(dues("furnished"), by=owner)
        account = entry.lines.first().account
        token = {"pledge": str(pledge.pk), "version": pledge.version}
        confirm = links.sign(pledge_services.CONFIRM, token)
        change = links.sign(pledge_services.CHANGE, token | {"amount": 300_00})
        ours = {
            "key_id": str(key.pk),
            "message_id": str(letter.pk),
            "demo:message/message_id": "1" * 32,
            "demo:message_html/message_id": "1" * 32,
            "job_id": str(job.pk),
            "seat_id": str(member.pk),
            "slug": drive.slug,
            "business_slug": drive.business.slug,
            **_shop_window(),
            "representative_id": str(representative.pk),
            "tier_id": str(membership.tier_id),
            "membership_id": str(membership.pk),
            **joining,
            **_cards(membership, by=owner),
            **_dues(membership),
            **_together(drive, by=owner),
            **_gathering(drive, by=owner),
            **_listed(drive.business, by=owner, member=member),
            **_lent(drive, by=owner, member=member),
            **furnish_community(drive.slug, by=owner, member=member, words=_once(alliance)),
            "entry_id": str(entry.pk),
            "api-entry-detail/pk": str(entry.pk),
            "account_id": str(account.pk),
            "api-account-detail/pk": str(account.pk),
            "pledge_id": str(pledge.pk),
            "redemption_id": str(claim.pk),
            **_receipt(pledge),
            "point_of_sale_id": str(till.pk),
            "flag_id": str(flag.pk),
            "pk": str(pledge.pk),
            "api-redemption-detail/pk": str(claim.pk),
            "secret": pledge.card_secret,
            "pledges:confirm/token": confirm,
            "pledges:change/token": change,
            **_passing(drive, pledge),
            "mfa_remove_webauthn/pk": "1",
            "mfa_edit_webauthn/pk": "1",
        }
        ids = [
            str(pk)
            for model in (
                Account, AllianceKey, Application, Business, Entry, JobProgress, Membership,
                Lender, LenderSeat, Loan, LoanApplication, LoanOffer, LoanPayment,
                OutboxMessage, Pledge, PledgeDrive, Redemption, Representative, Seat, Tier,
            )
            for pk in model.objects.values_list("pk", flat=True)[:MANY]
        ]  # fmt: skip
        everything = {
            "uuid": [*ids, str(alliance.pk)],
            "slug": [drive.slug, drive.business.slug],
            "group": [ours["groups:group/slug"]],
            "str": [pledge.card_secret, pledge.code, confirm, change, pledge.card_digest],
            "int": [ours["groups:topic/number"]],
            "day": [ours["day"]],
            "message_id": ["1" * 32],
        }
    return House(alliance, ours, everything, secret)


def _passing(drive: PledgeDrive, pledge: Pledge) -> dict[str, str]:
    """The private link, as it was before the drive opened; an offer; a link that stops letters."""
    digest = links.digest(drive.private_secret)
    PledgeDrive.objects.filter(pk=drive.pk).update(private_digest=digest)
    offer = transfers.offer(pledge=pledge, name="Friend", email=f"f-{drive.slug}@example.com")
    stops = {"drive": str(drive.pk), "email": "a@b.example"}
    return {
        "pledges:private/secret": drive.private_secret,
        "pledges:passed/token": links.sign(transfers.PASS_ON, {"transfer": str(offer.pk)}),
        "pledges:stop_letters/token": links.sign(letters_to_pledgers.STOP, stops),
    }


def _pledge(drive: PledgeDrive) -> Pledge:
    from tests.factories import pledges as make

    return make.an_active_pledge(drive)


def _receipt(pledge: Pledge) -> dict[str, str]:
    """A purchase with a photo, for the addresses that show one."""
    photo = files.store(name="r.webp", content=b"photo", content_type="image/webp", by=None)
    shown = Redemption.objects.create(
        pledge=pledge,
        drive=pledge.drive,
        purchase_minor=1,
        amount_minor=1,
        currency="USD",
        way_in=WayIn.RECEIPT,
        photo=photo,
        confirm_due_at=timezone.now(),
    )
    names = ("pledges:receipt_photo", "pledges:till_photo", "pledges_staff:photo")
    return {f"{name}/redemption_id": str(shown.pk) for name in names}


# Addresses whose slug is a listing's.
KINDS = tuple(f"directory:count_{kind}" for kind in CountKind.values)
LISTING = (
    *KINDS,
    *(f"directory:{name}" for name in ("listing", "correction", "poster", "card", "contact",
                                       "qr", "count_pixel")),
    "api-listing-detail",
)  # fmt: skip


def _shop_window() -> dict[str, str]:
    """A public listing, and the parts of addresses that are nobody's."""
    slug = f"listed-{uuid4().hex[:8]}"
    a_listed_business(slug=slug, content=Content(is_open_data=True))
    return {
        **{f"{name}/slug": slug for name in LISTING},
        "sitemap_part/name": "listings",
        "sitemap_part/number": "1",
    }


def _joining(tier: Tier, *, by: Seat) -> dict[str, str]:
    """An application that was asked something, a draft, and the links of both."""
    draft = a_draft_application(tier, trade_name="Draft", email="draft@example.com")
    asked = applications.request_info(application=an_application(tier), question="Who?", by=by)
    question = asked.steps.get(to_state="info_requested")
    urls = {
        "join_confirm": application_links.confirm_url(draft),
        "join_answer": application_links.answer_url(asked, question),
        "join_status": application_links.status_url(asked),
    }
    tokens = {f"members:{name}/token": url.split("/")[-2] for name, url in urls.items()}
    return {"application_id": str(asked.pk), **tokens}


def _gathering(drive: PledgeDrive, *, by: Seat) -> dict[str, str]:
    """A gathering that the drive's business hosts, somebody who comes and somebody who asks."""
    # On a day of its own: the neighbour's must be nobody's here.
    made = gatherings.a_gathering(
        by=by,
        title=f"Supper {drive.slug}",
        business=drive.business,
        starts_on=gatherings.in_days(len(drive.alliance.slug)),
    )
    date = gatherings.date_of(made)
    coming = gatherings.an_rsvp(date, f"comes-{drive.slug}@example.com", name="Comes")
    asking = gatherings.an_asked(date, f"asks-{drive.slug}@example.com", name="Asks")
    token = {"rsvp": str(asking.pk), "version": asking.version}
    link = calendar_links.link_of(person=by.person)
    return {
        **{
            f"{address.name}/slug": made.slug
            for address in addresses("alliance.urls")
            if address.name.startswith("gatherings") or address.name.startswith("api-gathering")
        },
        "day": date.original_day.isoformat(),
        "rsvp_id": str(coming.pk),
        "gatherings:confirm/token": links.sign(letters.CONFIRM, token),
        "gatherings:stop_invitations/token": links.sign(invitations.STOP, {"email": "a@b.example"}),
        "gatherings:my_calendar/secret": link.secret,
        **{f"gatherings:{name}/secret": coming.secret for name in ("rsvp", "withdrawal", "entry")},
        "api-occurrence-detail/pk": str(date.pk),
    }


# Sealed, or once for each claim or case: no second one can be written with a canary in it.
SEALED = (
    Account, Entry, Line, Revocation, Appeal, CaseAuthor, Flag, Decision, CaseAppeal,
)  # fmt: skip


def _cards(membership: Membership, *, by: Seat) -> dict[str, str]:
    """Visits to Stripe that are over, their links, and news that somebody has to look at."""
    stripe_accounts.connect(secret_key="rk_test_probing00", webhook_secret="whsec_probing00", by=by)
    invoice = an_invoice(membership=membership)
    pays = Checkout.objects.create(key="pays", invoice=invoice, amount_minor=1, state="paid")
    keeps = Checkout.objects.create(
        key="keeps", membership=membership, amount_minor=0, saves_card=True, state="paid"
    )
    news = StripeEvent.objects.create(
        external_id="evt_1", type="refund.failed", payload={}, dead_at=timezone.now()
    )
    own = ("own_card_visit", "own_card_thanks", "own_card_unsaved")
    backs = ("card_back", "card_back_unpaid")
    return {
        "checkout_id": str(pays.pk),
        "event_id": str(news.pk),
        **{f"members:{name}/checkout_id": str(keeps.pk) for name in own},
        "token": pay_links.token(invoice),
        **{f"members:{name}/secret": checkouts.return_secret(pays.pk) for name in backs},
    }


def _together(drive: PledgeDrive, *, by: Seat) -> dict[str, str]:
    """A text of the library, a shift to come with somebody on it, hours, and an import."""
    text = library.write(title=f"Guide {drive.slug}", topic="law", body="Ask.", by=by)
    guide = library.publish(resource=text, by=by)
    begins = timezone.now() + timedelta(days=2)
    shift = volunteers.plan_shift(
        title="Stall", starts_at=begins, ends_at=begins + timedelta(hours=2), by=by
    )
    hours = volunteers.log_hours(seat=by, on=today(), minutes=60, what="Letters")
    file = files.store(name="a.csv", content=b"Name\nA", content_type="text/csv", by=by)
    run = ImportRun.objects.create(
        file=file, seat=by, state="mapping", columns=["Name"], counts={"rows": 1}
    )
    shelf = ("members:resource", "members:resource_file", "members_staff:edit_resource",
             "members_staff:publication", "members_staff:withdrawal")  # fmt: skip
    statements = ("members:own_statement", "members:own_statement_job", "members_staff:statement",
                  "members_staff:statement_job")  # fmt: skip
    return {
        **{f"{name}/slug": guide.slug for name in shelf},
        **{f"{name}/slug": drive.business.slug for name in statements},
        "shift_id": str(shift.pk),
        "hours_id": str(hours.pk),
        "run_id": str(run.pk),
    }


def _listed(business: Business, *, by: Seat, member: Seat) -> dict[str, str]:
    """A listing with a photograph, a claim revoked and appealed, and what visitors said."""
    photo = photos.add(business=business, content=a_photo(), words="Window", by=member)
    written = kept_of(business).written
    version = listings.publish(business=business, content=written, by=member)
    said = attestations.Claim(Ownership.PRIVATE, 100, True, 1)
    claim = attestations.claim(business=business, said=said, by=member)
    attestations.confirm_for_alliance(claim=claim, by=by)
    # What no second row can say, the neighbour's says from the start.
    reason = _once(business.alliance)
    revocation = attestations.revoke(claim=claim, reason=reason, by=by)
    appeal = attestations.appeal(revocation=revocation, words=reason, by=member)
    correction = corrections.send(business=business, words="It is closed on Mondays.")
    referral = Referral.objects.create(business=business, wanted="Bread", seat=by)
    sponsorship = Sponsorship.objects.create(
        business=business, words="Bread", starts_on=today(), ends_on=today()
    )
    pages = ("", *(f"_{name}" for _end, _view, name in PAGES))
    return {
        **{f"directory_staff:listing{page}/slug": business.slug for page in pages},
        "version_id": str(version.pk),
        "photo_id": str(photo.pk),
        "claim_id": str(claim.pk),
        "appeal_id": str(appeal.pk),
        "correction_id": str(correction.pk),
        "referral_id": str(referral.pk),
        "sponsorship_id": str(sponsorship.pk),
    }


def _once(alliance: Alliance) -> str:
    """What is said where no second row can be written with a canary in it."""
    return CANARY if alliance.slug == "mill-lane" else "Sold to a chain."


def _lent(drive: PledgeDrive, *, by: Seat, member: Seat) -> dict[str, str]:
    """A lender with somebody who speaks for it, a loan that is being repaid, and an application."""
    lender = loans.a_lender(name=f"Bank of {drive.alliance.slug}")
    place = LenderSeat.objects.get(seat=loans.a_lender_seat(lender, f"Lena-{drive.alliance.slug}"))
    loan = loans.a_written_loan(drive, lender=lender, by=member)
    payment = loans.a_payment(loan, 10_00, by=by)
    asked = loans.a_written_application(drive, by=member, state="approved")
    asked.sharings.create(lender=lender, shared_by=member)
    offer = loans.a_written_offer(asked, lender=lender, by=place.seat, state="open")
    staff = addresses("alliance.urls")
    return {
        "loan_id": str(loan.pk),
        "payment_id": str(payment.pk),
        "offer_id": str(offer.pk),
        "lender_id": str(lender.pk),
        "place_id": str(place.pk),
        **{
            f"{address.name}/application_id": str(asked.pk)
            for address in staff
            if address.name.startswith("lending")
        },
        "api-loan-detail/pk": str(loan.pk),
        "api-lender-detail/pk": str(lender.pk),
    }


def _dues(membership: Membership) -> dict[str, str]:
    """What members' money is found by; its numbers are no neighbour's."""
    for kind in (DocumentKind.INVOICE, DocumentKind.RECEIPT):
        next_number(kind, year=today().year)
    apart = 100 * len(membership.alliance.slug)
    DocumentSeries.objects.update(last=F("last") + apart)
    payment = a_payment(invoice=an_invoice(membership=membership))
    return {
        "number": payment.invoice.number,
        "members_staff:give_back/number": payment.number,
        "api-tier-detail/pk": str(membership.tier_id),
        "api-member-detail/pk": str(membership.pk),
        "api-invoice-detail/pk": str(payment.invoice_id),
        "api-invoice-payments/pk": str(payment.invoice_id),
        "api-payment-detail/pk": str(payment.pk),
    }


def plant_canaries(alliance: Alliance) -> int:
    """Writes CANARY into every text of every row; how many texts. Rows that cannot be edited
    are written once more, with it."""
    count = 0
    with in_alliance(alliance):
        # Nothing is added to a sealed entry; a new one has it in its words.
        post(dues("canary", memo=f"{CANARY} in the books of Gus"), by=None)
        for model in tenant_models():
            if model in SEALED:
                continue
            for row in list(model.objects.all()):
                texts = {f.name: value for f in _texts(model) if (value := _canary(f, count))}
                if not texts:
                    continue
                if model.append_only:
                    row.pk, row._state.adding = uuid4(), True
                    # A line's place, a paper's and a version's number are given once.
                    for name in {"position", "sequence", "number"} & row.__dict__.keys():
                        if isinstance(getattr(row, name), int):
                            setattr(row, name, getattr(row, name) + 1000)
                for name, value in texts.items():
                    setattr(row, name, value)
                row.save(force_insert=model.append_only)
                count += len(texts)
    return count


# Looked up by the addresses, or read by machines: a canary there would hide the row.
KEPT = {
    "card_digest",
    "counts",
    # Said by points of sale alone; a purchase that people entered has none.
    "event_id",
    "digest",
    "to_digest",
    "request_digest",
    "template",
    "language",
    "scopes",
    "timezone",
    "repeats",
    # A truth box is figures alone.
    "truth",
}


def _texts(model: type[models.Model]) -> Iterator[models.Field]:  # type: ignore[type-arg]
    for each in model._meta.local_fields:
        short = isinstance(each, models.CharField) and (each.max_length or 99) < 8
        if not each.choices and not short and each.name not in KEPT:
            yield each


def _canary(each: Any, number: int) -> Any:
    if isinstance(each, models.EmailField):
        return f"{CANARY.lower()}{number}@example.com"
    if isinstance(each, models.URLField):
        return f"https://{CANARY.lower()}{number}.example/"
    if isinstance(each, models.SlugField):
        return f"{CANARY.lower()}-{number}"
    if isinstance(each, models.CharField | models.TextField):
        return f"{CANARY[:5]}{number:03x}" if each.max_length == 8 else f"{CANARY} {number}"
    if isinstance(each, models.JSONField):
        return {"note": f"{CANARY} {number}"}
    if isinstance(each, ArrayField):
        return [f"{CANARY} {number}"]
    return None


@dataclass
class Report:
    """How many addresses were tried, and what came out that should not."""

    probes: int = 0
    leaks: list[str] = field(default_factory=list)


BODY = {
    "reason": "No reason", "decision": "counts", "amount": "18.50", "other_amount": "",
    "code": "K7QX2M9P", "name": "Somebody", "days": "9", "scopes": "pledges:read",
    "form_key": "once", "email": "somebody@example.net", "display": "full", "consent": "on",
    "title": "Another oven", "version": "1",
}  # fmt: skip
# What two answers may differ in: one request's own marks, and the value that was asked for;
# and the islands' clock, which sounds like our canary.
OWN_MARKS = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|name="form_key" value="[^"]*"'
    r'|"instance": ?"[^"]*"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{8}\b'
    r"|Atlantic/Canary"
)


def seen(response: HttpResponse, *values: str) -> tuple[int, str, str]:
    """Status, place and body of an answer without what is the request's own."""
    body = b"" if response.streaming else response.content
    texts = [response.get("Location", ""), body.decode(errors="replace")]
    for value in values:
        # In an address a token's colons are written otherwise.
        for written in (value, quote(value)):
            texts = [text.replace(written, "THE-VALUE") for text in texts]
    return response.status_code, OWN_MARKS.sub("", texts[0]), OWN_MARKS.sub("", texts[1])


def leaks_in(text: str, canaries: tuple[str, ...]) -> list[str]:
    low = text.lower()
    return [word for word in (CANARY.lower()[:5], *map(str.lower, canaries)) if word in low]


Identities = dict[str, Client]


def all_of(address: Address, identities: Identities) -> Identities:
    """Everybody tries every door."""
    return identities


def whoever_may(address: Address, identities: Identities) -> Identities:
    """One who comes through the address's door: a program, the seat it asks for, or a member."""
    access = address.access or "public"
    if access.startswith("api:"):
        return {"our key": identities["our key"]}
    roles = MATRIX[access].roles if access in MATRIX else frozenset({Role.MEMBER})
    who = "ben" if Role.MEMBER in roles else "ada"
    return {who: identities[who]}


def probe(
    ours: House,
    theirs: House,
    identities: Identities,
    *,
    methods: tuple[str, ...],
    who_tries: Callable[[Address, Identities], Identities] = all_of,
) -> Report:
    """Every address with a parameter × identity × method × each foreign value that fits."""
    report = Report()
    canaries = tuple(theirs.all["uuid"][:-1])
    for address in addresses("alliance.urls"):
        for parameter in address.parameters:
            if f"{address.name}/{parameter}" in NAMES_NO_ROW:
                continue
            kind = kind_of(address, parameter)
            nobodys = ours.ours | {f"{address.name}/{parameter}": NOBODYS[kind]}
            right = theirs.ours.get(f"{address.name}/{parameter}") or theirs.ours[parameter]
            trying = who_tries(address, identities)
            for turn, (who, client) in enumerate(trying.items()):
                # The right kind of value for everybody; the others in turns, each to somebody.
                others = theirs.all[kind]
                dealt = others if EVERYTHING else others[turn :: max(len(trying), 5)]
                values = list(dict.fromkeys([right, *dealt]))
                for method in methods:
                    where = f"/{fill(address, nobodys)}"
                    data = BODY if method == "post" else None
                    missing = seen(getattr(client, method)(where, data), NOBODYS[kind])
                    report.probes += 1
                    for value in values:
                        filled = ours.ours | {f"{address.name}/{parameter}": value}
                        response = getattr(client, method)(f"/{fill(address, filled)}", data)
                        found = seen(response, value)
                        report.probes += 1
                        label = f"{method} {address.name} {parameter}={value} as {who}"
                        if found != missing or found[0] >= 500:
                            report.leaks.append(f"{label}: {found[0]}, missing is {missing[0]}")
                        if words := leaks_in(found[1] + found[2], canaries):
                            report.leaks.append(f"{label}: shows {words}")
    return report


def read_everything(
    ours: House,
    theirs: House,
    identities: Identities,
    who_tries: Callable[[Address, Identities], Identities] = all_of,
) -> Report:
    """Every address of ours, with foreign values in the query: no canary in any answer."""
    report = Report()
    canaries = tuple(theirs.all["uuid"][:-1])
    cursor = _cursor_of(theirs)
    queries: list[dict[str, str]] = [
        *([{}, {"drive": theirs.ours["pledge_id"], "q": "gus@"}] if EVERYTHING else []),
        {
            "q": "gus",
            "to": "@example.com",
            "drive": theirs.ours["slug"],
            "state": "active",
            "after": cursor,
            "cursor": cursor,
            "page": "1",
            "page_size": "100",
            "alliance": str(theirs.alliance.pk),
            "alliance_id": str(theirs.alliance.pk),
        },
    ]
    for address in addresses("alliance.urls"):
        for who, client in who_tries(address, identities).items():
            for query in queries:
                response = client.get(f"/{fill(address, ours.ours)}", query)
                # A slug or id of theirs may be said again to whoever said it.
                said = [value for value in query.values() if value in theirs.ours.values()]
                status, place, body = seen(response, *said)
                report.probes += 1
                if status >= 500:
                    report.leaks.append(f"get {address.name} as {who}: {status}")
                if words := leaks_in(place + body, canaries):
                    report.leaks.append(f"get {address.name} {query} as {who}: {status} {words}")
    return report


def _cursor_of(house: House) -> str:
    from alliance.pages import _write

    return _write(timezone.now() + timedelta(days=1), UUID(house.ours["pledge_id"]))
