"""The one module from which every admin class takes its bases.

unfold is used through its declarative interface and only here, by `newsroom.admin_site`, and where
the sidebar and the rows of lists are drawn (`newsroom.templatetags`), so that leaving it, or moving
to its next version, is a change in few places (docs/adr/0006).
What all pages share is here too:

* lists whose counts cost nothing on large tables,
* `allow_add`, `allow_change`, `allow_delete`: what the rules say is not editable, is not,
* a refusal by the database is a message on the form and never an error page,
* the history of a row, below its form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet, TextField, URLField
from django.forms import ModelForm, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    DropdownFilter,
    MultipleChoicesDropdownFilter,
    RangeDateTimeFilter,
    RelatedDropdownFilter,
)

from newsroom.admin_history import history_of
from newsroom.counting import BoundedPaginator
from newsroom.numbers import number_in
from newsroom.shortening import shortened
from newsroom.triggers import violation_message

if TYPE_CHECKING:
    # unfold comes without types. Its classes have the interface of Django's, whose stubs are
    # generic; at run time they are not, so the model is left open here, once.
    from django.contrib.admin.views.main import ChangeList as UnfoldChangeList

    class UnfoldModelAdmin(admin.ModelAdmin[Any]): ...

    class UnfoldTabularInline(admin.TabularInline[Any, Any]): ...

    class UnfoldStackedInline(admin.StackedInline[Any, Any]): ...

    Decorated = TypeVar("Decorated", bound=Callable[..., Any])

    def action(**options: Any) -> Callable[[Decorated], Decorated]: ...

    def display(**options: Any) -> Callable[[Decorated], Decorated]: ...

else:
    from unfold.admin import ModelAdmin as UnfoldModelAdmin
    from unfold.admin import StackedInline as UnfoldStackedInline
    from unfold.admin import TabularInline as UnfoldTabularInline
    from unfold.decorators import action, display
    from unfold.views import ChangeList as UnfoldChangeList

__all__ = [
    "AutocompleteSelectFilter",
    "BooleanRadioFilter",
    "ChoicesDropdownFilter",
    "DropdownFilter",
    "ModelAdmin",
    "MultipleChoicesDropdownFilter",
    "RangeDateTimeFilter",
    "ReadOnlyAdmin",
    "ReadOnlyTabularInline",
    "RelatedDropdownFilter",
    "StackedInline",
    "TabularInline",
    "action",
    "display",
    "label",
    "shortened",
]

_REFUSAL = "refused_by_database"


def label(text: object, colour: str | None = None) -> SafeString:
    """The theme's coloured label; `colour` as in its `@display(label=…)`.

    For the read-only fields of a form, where that decorator does nothing, and for lists alike.
    """
    return _label(str(text), colour)


@lru_cache(maxsize=256)
def _label(text: str, colour: str | None) -> SafeString:
    # A list shows the same few in all of its rows.
    return render_to_string("unfold/helpers/label.html", {"text": text, "type": colour})


class ChangeList(UnfoldChangeList):
    """The rows of a list page, by way of the admin class's `for_list`."""

    model_admin: ModelAdmin

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        rows = super().get_queryset(request, *args, **kwargs)
        joined = self.list_select_related
        if joined and not isinstance(joined, bool):
            # Django leaves these out where the admin class's own `get_queryset` joins something.
            rows = rows.select_related(*joined)
        return self.model_admin.for_list(rows)

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
        except ValueError as error:  # ?created_at__year=99999 is understood, and no year there is
            raise IncorrectLookupParameters(error) from error
        if not self.query and not self.has_active_filters:
            # What is shown is everything, so the title need not offer to show it.
            self.full_result_count = self.result_count


class AutocompleteWidget(AutocompleteSelect):
    """Shows a form again also where something was sent that can be no key."""

    def optgroups(self, name: str, value: Iterable[Any], attr: Any = None) -> Any:
        key = self.field.target_field
        return super().optgroups(name, [one for one in value if _can_be_key(key, one)], attr)


class Shared:
    """What pages and inlines have in common."""

    allow_add = True
    allow_change = True
    allow_delete = True
    """What is possible at all, whatever permissions a person has."""

    text_rows: Mapping[str, int] = {}
    """Height of text fields, in lines. The theme's ten are too many for most."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, URLField):
            # What Django 6 does by itself, and Django 5 warns of: "example.org" is meant as https.
            kwargs.setdefault("assume_scheme", "https")
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(db_field, TextField):
            field.widget.attrs["rows"] = self.text_rows.get(db_field.name, 4)
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        admin_class: Any = self
        if "widget" not in kwargs and db_field.name in admin_class.get_autocomplete_fields(request):
            kwargs["widget"] = AutocompleteWidget(
                db_field, admin_class.admin_site, using=kwargs.get("using")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.allow_add and super().has_add_permission(request, *args)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allow_change and super().has_change_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allow_delete and super().has_delete_permission(request, obj)  # type: ignore[misc]


class ModelAdmin(Shared, UnfoldModelAdmin):
    """Base of all admin classes."""

    history = False
    """Whether the page of a row ends with its history. For models tracked by pghistory."""

    empty_title = ""
    """Says that a list has no rows; “No … yet” if that is empty."""
    when_empty = ""
    """What a list without any rows says: how rows come into it."""

    atomic_actions = True
    """Whether an action on several rows is one transaction."""

    change_list_template = "newsroom/admin/list.html"
    paginator = BoundedPaginator
    show_full_result_count = False
    # "Show counts" would count the table once for each choice of each filter.
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 200
    list_filter_submit = True
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True
    change_form_outer_after_template = "newsroom/admin/history.html"
    # The theme's templates ask for these in each row and field, and look for long where they fail.
    list_sections: ClassVar[tuple[Any, ...]] = ()
    conditional_fields: ClassVar[Mapping[str, str]] = {}

    def for_list(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows as the list needs them: deferred columns, prefetches and annotations go here.

        Kept out of `get_queryset`, for which the form, the actions and the autocompletes would pay.
        """
        return queryset

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ChangeList

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, _REFUSAL, None)
        return form if refusal is None else _refused(form, refusal)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form; shown again with what was typed if the database refuses to save it."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            setattr(request, _REFUSAL, violation_message(error))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except IntegrityError as error:
            self.message_user(request, violation_message(error), messages.ERROR)
        return HttpResponseRedirect(self.url_of("change", unquote(object_id)))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list. An action on several rows happens to all of them or to none, unless the class
        says otherwise."""
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(_can_be_key(self.model._meta.pk, key) for key in selected):
            self.message_user(request, "The selection names no rows of this list.", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        try:
            with transaction.atomic() if self.atomic_actions else nullcontext():
                return super().changelist_view(request, extra_context)
        except IntegrityError as error:
            self.message_user(request, violation_message(error), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if self.history and isinstance(obj, Model) and not context.get("is_popup"):
            context["history"] = history_of(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def url_of(self, page: str, *args: Any) -> str:
        """Address of a page of this admin: `changelist`, `change` with a key …"""
        opts = self.model._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=args)


class ReadOnlyAdmin(ModelAdmin):
    """For rows that no person writes: there to be found and read."""

    allow_add = False
    allow_change = False
    allow_delete = False


class TabularInline(Shared, UnfoldTabularInline):
    extra = 0
    hide_title = True


class StackedInline(Shared, UnfoldStackedInline):
    extra = 0


class ReadOnlyTabularInline(TabularInline):
    """Rows shown with their parent. `fields` names what is shown; nothing is a form field."""

    allow_add = False
    allow_change = False
    allow_delete = False
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return tuple(self.fields or ())


def key_in(text: str) -> int:
    """The key of the row that an address is about. Raises `Http404` where no row can have it."""
    number = number_in(text)
    if number is None:
        raise Http404
    return number


def _can_be_key(field: Any, value: Any) -> bool:
    """Whether a row could have this primary key; a lookup by anything else is an error."""
    try:
        field.clean(value, None)
    except ValidationError:
        return False
    return True


def _refused(form: type[ModelForm[Any]], refusal: str) -> type[ModelForm[Any]]:
    """`form`, failing with what the database said: shows everything as it was typed."""

    class Refused(form):  # type: ignore[misc, valid-type]
        def clean(self) -> Any:
            super().clean()
            raise ValidationError(refusal)

    return Refused
