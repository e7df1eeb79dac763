"""/api/v1/honour/: the record of pledges kept, for anyone."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alliance.api.permissions import AnyoneMayRead
from alliance.tenancy.scope import current_alliance
from pledges.honour import DriveRecord, Running, Tally, record


class TallySerializer(serializers.Serializer[Tally]):
    """Pledges whose term has ended: `pledges = kept + in_part + not_kept + withdrawn`."""

    pledges = serializers.IntegerField()
    kept = serializers.IntegerField(help_text="Honoured in full.")
    in_part = serializers.IntegerField(source="partly", help_text="Something was bought, not all.")
    not_kept = serializers.IntegerField(source="unkept", help_text="Nothing was bought.")
    withdrawn = serializers.IntegerField(help_text="Taken back by the customer.")
    released = serializers.IntegerField(
        help_text="Released by a drive that ended; not among the pledges here."
    )
    pledged_minor = serializers.IntegerField()
    honoured_minor = serializers.IntegerField()
    honour = serializers.SerializerMethodField(
        help_text="What was bought of what was pledged, 0 to 1; null where nothing was pledged."
    )

    @extend_schema_field({"type": "number", "nullable": True, "minimum": 0, "maximum": 1})
    def get_honour(self, tally: Tally) -> float | None:
        return None if tally.permille is None else tally.permille / 1000


class YearSerializer(serializers.Serializer[Any]):
    """A calendar year in which terms ended, or could have."""

    year = serializers.IntegerField()
    ended = TallySerializer()


class RunningSerializer(serializers.Serializer[Running]):
    """Pledges whose term is not over."""

    pledges = serializers.IntegerField()
    in_full = serializers.IntegerField(help_text="Honoured in full before their term is over.")
    pledged_minor = serializers.IntegerField()
    honoured_minor = serializers.IntegerField()
    withdrawn = serializers.IntegerField(help_text="Withdrawn before; not among the pledges here.")
    released = serializers.IntegerField(help_text="Released before; not among the pledges here.")


class DriveHonourSerializer(serializers.Serializer[DriveRecord]):
    """One drive's part of it."""

    slug = serializers.SlugField(source="drive.slug")
    business = serializers.CharField(source="drive.business.trade_name")
    url = serializers.SerializerMethodField(help_text="The drive's page.")
    ended = TallySerializer()
    running = RunningSerializer()

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, one: DriveRecord) -> str:
        return current_alliance().url(one.drive.get_absolute_url())


class HonourSerializer(serializers.Serializer[Any]):
    """Amounts in minor units of the currency. No year: no term has ended yet."""

    currency = serializers.CharField()
    years = YearSerializer(many=True)
    total = TallySerializer()
    running = RunningSerializer()
    drives = DriveHonourSerializer(many=True)


class HonourView(APIView):
    """What became of the alliance's pledges, by year and by drive."""

    permission_classes = (AnyoneMayRead,)

    @extend_schema(summary="Pledges kept, by year", auth=[], responses=HonourSerializer)
    def get(self, request: Request) -> Response:
        """GET /api/v1/honour/."""
        found = record()
        told = {
            "currency": current_alliance().currency,
            "years": [{"year": year, "ended": ended} for year, ended in found.years.items()],
            "total": found.total,
            "running": found.running,
            "drives": found.drives,
        }
        return Response(HonourSerializer(told).data)
