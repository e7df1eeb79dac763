"""`manage.py load_demo`: the demo network, as far as it is not there yet."""

import gc
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from demo import loader


class Command(BaseCommand):
    """Safe to repeat: an alliance that stands is left alone."""

    help = "Loads the demo network's three alliances, and writes its logins to STATE_DIR/demo.json."

    def handle(self, *args: Any, **options: Any) -> None:
        settings.STATE_DIR.mkdir(parents=True, exist_ok=True)
        # A short life in which nearly everything is kept: looking for what can be
        # thrown away takes a sixth of the time and finds next to nothing.
        gc.disable()
        loaded = loader.load(state_dir=settings.STATE_DIR)
        for slug in loaded.made:
            self.stdout.write(f"{slug}: loaded")
        for slug in loaded.kept:
            self.stdout.write(f"{slug}: there already")
        gc.enable()
