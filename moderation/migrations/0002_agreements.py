"""Alliances that were open before this room begin with the eight agreements too."""

from typing import Any

from django.db import migrations
from django.utils import translation

from moderation.template import AGREEMENTS


def give(apps: Any, schema_editor: Any) -> None:
    """The template as the first version of each alliance that has none."""
    Alliance = apps.get_model("alliance", "Alliance")
    AgreementSet = apps.get_model("moderation", "AgreementSet")
    Agreement = apps.get_model("moderation", "Agreement")
    for alliance in Alliance.objects.order_by("pk"):
        if AgreementSet.objects.filter(alliance=alliance, space=None).exists():
            continue
        version = AgreementSet.objects.create(alliance=alliance, number=1)
        with translation.override(alliance.language):
            Agreement.objects.bulk_create(
                Agreement(
                    alliance=alliance,
                    agreement_set=version,
                    position=place,
                    title=str(item.title),
                    words=str(item.words),
                )
                for place, item in enumerate(AGREEMENTS, start=1)
            )


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
