"""The demo at start; installed only where DEMO is set."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo network and the page of the mail that it has sent."""

    name = "demo"
