"""Import runs and rejections in the admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from newsroom.imports.admin import SHOWN_CHARACTERS
from newsroom.imports.models import RejectionReason
from tests.factories import (
    DeliveryFactory,
    ImportRunFactory,
    OutletFactory,
    RejectionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

REJECTIONS = "/admin/imports/rejection/"
RUNS = "/admin/imports/importrun/"


class TestRejections:
    def test_the_item_is_shown_as_text(self, editor_client: Client) -> None:
        rejection = RejectionFactory.create(payload=b"\xff<script>alert(1)</script>")

        page = editor_client.get(f"{REJECTIONS}{rejection.pk}/change/")

        assert "\N{REPLACEMENT CHARACTER}&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
        assert "<script>alert(1)" not in page.text

    def test_a_long_item_is_cut_and_says_so(self, editor_client: Client) -> None:
        # Four bytes each: the cut must not fall into a character.
        rejection = RejectionFactory.create(payload="🌊".encode() * (SHOWN_CHARACTERS + 5))

        page = editor_client.get(f"{REJECTIONS}{rejection.pk}/change/")

        assert "🌊" * SHOWN_CHARACTERS in page.text
        assert "🌊" * (SHOWN_CHARACTERS + 1) not in page.text
        assert "\N{REPLACEMENT CHARACTER}" not in page.text
        assert f"Its first {SHOWN_CHARACTERS:,} characters" in page.text

    def test_an_item_that_was_not_kept_whole_says_so(self, editor_client: Client) -> None:
        rejection = RejectionFactory.create(payload=b"x" * 10, size=99_000_000)

        page = editor_client.get(f"{REJECTIONS}{rejection.pk}/change/")

        assert "Too large to be kept whole" in page.text

    def test_an_empty_item_says_so(self, editor_client: Client) -> None:
        rejection = RejectionFactory.create(payload=b"", reason=RejectionReason.EMPTY)

        page = editor_client.get(f"{REJECTIONS}{rejection.pk}/change/")

        assert "Nothing: the item was empty." in page.text

    def test_the_whole_item_is_downloaded_as_bytes_that_no_browser_opens(
        self, editor_client: Client
    ) -> None:
        payload = bytes(range(256)) * 100
        rejection = RejectionFactory.create(payload=payload, origin="/in/<b>.html")

        page = editor_client.get(f"{REJECTIONS}{rejection.pk}/change/")
        item = editor_client.get(f"{REJECTIONS}{rejection.pk}/item/")

        assert f"{REJECTIONS}{rejection.pk}/item/" in page.text
        assert item.content == payload
        assert item.headers["Content-Type"] == "application/octet-stream"
        assert item.headers["Content-Disposition"] == (
            f'attachment; filename="rejection-{rejection.pk}.bin"'
        )
        assert item.headers["X-Content-Type-Options"] == "nosniff"

    def test_a_download_needs_the_permission_to_view(self) -> None:
        rejection = RejectionFactory.create()
        user = UserFactory.create(is_staff=True)
        client = Client()
        client.force_login(user)

        assert client.get(f"{REJECTIONS}{rejection.pk}/item/").status_code == 403

        user.user_permissions.add(Permission.objects.get(codename="view_rejection"))
        assert client.get(f"{REJECTIONS}{rejection.pk}/item/").status_code == 200

    def test_a_download_of_what_is_not_there_is_not_found(self, editor_client: Client) -> None:
        assert editor_client.get(f"{REJECTIONS}999999/item/").status_code == 404

    def test_the_list_does_not_read_the_items(self, editor_client: Client) -> None:
        RejectionFactory.create()

        (row,) = editor_client.get(REJECTIONS).context["cl"].result_list

        assert "payload" in row.get_deferred_fields()

    def test_they_can_be_narrowed_to_a_reason_and_to_an_outlet(self, editor_client: Client) -> None:
        wanted = RejectionFactory.create(reason=RejectionReason.BAD_DATE)
        RejectionFactory.create(reason=RejectionReason.BAD_DATE)
        RejectionFactory.create(run=wanted.run)

        page = editor_client.get(
            REJECTIONS,
            {"reason__exact": "bad_date", "run__outlet__id__exact": wanted.run.outlet_id},
        )

        assert [one.pk for one in page.context["cl"].result_list] == [wanted.pk]


class TestRuns:
    def test_a_run_leads_to_what_it_rejected_and_to_what_it_brought(
        self, editor_client: Client
    ) -> None:
        run = ImportRunFactory.create(seen=2, created=1, rejected=1)
        RejectionFactory.create(run=run)
        DeliveryFactory.create(run=run)
        RejectionFactory.create()
        DeliveryFactory.create()

        page = editor_client.get(f"{RUNS}{run.pk}/change/")

        for model in ("rejection", "delivery"):
            link = f"/admin/imports/{model}/?run__id__exact={run.pk}"
            assert link in page.text
            assert editor_client.get(link).context["cl"].result_count == 1

    def test_a_run_that_rejected_nothing_offers_no_link(self, editor_client: Client) -> None:
        run = ImportRunFactory.create()

        page = editor_client.get(f"{RUNS}{run.pk}/change/")

        assert f"?run__id__exact={run.pk}" not in page.text

    def test_runs_are_found_by_outlet(self, editor_client: Client) -> None:
        outlet = OutletFactory.create()
        run = ImportRunFactory.create(outlet=outlet)
        ImportRunFactory.create()

        page = editor_client.get(RUNS, {"outlet__id__exact": outlet.pk})

        assert [one.pk for one in page.context["cl"].result_list] == [run.pk]


@pytest.mark.parametrize("key", ["x", "1x", "9" * 30])
def test_an_address_that_names_no_rejection_is_not_found(editor_client: Client, key: str) -> None:
    form = {"_form_submitted": "on", "corrected": "{}"}
    assert editor_client.get(f"{REJECTIONS}{key}/correct/").status_code < 500
    for action in ("retry", "correct"):
        assert editor_client.post(f"{REJECTIONS}{key}/{action}/", form).status_code == 404
