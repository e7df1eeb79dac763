"""One listing as the public sees it."""

from django.urls import URLPattern, path

from directory.views import count, listing

public: list[URLPattern] = [
    path("directory/<slug:slug>/", listing.listing, name="listing"),
    path("directory/<slug:slug>/correction/", listing.correction, name="correction"),
    path("directory/<slug:slug>/poster/", listing.poster, name="poster"),
    path("directory/<slug:slug>/card.png", listing.card, name="card"),
    path("directory/<slug:slug>/contact.vcf", listing.contact, name="contact"),
    path("directory/<slug:slug>/qr.svg", listing.qr, name="qr"),
    path("directory/<slug:slug>/count/view.gif", count.pixel, name="count_pixel"),
    path("directory/<slug:slug>/count/<slug:kind>/", count.count, name="count"),
]
