"""People and groups, with the forms of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from newsroom.accounts.models import User
from newsroom.admin_base import BooleanRadioFilter, ModelAdmin, RelatedDropdownFilter, display

if TYPE_CHECKING:

    class BaseUserAdmin(admin.ModelAdmin[Any]): ...

    class BaseGroupAdmin(admin.ModelAdmin[Any]): ...

else:
    from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
    from django.contrib.auth.admin import UserAdmin as BaseUserAdmin

admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(BaseUserAdmin, ModelAdmin):
    """A person who leaves is made inactive: what they decided keeps their name."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm

    list_display = ("username", "full_name", "email", "in_groups", "is_active", "is_staff", "seen")
    list_filter = (
        ("is_active", BooleanRadioFilter),
        ("is_staff", BooleanRadioFilter),
        ("is_service", BooleanRadioFilter),
        ("groups", RelatedDropdownFilter),
    )
    search_fields = ("username", "first_name", "last_name", "email")
    search_help_text = "User name, name or e-mail address"
    ordering = ("username",)
    # A person does not become a program, nor the other way round: tokens make service users.
    readonly_fields = ("last_login", "date_joined", "is_service")

    def for_list(self, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.prefetch_related("groups")

    @display(description="name", ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "–"

    @display(description="groups")
    def in_groups(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all()) or "–"

    @display(description="last signed in", ordering="last_login", empty_value="never")
    def seen(self, user: User) -> Any:
        return user.last_login


@admin.register(Group)
class GroupAdmin(BaseGroupAdmin, ModelAdmin):
    list_display = ("name",)
    search_fields = ("name",)
    search_help_text = "Name"
    ordering = ("name",)
