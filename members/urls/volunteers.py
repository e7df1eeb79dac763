"""Shifts and hours."""

from django.urls import URLPattern, path

from members.views import volunteers

public: list[URLPattern] = [
    path("volunteer/", volunteers.volunteer, name="volunteer"),
    path("volunteer/hours/", volunteers.log_hours, name="log_hours"),
    path("volunteer/skills/", volunteers.set_skills, name="set_skills"),
    *(
        path(f"volunteer/<uuid:shift_id>/{step}/", volunteers.sign_up, {"step": step}, name=name)
        for step, name in (("place", "shift_place"), ("leave", "shift_leave"))
    ),
]
staff: list[URLPattern] = [
    path("volunteers/", volunteers.shifts, name="shifts"),
    path("volunteers/new/", volunteers.new_shift, name="new_shift"),
    path("volunteers/<uuid:shift_id>/", volunteers.shift, name="shift"),
    path("volunteers/<uuid:shift_id>/edit/", volunteers.edit_shift, name="edit_shift"),
    path("volunteers/<uuid:shift_id>/cancellation/", volunteers.cancel_shift, name="cancel_shift"),
    path("volunteers/thanks/<uuid:seat_id>/", volunteers.thank, name="thank"),
    *(
        path(
            f"volunteers/hours/<uuid:hours_id>/{step}/",
            volunteers.settle_hours,
            {"step": step},
            name=f"hours_{step}",
        )
        for step in ("confirmation", "removal")
    ),
]
