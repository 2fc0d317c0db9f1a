"""What the database refuses of sources, names, roles and archived copies."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils import timezone

from sources.models import Affiliation, Alias, Snapshot, SnapshotState, Source, SourceKind
from tests.database import refused_by
from tests.factories import (
    AffiliationFactory,
    AliasFactory,
    EvidenceFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NAMED = [kind for kind in SourceKind if kind != SourceKind.UNNAMED]


def unnamed(**fields: Any) -> Source:
    return SourceFactory.create(
        **{
            "kind": SourceKind.UNNAMED,
            "name": "",
            "descriptor": "a European official",
            **fields,
        }
    )


# -- sources ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", NAMED)
def test_a_named_source_has_a_name_and_nothing_of_an_unnamed_one(kind: SourceKind) -> None:
    source = SourceFactory.create(kind=kind, name="Ana Lund")

    for wrong in (
        {"name": ""},
        {"descriptor": "an official"},
        {"anonymity_reason": "not authorised to speak"},
        {"basis_of_knowledge": "was in the room"},
        {"approved_by": UserFactory.create()},
    ):
        with refused_by("source_named_or_described"):
            Source.objects.filter(pk=source.pk).update(**wrong)


def test_an_unnamed_source_has_a_descriptor_and_no_name() -> None:
    source = unnamed(
        anonymity_reason="not authorised to speak",
        basis_of_knowledge="was in the room",
        approved_by=UserFactory.create(),
    )

    for wrong in ({"name": "Ana Lund"}, {"descriptor": ""}):
        with refused_by("source_named_or_described"):
            Source.objects.filter(pk=source.pk).update(**wrong)


def test_an_unnamed_source_has_no_field_for_its_identity() -> None:
    """Whoever adds a field to sources has to think about this list."""
    assert {field.name for field in Source._meta.concrete_fields} == {
        "id",
        "kind",
        "name",
        "description",
        "url",
        "descriptor",
        "anonymity_reason",
        "basis_of_knowledge",
        "offers",
        "approved_by",
        "merged_into",
        "created_at",
    }


def test_a_source_does_not_become_unnamed_or_named_by_a_slip() -> None:
    named, nameless = SourceFactory.create(), unnamed()

    with refused_by("source_named_or_described"):
        Source.objects.filter(pk=named.pk).update(kind=SourceKind.UNNAMED)
    with refused_by("source_named_or_described"):
        Source.objects.filter(pk=nameless.pk).update(kind=SourceKind.PERSON)


def test_a_source_is_of_a_known_kind() -> None:
    with refused_by("source_kind_known"):
        SourceFactory.create(kind="ghost")


def test_a_source_in_use_is_not_deleted() -> None:
    source = SourceFactory.create()
    EvidenceFactory.create(source=source)

    with pytest.raises(ProtectedError):
        source.delete()


def test_a_source_is_shown_by_its_name_or_descriptor() -> None:
    assert str(Source(name="Ana Lund")) == "Ana Lund"
    assert str(Source(kind=SourceKind.UNNAMED, descriptor="an official")) == "an official"


# -- names ------------------------------------------------------------------------------------


def test_a_name_is_stored_with_the_form_in_which_it_is_compared() -> None:
    alias = AliasFactory.create(name="Núñez, J.")

    assert Alias.objects.get(pk=alias.pk).normalised == "nunez j"
    assert str(alias) == "Núñez, J."


def test_a_changed_name_is_compared_in_its_new_form() -> None:
    alias = AliasFactory.create(name="Ana Lund")

    alias.name = "Ana Berg"
    alias.save(update_fields=["name"])

    assert Alias.objects.get(pk=alias.pk).normalised == "ana berg"


def test_a_source_has_each_name_once() -> None:
    alias = AliasFactory.create(name="Ana Lund")

    with refused_by("alias_once_per_source"):
        AliasFactory.create(source=alias.source, name="ANA  LUND")
    assert AliasFactory.create(name="Ana Lund").source != alias.source


@pytest.mark.parametrize("name", ["", "?!", " "])
def test_a_name_without_a_letter_or_figure_is_none(name: str) -> None:
    with refused_by("alias_not_empty"):
        AliasFactory.create(name=name)


def test_a_name_written_past_the_model_is_refused() -> None:
    with refused_by("alias_not_empty"):
        Alias.objects.bulk_create([Alias(source=SourceFactory.create(), name="Ana Lund")])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("?!", "at least one letter"),
        ("ﷺ" * 40, "no more than 300"),  # 40 characters that are compared as 720
        ("ANA  LUND", "has this name already"),
    ],
)
def test_forms_say_in_words_what_is_wrong_with_a_name(name: str, message: str) -> None:
    alias = AliasFactory.create(name="Ana Lund")
    other = Alias(source=alias.source, name=name)

    with pytest.raises(ValidationError, match=message):
        # As a model form does it, which leaves out what nobody may edit.
        other.full_clean(exclude={"normalised"})


def test_a_name_may_be_saved_again_as_it_is() -> None:
    alias = AliasFactory.create(name="Ana Lund")

    alias.full_clean(exclude={"normalised"})
    alias.full_clean()


def test_forms_refuse_to_name_an_unnamed_source() -> None:
    with pytest.raises(ValidationError, match="no names"):
        Alias(source=unnamed(), name="Ana Lund").full_clean()


def test_a_form_for_a_source_that_is_not_saved_yet_is_checked_too() -> None:
    alias = Alias(source=Source(kind=SourceKind.PERSON, name="Ana Lund"), name="Lund")

    alias.full_clean(exclude={"source", "normalised"})

    assert alias.normalised == "lund"


def test_names_go_with_their_source() -> None:
    alias = AliasFactory.create()

    alias.source.delete()

    assert not Alias.objects.exists()


# -- roles ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (None, None),
        (date(2024, 1, 1), None),
        (None, date(2024, 1, 1)),
        (date(2024, 1, 1), date(2024, 1, 1)),
        (date(2023, 1, 1), date(2024, 1, 1)),
    ],
)
def test_a_role_is_held_for_some_time(start: date | None, end: date | None) -> None:
    assert AffiliationFactory.create(start=start, end=end).end == end


def test_a_role_does_not_end_before_it_starts() -> None:
    AffiliationFactory.create(start=date(2024, 1, 1))

    with refused_by("affiliation_ends_after_start"):
        Affiliation.objects.update(end=date(2023, 12, 31))


@pytest.mark.parametrize("field", ["title", "role", "organisation", "party", "seat"])
def test_a_role_says_at_least_one_thing(field: str) -> None:
    row = AffiliationFactory.create(title="", **{field: "X"} if field != "title" else {"role": "X"})

    with refused_by("affiliation_says_something"):
        Affiliation.objects.filter(pk=row.pk).update(
            title="", role="", organisation="", party="", seat="", as_printed="the minister"
        )


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"title": "Sen.", "party": "D", "seat": "N.C."}, "Sen. (D-N.C.)"),
        ({"title": "Minister", "organisation": "Port Ministry"}, "Minister, Port Ministry"),
        ({"role": "chair of the Budget Committee"}, "chair of the Budget Committee"),
        (
            {"title": "Defence Minister", "role": "minister", "organisation": "Ministry"},
            "Defence Minister, Ministry",
        ),
        (
            {"role": "chair of the Budget Committee", "organisation": "Budget Committee"},
            "chair of the Budget Committee",
        ),
        ({"title": "Sen.", "organisation": "Senate"}, "Sen., Senate"),
        ({"party": "D"}, "D"),
        ({"seat": "N.C."}, "N.C."),
        ({"party": "D", "seat": "N.C."}, "D-N.C."),
    ],
)
def test_a_role_is_shown_as_it_is_printed(fields: dict[str, str], shown: str) -> None:
    assert str(Affiliation(**fields)) == shown


# -- archived copies --------------------------------------------------------------------------

KEPT = {"state": SnapshotState.KEPT, "sha256": "0" * 64, "file": "snapshots/page.html"}


def test_a_kept_copy_has_file_digest_and_time() -> None:
    copy = Snapshot.objects.create(url="https://example.org/", **KEPT, taken_at=timezone.now())

    for lost in ({"sha256": ""}, {"file": ""}, {"taken_at": None}):
        with refused_by("snapshot_kept_or_not"):
            Snapshot.objects.filter(pk=copy.pk).update(**lost)


@pytest.mark.parametrize("state", [SnapshotState.PENDING, SnapshotState.FAILED])
def test_a_copy_that_is_not_kept_has_none_of_them(state: SnapshotState) -> None:
    copy = Snapshot.objects.create(url="https://example.org/", state=state)

    for early in ({"sha256": "0" * 64}, {"file": "x.html"}, {"taken_at": timezone.now()}):
        with refused_by("snapshot_kept_or_not"):
            Snapshot.objects.filter(pk=copy.pk).update(**early)


def test_a_copy_is_in_a_known_state() -> None:
    with refused_by("snapshot_kept_or_not"):
        Snapshot.objects.create(url="https://example.org/", state="lost")


def test_a_copy_that_evidence_rests_on_is_not_deleted() -> None:
    copy = Snapshot.objects.create(url="https://example.org/")
    EvidenceFactory.create(snapshot=copy)

    with pytest.raises(ProtectedError):
        copy.delete()


def test_a_copy_is_shown_by_its_address() -> None:
    assert str(Snapshot(url="https://example.org/")) == "https://example.org/"


def test_an_unnamed_source_has_no_names_that_could_give_it_away() -> None:
    nameless = SourceFactory.create(kind=SourceKind.UNNAMED, name="", descriptor="an official")

    with refused_by("unnamed_source_has_no_alias"):
        Alias.objects.bulk_create([Alias(source=nameless, name="Ana Lund", normalised="ana lund")])


def test_a_source_with_names_does_not_become_an_unnamed_one() -> None:
    named = AliasFactory.create().source

    with refused_by("source_with_alias_is_named"):
        Source.objects.filter(pk=named.pk).update(
            kind=SourceKind.UNNAMED, name="", descriptor="an official"
        )
