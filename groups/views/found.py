"""Groups and members by their address, as far as the visitor may know of them; 404 else."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme

from alliance.models import Seat
from groups.models import Group, GroupMember
from groups.queries import access, pages, powers


def listed(request: HttpRequest, slug: str) -> Group:
    """A group whose name the visitor may know: all but others' circles."""
    groups = access.listed_groups(request.seats).select_related("space")  # type: ignore[attr-defined]
    return get_object_or_404(groups, slug=slug)


def readable(request: HttpRequest, slug: str) -> Group:
    """A group whose topics the visitor may read."""
    groups = access.readable_groups(request.seats).select_related("space")  # type: ignore[attr-defined]
    return get_object_or_404(groups, slug=slug)


def kept(request: HttpRequest, slug: str) -> tuple[Group, Seat]:
    """A group that the visitor looks after, and the seat with which they do."""
    group = get_object_or_404(Group.objects.select_related("space"), slug=slug)
    seat = powers.keeper(request.seats, group)  # type: ignore[attr-defined]
    if seat is None:
        raise Http404
    return group, seat


def own_seat(request: HttpRequest) -> Seat:
    """The seat with which the visitor takes part in groups."""
    seat = access.seat_in(request.seats)  # type: ignore[attr-defined]
    if seat is None:
        raise Http404
    return seat


def own_row(request: HttpRequest, group: Group) -> GroupMember | None:
    """The visitor's live row in the group."""
    return access.member_of(group, request.seats)  # type: ignore[attr-defined]


def asking(group: Group, member_id: UUID) -> GroupMember:
    """Somebody who asks to join this group."""
    return get_object_or_404(pages.asking(group).select_related("group"), pk=member_id)


def back(request: HttpRequest, otherwise: str) -> str:
    """Where `next` leads, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # A line end would break the answer's header.
    return wanted if is_ours and wanted.startswith("/") and wanted.isprintable() else otherwise
