"""Which of our fields a heading means, as other systems and people write it.

The names are those of MemberClicks, Wild Apricot, ChamberMaster and GrowthZone,
Neon, Salesforce, and of plain spreadsheets. For each field the surest come
first: a column goes where it fits best, and each field is filled by one.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

_WORDS = re.compile(r"[^0-9a-z]+")

_SAID: dict[str, str] = {
    "slug": "address on this site, address here, slug",
    "trade_name": (
        "trade name, dba, doing business as, dba name, business name, company name, "
        "organization name, organisation name, member company, company, organization, "
        "organisation, business, account name, account, member organization, employer, "
        "shop name, store name, display name, listing name, member name, member, name"
    ),
    "legal_name": (
        "legal name, legal business name, registered name, legal entity, company legal name, "
        "company name, organization name, company, account name, business name, organization"
    ),
    "segment": (
        "kind of business, segment, business type, industry, primary category, category, sector, "
        "business category, type of business, primary industry, line of business"
    ),
    "categories": (
        "what exactly, categories, directory categories, subcategory, sub category, tags, "
        "keywords, quicklink categories, secondary category, specialties"
    ),
    "blurb": (
        "about, description, short description, business description, blurb, summary, bio, "
        "listing description, company description, profile, about us"
    ),
    "founded_year": (
        "founded, year founded, founded in, established, year established, year started, since"
    ),
    "size_band": (
        "people who work there, employees, number of employees, no of employees, staff, "
        "full time employees, size, team size, company size, ft employees, of employees"
    ),
    "street": (
        "street, physical address 1, physical address line 1, physical address, street address, "
        "address 1, address line 1, business address, billing street, address, mailing street, "
        "full street address, full street address f, mailing address 1, mailing address, "
        "shipping street, location"
    ),
    "city": (
        "city, physical city, town, billing city, mailing city, shipping city, address city, "
        "city town, municipality"
    ),
    "neighbourhood": "neighbourhood, neighborhood, district, quarter, area",
    "region": (
        "state or region, state, physical state, state province, billing state, province, region, "
        "billing state province, mailing state, mailing state province, st, address state, county"
    ),
    "postal_code": (
        "postal code, zip, zip code, physical postal code, physical zip, zip postal code, "
        "postcode, billing zip postal code, billing postal code, mailing zip postal code, "
        "mailing postal code, mailing zip, address zip"
    ),
    "latitude": "latitude, lat, geo latitude, billing latitude",
    "longitude": "longitude, lng, lon, long, geo longitude, billing longitude",
    "at_location_since": "at this place since, at location since, location since, moved in",
    "phone": (
        "phone, business phone, main phone, company phone, account phone, phone number, "
        "telephone, tel, work phone, phone 1, office phone, primary phone, mobile, cell, "
        "cell phone, contact phone"
    ),
    "email": (
        "e mail, business email, company email, main email, organization email, general email, "
        "email, email address, e mail address, email 1, primary email, account email, mail"
    ),
    "website": (
        "website, web site, url, web address, website url, web, homepage, home page, "
        "company website, internet, site"
    ),
    "contact_first": (
        "contact first name, rep first name, primary contact first name, first name, firstname, "
        "first, given name, preferred name, forename"
    ),
    "contact_last": (
        "contact last name, rep last name, primary contact last name, last name, lastname, last, "
        "surname, family name"
    ),
    "contact_name": (
        "contact, contact name, primary contact, primary contact name, contact person, rep name, "
        "representative, primary rep, main contact, full name, owner, owner name, "
        "full name f, first name last name, name"
    ),
    "contact_email": (
        "contact e mail, contact email, primary contact email, rep email, representative email, "
        "owner email, contact email address, member email, personal email, billing email"
    ),
    "contact_kind": "contact s part, contact role, contact type, rep type",
    "tier": (
        "tier, membership level, membership type, member type, membership tier, level, "
        "membership name, membership package, package, membership category, dues category, "
        "membership, plan, type"
    ),
    "dues": (
        "dues, annual dues, dues amount, membership dues, membership fee, annual fee, fee, "
        "membership cost, cost, amount, price, amount paid, rate, total dues, membership amount"
    ),
    "relief": "relief, hardship, discount reason",
    "joined_on": (
        "member since, join date, joined, joined on, date joined, membership since, enrolled, "
        "membership enrollment date, enrollment date, original join date, join, start, "
        "customer since, member start date"
    ),
    "paid_from": (
        "paid from, membership start date, term start date, term start, period start, start date, "
        "valid from, current term start, renewed on, last renewed, renewal date last changed"
    ),
    "paid_until": (
        "paid until, paid through, paid thru, paid to, expiration date, expires, expiry date, "
        "expiry, expires on, expiration, membership expiration date, membership expires, "
        "term end date, term end, valid until, valid to, end date, renewal due, renewal date, "
        "renewal due date, next renewal, due date, dues paid through, membership end date"
    ),
    "paid_on": (
        "paid on, payment date, date paid, last payment date, last payment, paid date, "
        "dues paid date"
    ),
    "status": (
        "standing, membership status, member status, status, account status, active, state of "
        "membership, is active"
    ),
}


def folded(heading: str) -> str:
    """Small letters and digits with single spaces, without accents: `E-Mail *` → e mail."""
    bare = unicodedata.normalize("NFKD", heading.casefold())
    return _WORDS.sub(" ", "".join(c for c in bare if not unicodedata.combining(c))).strip()


_RANKS: dict[str, dict[str, int]] = {}
for _field, _names in _SAID.items():
    for _rank, _name in enumerate(_names.split(",")):
        _RANKS.setdefault(folded(_name), {}).setdefault(_field, _rank)
# Second choices: where the first field is filled already, a "Name" is a person's.
_FURTHER = {"legal_name": 6, "contact_name": 10}


def is_known(heading: str) -> bool:
    """Whether some system calls a column so."""
    return folded(heading) in _RANKS


def guess(headings: Sequence[str], labels: Mapping[str, str] | None = None) -> dict[int, str]:
    """Column → field, each field once; `labels` are our own names for them, which win."""
    own = {folded(label): field for field, label in (labels or {}).items()}
    fits: list[tuple[int, int, str]] = []
    for column, heading in enumerate(headings):
        # Under a merged heading it reads "Contact: First name".
        for further, words in enumerate(dict.fromkeys((heading, heading.rpartition(": ")[2]))):
            name = folded(words)
            if name in own:
                fits.append((-1, column, own[name]))
            for field, rank in _RANKS.get(name, {}).items():
                fits.append((rank + 20 * further + _FURTHER.get(field, 0), column, field))
    found: dict[int, str] = {}
    for _rank, column, field in sorted(fits):
        if column not in found and field not in found.values():
            found[column] = field
    return found
