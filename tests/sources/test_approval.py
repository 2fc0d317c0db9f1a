"""An editor agrees to the use of an unnamed source."""

from __future__ import annotations

import pytest
from django.test import Client

from newsroom.accounts.roles import Role
from sources.models import Source, SourceKind
from sources.services import NotUnnamed, approve_unnamed
from tests.factories import SourceFactory
from tests.roles import member_of

pytestmark = pytest.mark.django_db


def unnamed(**fields: str) -> Source:
    source: Source = SourceFactory.create(
        kind=SourceKind.UNNAMED, name="", descriptor="a port official", **fields
    )
    return source


def test_it_is_on_record_who_agreed() -> None:
    editor = member_of(Role.EDITOR)

    source = approve_unnamed(source_id=unnamed().pk, by=editor)

    assert source.approved_by == editor
    assert source.events.latest("pgh_id").pgh_context["user"] == editor.pk


def test_it_takes_an_editor_and_an_unnamed_source() -> None:
    source, named = unnamed(), SourceFactory.create()

    with pytest.raises(NotUnnamed, match="is for editors and administrators"):
        approve_unnamed(source_id=source.pk, by=member_of(Role.CHECKER))
    with pytest.raises(NotUnnamed, match="is named"):
        approve_unnamed(source_id=named.pk, by=member_of(Role.EDITOR))

    assert not Source.objects.filter(approved_by__isnull=False).exists()


def test_the_page_asks_shows_what_is_missing_and_approves_on_confirmation() -> None:
    editor, source = member_of(Role.EDITOR), unnamed(description="Peter Strand")
    client = Client()
    client.force_login(editor)
    address = f"/admin/sources/source/{source.pk}/approve"

    asked = client.get(address, follow=True)
    assert "This looks like a name: “Peter Strand”" in asked.text
    assert Source.objects.get(pk=source.pk).approved_by is None

    client.post(asked.request["PATH_INFO"])
    assert Source.objects.get(pk=source.pk).approved_by == editor


def test_whoever_saves_a_name_into_the_notes_is_warned(editor_client: Client) -> None:
    source = unnamed()
    page = editor_client.post(
        f"/admin/sources/source/{source.pk}/change/",
        {
            "kind": "unnamed",
            "name": "",
            "descriptor": source.descriptor,
            "description": "It is Peter Strand.",
            "approved_by": "1",
            **{
                f"{prefix}-{key}": 0
                for prefix in ("aliases", "affiliations")
                for key in ("TOTAL_FORMS", "INITIAL_FORMS")
            },
        },
        follow=True,
    )

    assert "This looks like a name: “Peter Strand”" in page.text
    source.refresh_from_db()
    assert source.description == "It is Peter Strand.", "a warning refuses nothing"
    assert source.approved_by is None, "nobody approves by typing a name into a form"
