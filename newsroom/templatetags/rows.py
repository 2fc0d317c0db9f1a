"""The rows of a list, as the theme draws them, at half of its price.

For each row the theme draws the headers and a checkbox from a template anew, and looks up each
column; a list of fifty spends most of its time there. Here a column is looked up once, and what is
the same in each of its cells is put together once. The table around the rows is the theme's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from typing import Any

from django import template
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import DateField, Field, ForeignKey, ManyToOneRel, Model, TimeField
from django.utils.functional import cached_property
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from unfold import utils as theme
from unfold.admin import checkbox
from unfold.templatetags import unfold_list as theme_list

register = template.Library()

CHECKBOX = "action_checkbox"


class Row(list[SafeString]):
    """The cells of a row, in one piece, under the names by which the theme's table knows them."""

    form = None

    def __init__(self, instance: Model, cells: Iterable[SafeString]) -> None:
        super().__init__([mark_safe("".join(cells))])  # noqa: S308 - escaped
        self.instance = instance


class Column:
    """What the cells of a column have in common."""

    def __init__(self, cl: Any, number: int, header: str) -> None:
        self.admin = cl.model_admin
        self.name: str = cl.list_display[number]
        linked: Sequence[str] = cl.list_display_links or ()
        self.links = self.name in linked
        self.tag = "th" if self.links and self.name == linked[0] else "td"
        self.header = header if self.links or number else "Select record"
        self._labels: dict[Any, str] = {}
        names = (field.name for field in cl.model._meta.concrete_fields if not field.auto_created)
        self.field: Field[Any, Any] | None = (
            cl.model._meta.get_field(self.name) if self.name in names else None
        )
        self.classes = f"field-{self.name} {' '.join(theme_list.ROW_CLASSES)}"
        if self.name == CHECKBOX:
            self.classes = " ".join(theme_list.CHECKBOX_CLASSES)
        elif isinstance(self.field, DateField | TimeField | ForeignKey):
            self.classes += " nowrap"

    @cached_property
    def _shown(self) -> Callable[[Model], Any]:
        """What a cell of this column shows, of a row."""
        if self.name == CHECKBOX:
            box = mark_safe(checkbox.render(ACTION_CHECKBOX_NAME, "{}"))  # noqa: S308 - the theme's
            return lambda row: format_html(box, row.pk)
        if self.field is not None:
            return self._of_field(self.field)
        own = getattr(self.admin, self.name, None) if self.name != "__str__" else None
        if callable(own):
            return lambda row: self._of_method(own(row), own)
        return self._looked_up

    def _of_field(self, field: Field[Any, Any]) -> Callable[[Model], Any]:
        empty, name = self.admin.get_empty_value_display(), field.name
        if not isinstance(field.remote_field, ManyToOneRel):
            return lambda row: theme.display_for_field(getattr(row, name), field, empty)

        def related(row: Model) -> Any:
            value = getattr(row, name)
            return empty if value is None else value

        return related

    def _looked_up(self, row: Model) -> Any:
        _, attr, value = lookup_field(self.name, row, self.admin)
        return self._of_method(value, attr)

    def _of_method(self, value: Any, attr: Any) -> Any:
        empty = getattr(attr, "empty_value_display", self.admin.get_empty_value_display())
        if colours := getattr(attr, "label", False):
            # There are few states, and many rows.
            if value not in self._labels:
                self._labels[value] = theme.display_for_label(value, empty, colours)
            return self._labels[value]
        if getattr(attr, "header", False):
            return theme.display_for_header(value, empty)
        shown = theme.display_for_value(value, empty, getattr(attr, "boolean", False))
        return _OneLine(shown) if isinstance(value, date | time) else shown

    def cell(self, row: Model, link: Callable[[Model, Any], SafeString]) -> SafeString:
        try:
            shown = self._shown(row)
        except ObjectDoesNotExist:
            shown = self.admin.get_empty_value_display()
        opening = self._narrow if isinstance(shown, _OneLine) else self._opening
        inside = link(row, shown) if self.links else conditional_escape(shown)
        return mark_safe(f"{opening}{inside}</{self.tag}>")  # noqa: S308 - escaped

    @cached_property
    def _opening(self) -> SafeString:
        return format_html('<{} class="{}" data-label="{}">', self.tag, self.classes, self.header)

    @cached_property
    def _narrow(self) -> SafeString:
        classes = f"{self.classes} nowrap"
        return format_html('<{} class="{}" data-label="{}">', self.tag, classes, self.header)


class _OneLine(str):
    """A moment, which is not broken into two lines."""

    __slots__ = ()


class Link:
    """Leads from a row to its page, and from there back to the list as it is filtered."""

    def __init__(self, cl: Any) -> None:
        self.cl = cl
        self.opener = cl.to_field or cl.lookup_opts.pk.attname
        self._way_back: str | None = None

    def __call__(self, row: Model, shown: Any) -> SafeString:
        address = self.cl.url_for_result(row)
        if self._way_back is None:  # the same for all rows
            context = {"preserved_filters": self.cl.preserved_filters, "opts": self.cl.opts}
            self._way_back = add_preserved_filters(context, address).removeprefix(address)
        popup = ""
        if self.cl.is_popup:
            popup = format_html(' data-popup-opener="{}"', row.serializable_value(self.opener))
        classes = " ".join(theme_list.LINK_CLASSES)
        return format_html(
            '<a href="{}" class="{}" {}>{}</a>', address + self._way_back, classes, popup, shown
        )


@register.inclusion_tag("admin/change_list_results.html", takes_context=True)
def rows_of(context: template.Context, cl: Any) -> dict[str, Any]:
    headers = list(theme_list.result_headers(cl))
    columns = [Column(cl, number, header["text"]) for number, header in enumerate(headers)]
    link = Link(cl)
    return {
        "cl": cl,
        "result_hidden_fields": (),
        "result_headers": headers,
        "num_sorted_fields": sum(one["sortable"] and one["sorted"] for one in headers),
        "results": [Row(row, [one.cell(row, link) for one in columns]) for row in cl.result_list],
        "actions_row": context.get("actions_row"),
        "has_add_permission": cl.model_admin.has_add_permission(context["request"]),
    }
