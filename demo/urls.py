"""Addresses of the demo, on the alliances' sites and on the network's."""

from django.urls import path, re_path

from demo import views

app_name = "demo"
MESSAGE = r"^mail/(?P<message_id>[0-9a-f]{32})/"

urlpatterns = [
    path("mail/", views.mail, name="mail"),
    path("mail.json", views.mail_json, name="mail_json"),
    re_path(rf"{MESSAGE}$", views.message, name="message"),
    re_path(rf"{MESSAGE}html/$", views.message_html, name="message_html"),
]
