"""What an answer contains: trimmed to what its reader may see and asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

from django.db.models import Model
from rest_framework import serializers
from rest_framework.request import Request

from newsroom.api.grants import sees_confidential, sees_held_stories, sees_unpublished
from newsroom.api.problems import invalid

Fields = dict[str, serializers.Field[Any, Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    """Who reads (what they may see), and what they asked for; `fields` None stands for all."""

    unpublished: bool = False
    held_stories: bool = False
    confidential: bool = False
    fields: frozenset[str] | None = None
    includes: frozenset[str] = frozenset()

    @property
    def whole(self) -> Shape:
        """For what is nested: the same reader, nothing left out, nothing added."""
        return replace(self, fields=None, includes=frozenset())


EVERYTHING = Shape(unpublished=True, held_stories=True, confidential=True)


class Resource(serializers.ModelSerializer[Any]):
    """A record as JSON. Never writes: input has serializers of its own.

    `includes` are fields that come only when asked for; `unpublished` and `confidential` are those
    that need a scope for it.
    """

    includes: ClassVar[tuple[str, ...]] = ()
    unpublished: ClassVar[tuple[str, ...]] = ()
    confidential: ClassVar[tuple[str, ...]] = ()

    def get_fields(self) -> Fields:
        fields = super().get_fields()
        shape: Shape | None = self.context.get("shape")
        if shape is None:  # described, not rendered
            return _that_may_be_empty(fields, self.Meta.model)
        outermost = self.parent is None
        hidden = set() if shape.unpublished else set(self.unpublished)
        hidden |= set() if shape.confidential else set(self.confidential)
        hidden |= set(self.includes) - (shape.includes if outermost else frozenset())
        kept = {name: field for name, field in fields.items() if name not in hidden}
        if outermost and shape.fields is not None:
            wanted = shape.fields | shape.includes
            kept = {name: field for name, field in kept.items() if name in wanted}
        return kept


def _that_may_be_empty(fields: Fields, model: type[Model]) -> Fields:
    """Say of texts that may be empty that they may: a reader's program believes what is described.

    DRF forgets it of what is only read.
    """
    for name, field in fields.items():
        column = getattr(model, field.source or name, None)
        if not getattr(getattr(column, "field", None), "blank", False):
            continue
        if isinstance(field, serializers.ChoiceField | serializers.URLField):
            field.allow_blank = True
    return fields


@lru_cache(maxsize=512)
def _renderer(resource: type[Resource], shape: Shape) -> Resource:
    # Building a serializer costs more than using it; once built, it is only read.
    made = resource(context={"shape": shape})
    _ = made.fields
    return made


def rendered(resource: type[Resource], instance: Any, shape: Shape) -> dict[str, Any]:
    return dict(_renderer(resource, shape).to_representation(instance))


def rendered_all(
    resource: type[Resource], instances: Iterable[Any], shape: Shape
) -> list[dict[str, Any]]:
    renderer = _renderer(resource, shape)
    return [dict(renderer.to_representation(one)) for one in instances]


def shape_for(request: Request, resource: type[Resource]) -> Shape:
    """From `fields` and `include` of the address. Raises a `Problem` for a name that is none."""
    shape = reader_of(request)
    known = set(resource.Meta.fields)
    fields = _names(request, "fields", known)
    includes = _names(request, "include", set(resource.includes)) or frozenset()
    return replace(shape, fields=fields, includes=includes)


def reader_of(request: Request) -> Shape:
    return Shape(
        unpublished=sees_unpublished(request),
        held_stories=sees_held_stories(request),
        confidential=sees_confidential(request),
    )


def _names(request: Request, parameter: str, known: set[str]) -> frozenset[str] | None:
    value = request.query_params.get(parameter)
    if value is None:
        return None
    names = {name.strip() for name in value.split(",") if name.strip()}
    if unknown := sorted(names - known):
        listed = ", ".join(sorted(known)) or "none"
        raise invalid(f"There is no “{unknown[0][:60]}”; known: {listed}.", parameter=parameter)
    return frozenset(names)
