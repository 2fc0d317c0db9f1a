"""The index of what can be found again: written by the database, filled by workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from claims.matching import index
from claims.matching.embedding import MODEL, embedder
from claims.matching.search import Filters, embedded, find
from claims.models import Claim, EmbeddingModel, MatchEntry, ModelState
from tests.database import at_once
from tests.factories import ClaimFactory, SourceFactory
from tests.matching import settle

pytestmark = pytest.mark.django_db

HARBOUR = "The harbour was dredged to 14 metres in 2024."


@pytest.fixture(autouse=True)
def _installed(db: None) -> None:
    index.install_models()


def entry(claim: Claim) -> MatchEntry:
    return MatchEntry.objects.get(claim=claim)


def test_a_claim_is_in_the_index_however_it_was_written() -> None:
    one = ClaimFactory.create(statement=HARBOUR, language="en-GB")
    (two,) = Claim.objects.bulk_create([Claim(statement="Traffic rose.", kind="quantity")])

    assert entry(one).text == HARBOUR
    assert entry(one).language == "en"
    assert entry(two).vector is None
    assert entry(two).next_attempt_at is not None


def test_embedding_fills_what_is_due_and_nothing_twice() -> None:
    claim = ClaimFactory.create(statement=HARBOUR)

    assert index.embed_due() == 1
    assert index.embed_due() == 0
    assert entry(claim).next_attempt_at is None
    assert entry(claim).vector == pytest.approx(embedder().embed([HARBOUR])[0].tolist(), abs=1e-3)


def test_a_new_wording_takes_the_old_vector_away_and_a_new_state_does_not() -> None:
    claim = ClaimFactory.create(statement=HARBOUR)
    settle()

    Claim.objects.filter(pk=claim.pk).update(state="checking")
    assert entry(claim).vector is not None
    Claim.objects.filter(pk=claim.pk).update(statement="The harbour was not dredged.")

    assert entry(claim).vector is None
    assert entry(claim).text == "The harbour was not dredged."
    assert index.embed_due() == 1


def test_the_index_follows_speaker_language_and_state() -> None:
    claim = ClaimFactory.create(statement=HARBOUR)
    speaker = SourceFactory.create()

    Claim.objects.filter(pk=claim.pk).update(speaker=speaker, language="sv", state="shelved")

    row = entry(claim)
    assert (row.speaker_id, row.language, row.open) == (speaker.pk, "sv", False)


def test_a_statement_that_cannot_be_embedded_keeps_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def picky(texts: Sequence[str]) -> list[object]:
        if "poison" in texts[0]:
            raise ValueError("cannot read this")
        return list(embedder().embed(texts))

    monkeypatch.setitem(index.MODELS, MODEL, picky)  # type: ignore[arg-type]
    bad, good = ClaimFactory.create(statement="poison"), ClaimFactory.create(statement=HARBOUR)

    index.embed_due()

    assert entry(good).vector is not None
    assert entry(bad).error == "ValueError: cannot read this"
    assert entry(bad).next_attempt_at > timezone.now()


def test_what_fails_again_and_again_is_given_up_and_can_be_retried(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    claim = ClaimFactory.create(statement=HARBOUR)
    MatchEntry.objects.update(attempts=settings.EXTRACTION_MAX_ATTEMPTS - 1)
    with monkeypatch.context() as patched:
        patched.setitem(index.MODELS, MODEL, lambda texts: 1 / 0)
        index.embed_due()
    assert entry(claim).next_attempt_at is None

    index.sweep()
    assert index.embed_due() == 0  # given up is given up
    assert entry(claim).vector is None

    call_command("embed_claims", again=True, stdout=StringIO())
    assert entry(claim).vector is not None


def test_what_takes_every_worker_down_is_given_up_and_takes_no_other_with_it(
    settings: LazySettings,
) -> None:
    """A worker that dies leaves its rows as it took them: tried once more, and due again."""
    bad, good = ClaimFactory.create(statement="poison"), ClaimFactory.create(statement=HARBOUR)
    MatchEntry.objects.filter(claim=bad).update(attempts=1)

    assert index.catch_up() == 1
    assert entry(good).vector is not None
    assert entry(bad).vector is None

    MatchEntry.objects.filter(claim=bad).update(attempts=settings.EXTRACTION_MAX_ATTEMPTS)
    assert index.embed_due() == 0
    index.sweep()

    assert list(index.given_up()) == [entry(bad)]
    assert entry(bad).error == "The worker did not report back in time."


def test_what_was_tried_before_is_tried_alone() -> None:
    for _ in range(3):
        ClaimFactory.create(statement=HARBOUR)
    MatchEntry.objects.update(attempts=1)

    assert [index.embed_due() for _ in range(4)] == [1, 1, 1, 0]
    assert not index.given_up().exists()


def test_an_entry_is_embedded_or_due_or_says_why_not() -> None:
    ClaimFactory.create()

    with pytest.raises(IntegrityError), transaction.atomic():
        MatchEntry.objects.update(next_attempt_at=None)


@pytest.fixture
def newer_model(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A model whose vectors have nothing to do with the old one's."""
    monkeypatch.setitem(
        index.MODELS, "newer", lambda texts: [vector[::-1] for vector in embedder().embed(texts)]
    )
    yield "newer"
    embedded.cache_clear()


def test_a_change_of_models_leaves_no_gap(newer_model: str) -> None:
    claims = [ClaimFactory.create(statement=HARBOUR) for _ in range(3)]

    def answers() -> set[int | None]:
        return {one.entry.claim for one in find(HARBOUR, filters=Filters(other_checks=False))}

    assert answers() == {claim.pk for claim in claims}  # by words, before any vector
    monkey = index.MODELS.pop("newer")
    settle()
    index.MODELS["newer"] = monkey
    index.sweep()  # the newer one gets its rows
    assert index.serving().name == MODEL
    assert index.embed_due(limit=2) == 2
    index.sweep()

    assert index.serving().name == MODEL
    assert answers() == {claim.pk for claim in claims}

    late = ClaimFactory.create(statement=HARBOUR)  # counts for both
    while index.embed_due():
        pass
    index.sweep()

    assert index.serving().name == "newer"
    assert answers() == {claim.pk for claim in [*claims, late]}
    assert not MatchEntry.objects.filter(model__name=MODEL).exists()
    assert EmbeddingModel.objects.get(name=MODEL).state == ModelState.RETIRED


def test_without_the_old_weights_the_new_ones_answer(newer_model: str) -> None:
    claim = ClaimFactory.create(statement=HARBOUR)
    EmbeddingModel.objects.filter(name=MODEL).update(name="of an earlier version")

    found = find(HARBOUR)

    assert [one.entry.claim for one in found] == [claim.pk]


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work() -> None:
    index.install_models()
    for number in range(6):
        ClaimFactory.create(statement=f"{HARBOUR} {number}")

    taken = at_once(lambda: index.embed_due(limit=4), lambda: index.embed_due(limit=4))

    assert sum(taken) == 6
    assert not MatchEntry.objects.filter(vector=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_processes_install_a_model_once() -> None:
    EmbeddingModel.objects.all().delete()
    ClaimFactory.create()

    at_once(index.install_models, index.install_models)

    assert EmbeddingModel.objects.count() == 1
    assert MatchEntry.objects.count() == 1


def test_the_command_says_how_far_it_is() -> None:
    ClaimFactory.create()
    output = StringIO()

    call_command("embed_claims", stdout=output)

    assert output.getvalue() == f"{MODEL} (serving): 1 of 1 embedded.\n"
