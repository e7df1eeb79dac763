"""How far is said: miles where people think in miles, else kilometres."""

from alliance.models import Alliance

KM_PER_MILE = 1.609344
# The United States and the United Kingdom, told by their money.
_MILES = frozenset({"USD", "GBP"})


def uses_miles(alliance: Alliance) -> bool:
    return alliance.currency in _MILES


def in_km(distance: float, alliance: Alliance) -> float:
    """A distance in the alliance's unit as kilometres."""
    return distance * KM_PER_MILE if uses_miles(alliance) else distance


def in_words(km: float, alliance: Alliance) -> str:
    """ "0.4 mi", "12 km": one digit after the point up to ten."""
    distance, unit = (km / KM_PER_MILE, "mi") if uses_miles(alliance) else (km, "km")
    return f"{distance:.1f} {unit}" if distance < 10 else f"{distance:.0f} {unit}"
