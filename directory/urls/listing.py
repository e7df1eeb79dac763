"""One listing as the public sees it."""

from django.urls import URLPattern, path

from directory.models import CountKind
from directory.views import count, listing

public: list[URLPattern] = [
    path("directory/<slug:slug>/", listing.listing, name="listing"),
    path("directory/<slug:slug>/correction/", listing.correction, name="correction"),
    path("directory/<slug:slug>/poster/", listing.poster, name="poster"),
    path("directory/<slug:slug>/card.png", listing.card, name="card"),
    path("directory/<slug:slug>/contact.vcf", listing.contact, name="contact"),
    path("directory/<slug:slug>/qr.svg", listing.qr, name="qr"),
    path("directory/<slug:slug>/count/view.gif", count.pixel, name="count_pixel"),
    *(
        path(f"directory/<slug:slug>/count/{kind}/", count.count, {"kind": kind}, f"count_{kind}")
        for kind in CountKind.values
    ),
]
