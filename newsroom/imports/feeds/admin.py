"""Feeds in the admin: how each does, and what a person may have it do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from newsroom.accounts.models import User
from newsroom.admin_base import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    ModelAdmin,
    action,
    display,
    key_in,
    label,
    shortened,
)
from newsroom.denied import denied
from newsroom.imports.feeds import services
from newsroom.imports.feeds.folders import check_folder
from newsroom.imports.feeds.models import Feed, FeedKind, FeedState
from newsroom.imports.feeds.preview import preview_feed
from newsroom.imports.models import ImportRun, ImportTrigger
from newsroom.imports.readers import READERS
from newsroom.numbers import number_in

FORMATS = [("", "told from what comes"), *((name, name) for name in sorted(READERS))]


class FeedForm(forms.ModelForm):  # type: ignore[type-arg]
    format = forms.ChoiceField(
        choices=FORMATS,
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="What is told from the content is usually right.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind = cleaned.get("kind")
        if kind == FeedKind.WEB:
            cleaned["folder"] = ""
            self._check("url", cleaned, URLValidator(schemes=["http", "https"]))
        elif kind == FeedKind.FOLDER:
            cleaned["url"] = ""
            self._check("folder", cleaned, check_folder)
        return cleaned

    def _check(self, name: str, cleaned: dict[str, Any], check: Any) -> None:
        try:
            check(cleaned.get(name, ""))
        except ValidationError as error:
            self.add_error(name, error)


class PauseForm(BaseDialogForm):  # type: ignore[misc]
    reason = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Shown to everybody who wonders why nothing comes in.",
    )


class TestForm(forms.Form):
    """What a test needs to know; the same names as in the feed's own form."""

    url = forms.CharField(label="Address", max_length=2000, widget=UnfoldAdminTextInputWidget)
    format = forms.ChoiceField(choices=FORMATS, required=False, widget=UnfoldAdminSelectWidget)
    fetches_pages = forms.BooleanField(label="Fetch the pages of summaries", required=False)

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        URLValidator(schemes=["http", "https"])(url)
        return url


@admin.register(Feed)
class FeedAdmin(ModelAdmin):
    when_empty = (
        "A feed brings stories by itself. “Test an address” shows first what would come in."
    )
    form = FeedForm
    history = True
    list_display = (
        "name_and_outlet",
        "state_label",
        "last_success",
        "last_new",
        "next_time",
        "rhythm_text",
        "problem",
    )
    list_select_related = ("outlet",)
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("outlet", AutocompleteSelectFilter),
    )
    search_fields = ("name", "url", "folder")
    search_help_text = "Name, address or folder"
    ordering = ("name",)
    sortable_by = ("name_and_outlet", "last_success", "last_new", "next_time")
    autocomplete_fields = ("outlet",)
    actions = ("fetch_these", "resume_these")
    actions_list = ("test_an_address",)
    actions_detail = ("fetch_now", "test_this", "pause_this", "resume_this", "show_runs")
    fieldsets = (
        (None, {"fields": ("name", "outlet", "kind", "url", "folder")}),
        ("How", {"fields": ("every_minutes", "jitter_percent", "format")}),
        ("Pages", {"fields": ("fetches_pages", "heeds_robots")}),
        (
            "How it does",
            {
                "fields": (
                    "state_label",
                    "paused_reason",
                    "next_at",
                    "last_success_at",
                    "last_new_at",
                    "usual",
                    "failures",
                    "last_error",
                    "moved",
                )
            },
        ),
    )
    readonly_fields = (
        "state_label",
        "paused_reason",
        "next_at",
        "last_success_at",
        "last_new_at",
        "usual",
        "failures",
        "last_error",
        "moved",
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[:-1]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the test page knows already is filled in."""
        given = super().get_changeform_initial_data(request)
        return {
            name: value for name, value in given.items() if name in FeedForm.base_fields or value
        }

    # ------------------------------------------------------------------------------- columns

    @display(description="feed", ordering="name", header=True)
    def name_and_outlet(self, feed: Feed) -> tuple[str, str]:
        return feed.name, f"{feed.outlet} · {shortened(feed.place, 60)}"

    @display(description="state")
    def state_label(self, feed: Feed) -> SafeString:
        if feed.state == FeedState.PAUSED:
            return label("paused", "danger")
        if feed.failures:
            return label(
                f"failed {feed.failures} times" if feed.failures > 1 else "failed", "warning"
            )
        if feed.is_quiet:
            return label("quiet", "warning")
        return label("active" if feed.last_success_at else "new", "success")

    @display(description="last success", ordering="last_success_at")
    def last_success(self, feed: Feed) -> str:
        return _ago(feed.last_success_at)

    @display(description="last new story", ordering="last_new_at")
    def last_new(self, feed: Feed) -> str:
        return _ago(feed.last_new_at)

    @display(description="next", ordering="next_at")
    def next_time(self, feed: Feed) -> str:
        if feed.state == FeedState.PAUSED:
            return "–"
        if feed.next_at <= timezone.now():
            return "due now"
        if feed.next_at <= timezone.now() + timedelta(minutes=1):
            return "within a minute"
        return f"in {timeuntil(feed.next_at, depth=1)}"

    @display(description="every")
    def rhythm_text(self, feed: Feed) -> str:
        hours, minutes = divmod(feed.every_minutes, 60)
        return f"{minutes} min" if not hours else f"{hours} h {minutes:02} min"

    @display(description="what is wrong")
    def problem(self, feed: Feed) -> str:
        if feed.paused_reason or feed.failures:
            return shortened(feed.paused_reason or feed.last_error)
        if feed.is_quiet:
            return (
                f"Nothing new for {timesince(feed.last_new_at, depth=1)}; usual is {_usual(feed)}."  # type: ignore[arg-type]
            )
        return f"Moved to {shortened(feed.moved_to, 80)}" if feed.moved_to else "–"

    @display(description="usual gap between new stories")
    def usual(self, feed: Feed) -> str:
        return _usual(feed) if feed.usual_gap else "not known yet"

    @display(description="has moved")
    def moved(self, feed: Feed) -> str:
        if not feed.moved_to:
            return "–"
        return f"The server says: for good to {feed.moved_to}. Change the address above."

    # ------------------------------------------------------------------------------- actions

    def has_run_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("imports.change_feed")

    @action(
        description="Fetch now",
        icon="download",
        url_path="fetch",
        permissions=["run"],
        dialog={
            "title": "Fetch this feed now?",
            "description": "A worker takes in what is new; the page of the run shows how it goes.",
            "form_class": None,
            "form_submit_text": "Fetch now",
        },
    )
    def fetch_now(self, request: HttpRequest, form: object, object_id: str) -> HttpResponse:
        run = services.request_import(
            feed_id=key_in(object_id), trigger=ImportTrigger.ADMIN, by=_person(request)
        )
        return HttpResponse(headers={"HX-Redirect": _run_page(run)})

    @action(
        description="Pause",
        icon="pause",
        url_path="pause",
        permissions=["run"],
        dialog={
            "title": "Pause this feed?",
            "description": "It is not asked any more until somebody resumes it.",
            "form_class": PauseForm,
            "form_submit_text": "Pause",
        },
    )
    def pause_this(self, request: HttpRequest, form: PauseForm, object_id: str) -> HttpResponse:
        services.pause_feed(
            feed_id=key_in(object_id), reason=form.cleaned_data["reason"], by=_person(request)
        )
        return HttpResponse(headers={"HX-Redirect": self.url_of("change", object_id)})

    @action(
        description="Resume",
        icon="play_arrow",
        url_path="resume",
        permissions=["run"],
        dialog={
            "title": "Resume this feed?",
            "description": "It is due at once, and its failures are forgotten.",
            "form_class": None,
            "form_submit_text": "Resume",
        },
    )
    def resume_this(self, request: HttpRequest, form: object, object_id: str) -> HttpResponse:
        if not services.resume_feed(feed_id=key_in(object_id), by=_person(request)):
            self.message_user(request, "This feed is active already.", messages.INFO)
        return HttpResponse(headers={"HX-Redirect": self.url_of("change", object_id)})

    @action(description="Runs", icon="history", url_path="runs", permissions=["view"])
    def show_runs(self, request: HttpRequest, object_id: str) -> HttpResponse:
        runs = reverse("admin:imports_importrun_changelist")
        return HttpResponseRedirect(f"{runs}?feed__id__exact={key_in(object_id)}")

    @action(description="Test", icon="science", url_path="test-this", permissions=["run"])
    def test_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(
            f"{reverse('admin:imports_feed_test')}?feed={key_in(object_id)}"
        )

    @action(description="Test an address", icon="science", permissions=["run"])
    def test_an_address(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:imports_feed_test"))

    @action(description="Fetch now", permissions=["run"])
    def fetch_these(self, request: HttpRequest, queryset: QuerySet[Feed]) -> None:
        for feed in queryset:
            services.request_import(
                feed_id=feed.pk, trigger=ImportTrigger.ADMIN, by=_person(request)
            )
        self.message_user(request, f"Queued: {_feeds(queryset.count())}.", messages.SUCCESS)

    @action(description="Resume", permissions=["run"])
    def resume_these(self, request: HttpRequest, queryset: QuerySet[Feed]) -> None:
        resumed = sum(
            services.resume_feed(feed_id=feed.pk, by=_person(request)) for feed in queryset
        )
        self.message_user(request, f"Resumed: {_feeds(resumed)}.", messages.SUCCESS)

    # ---------------------------------------------------------------------------------- test

    def get_urls(self) -> list[URLPattern]:
        return [
            path("test/", self.admin_site.admin_view(self.test_view), name="imports_feed_test"),
            *super().get_urls(),
        ]

    def test_view(self, request: HttpRequest) -> HttpResponse:
        """What an address would bring. A POST, because it has our machine ask another one."""
        if not self.has_run_permission(request):
            raise denied("imports.add_importrun")
        feed = _saved_feed(request)
        form = TestForm(request.POST or None, initial=_initial(feed))
        preview = None
        if request.method == "POST" and form.is_valid():
            tried = Feed(
                outlet=feed.outlet if feed else None,
                kind=FeedKind.WEB,
                heeds_robots=feed.heeds_robots if feed else True,
                **form.cleaned_data,
            )
            preview = preview_feed(feed=tried)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Test “{feed}”" if feed else "Test an address",
            "opts": self.model._meta,
            "feed": feed,
            "form": form,
            "preview": preview,
            "may_add": self.has_add_permission(request),
        }
        return TemplateResponse(request, "newsroom/admin/feed_test.html", context)


def _saved_feed(request: HttpRequest) -> Feed | None:
    key = number_in(request.GET.get("feed", ""))
    return Feed.objects.select_related("outlet").filter(pk=key or 0).first()


def _initial(feed: Feed | None) -> dict[str, object]:
    if feed is None:
        return {}
    return {"url": feed.url, "format": feed.format, "fetches_pages": feed.fetches_pages}


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _run_page(run: ImportRun) -> str:
    return reverse("admin:imports_importrun_change", args=[run.pk])


def _ago(moment: Any) -> str:
    if moment is None:
        return "never"
    if moment > timezone.now() - timedelta(minutes=1):
        return "just now"
    return f"{timesince(moment, depth=1)} ago"


def _usual(feed: Feed) -> str:
    return timesince(timezone.now() - (feed.usual_gap or timedelta()), depth=1)


def _feeds(count: int) -> str:
    return "1 feed" if count == 1 else f"{count:,} feeds"


def feed_link(feed: Feed) -> SafeString:
    return format_html(
        '<a class="text-link" href="{}">{}</a>',
        reverse("admin:imports_feed_change", args=[feed.pk]),
        feed,
    )
