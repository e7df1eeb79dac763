"""A listing in the words of schema.org, with the most specific type that is true of it."""

from typing import Any

from alliance.tenancy.scope import current_alliance
from directory.content import Hours, SpecialDay
from directory.queries.profile import Profile, ShownPlace

# By category, as members write it in the alliance's language; the first that is known counts.
TYPES = {
    "accounting": "AccountingService",
    "architecture": "ProfessionalService",
    "auto repair": "AutoRepair",
    "bakery": "Bakery",
    "bar": "BarOrPub",
    "barbecue": "Restaurant",
    "barber": "HairSalon",
    "beauty": "BeautySalon",
    "bicycles": "BicycleStore",
    "bookkeeping": "AccountingService",
    "bookshop": "BookStore",
    "brewery": "Brewery",
    "building materials": "HardwareStore",
    "butcher": "GroceryStore",
    "café": "CafeOrCoffeeShop",
    "children": "ChildCare",
    "chiropractic": "MedicalBusiness",
    "cider": "Winery",
    "cinema": "MovieTheater",
    "clothing": "ClothingStore",
    "coffee": "CafeOrCoffeeShop",
    "comics": "BookStore",
    "dentist": "Dentist",
    "diner": "Restaurant",
    "distillery": "Distillery",
    "doughnuts": "Bakery",
    "electrician": "Electrician",
    "electronics": "ElectronicsStore",
    "eye care": "Optician",
    "eyewear": "Optician",
    "fishmonger": "GroceryStore",
    "florist": "Florist",
    "furniture": "FurnitureStore",
    "gallery": "ArtGallery",
    "garden": "GardenStore",
    "gifts": "Store",
    "greengrocer": "GroceryStore",
    "grocery": "GroceryStore",
    "gym": "ExerciseGym",
    "hair": "HairSalon",
    "hardware": "HardwareStore",
    "heating": "HVACBusiness",
    "housewares": "HomeGoodsStore",
    "ice cream": "IceCreamShop",
    "insurance": "InsuranceAgency",
    "laundry": "DryCleaningOrLaundry",
    "law": "LegalService",
    "locksmith": "Locksmith",
    "moving": "MovingCompany",
    "music": "MusicStore",
    "notary": "Notary",
    "painting": "HousePainter",
    "pets": "PetStore",
    "pharmacy": "Pharmacy",
    "pizza": "Restaurant",
    "plants": "GardenStore",
    "plumbing": "Plumber",
    "real estate": "RealEstateAgent",
    "records": "MusicStore",
    "restaurant": "Restaurant",
    "roofing": "RoofingContractor",
    "shoes": "ShoeStore",
    "sports": "SportingGoodsStore",
    "tattoo": "TattooParlor",
    "theatre": "PerformingArtsTheater",
    "toys": "ToyStore",
    "winery": "Winery",
    "yoga": "ExerciseGym",
}
OF_SEGMENT = {
    "food": "FoodEstablishment",
    "retail": "Store",
    "health": "HealthAndBeautyBusiness",
    "trades": "HomeAndConstructionBusiness",
    "professional": "ProfessionalService",
}
# What a word means depends on who says it: a shop for children's things minds no children.
SHOPS = frozenset(kind for kind in TYPES.values() if kind.endswith("Store"))
ONLY_IN = {"ChildCare": "services"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def type_of(segment: str, categories: tuple[str, ...]) -> str:
    """The most specific type: by category where one fits the segment, else by the segment."""
    for category in categories:
        kind = TYPES.get(category.lower(), "")
        is_shop = kind in SHOPS
        if kind and ONLY_IN.get(kind, segment) == segment and (not is_shop or segment == "retail"):
            return kind
        if kind == "GroceryStore" and segment == "food":
            return kind
    return OF_SEGMENT.get(segment, "LocalBusiness")


def local_business(profile: Profile) -> dict[str, Any]:
    """The business as a LocalBusiness of its own type; further places stand under `location`."""
    url = current_alliance().url
    main, *others = profile.places
    return {
        "@type": type_of(profile.segment, profile.categories),
        "@id": profile.url,
        "name": profile.name,
        "description": profile.blurb,
        "url": profile.url,
        "sameAs": [profile.website] if profile.website else [],
        "image": [url(shot.large) for shot in profile.pictures],
        "telephone": profile.phone,
        "email": profile.email,
        "knowsLanguage": list(profile.language_codes),
        **_where(main),
        "location": [
            {"@type": "Place", "name": place.name or profile.name, "telephone": place.phone}
            | _where(place)
            for place in others
        ],
        "memberOf": {
            "@type": "Organization",
            "name": current_alliance().name,
            "url": url(),
        },
    }


def breadcrumbs(crumbs: list[tuple[str, str]]) -> dict[str, Any]:
    """(name, absolute address) from the front door to this page."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": url}
            for number, (name, url) in enumerate(crumbs, start=1)
        ],
    }


def _where(place: ShownPlace) -> dict[str, Any]:
    found: dict[str, Any] = {
        "address": {
            "@type": "PostalAddress",
            "streetAddress": place.street,
            "addressLocality": place.city,
            "addressRegion": place.region,
            "postalCode": place.postal_code,
        },
        "openingHoursSpecification": _hours(place.hours),
    }
    # A point without its street is rounded: good enough for distance, not for a map's pin.
    if place.street and place.latitude is not None:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": place.latitude,
            "longitude": place.longitude,
        }
    return found


def _hours(hours: Hours) -> list[dict[str, Any]]:
    week = [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": f"https://schema.org/{DAYS[span.weekday]}",
            "opens": _time(span.opens),
            "closes": _time(span.closes),
        }
        for span in hours.week
    ]
    return week + [_special(day) for day in hours.special]


def _special(day: SpecialDay) -> dict[str, Any]:
    """A day that is closed opens and closes at midnight."""
    return {
        "@type": "OpeningHoursSpecification",
        "validFrom": day.on.isoformat(),
        "validThrough": day.on.isoformat(),
        "opens": _time(day.opens or 0),
        "closes": _time(day.closes or 0),
    }


def _time(minutes: int) -> str:
    hour, minute = divmod(minutes % 1440, 60)
    # A whole day ends at its last minute: "00:00" would be its beginning.
    return "23:59" if minutes == 1440 else f"{hour:02}:{minute:02}"
