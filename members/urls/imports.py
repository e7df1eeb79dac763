"""Spreadsheets in and out."""

from django.urls import URLPattern, path

from members.services.member_exports import KINDS
from members.views import imports, member_exports

RUN = "import/<uuid:run_id>/"

public: list[URLPattern] = []
staff: list[URLPattern] = [
    path("import/", imports.imports, name="imports"),
    path("import/members.csv", imports.template, name="import_template"),
    path(RUN, imports.one_import, name="import"),
    path(f"{RUN}words/", imports.words, name="import_words"),
    path(f"{RUN}answers/", imports.answers, name="import_answers"),
    path(f"{RUN}invitations/", imports.invite, name="import_invitations"),
    path(f"{RUN}rows-that-stayed-out.csv", imports.rejected, name="import_rejected"),
    *(
        path(f"{RUN}{step}/", imports.move, {"step": step}, name=f"import_{step}")
        for step in ("commit", "undo", "columns", "drop")
    ),
    path("export/members/", member_exports.export, name="export"),
    *(
        path(
            f"export/members.{kind}",
            member_exports.start_export,
            {"kind": kind},
            name=f"export_{kind}",
        )
        for kind in KINDS
    ),
]
