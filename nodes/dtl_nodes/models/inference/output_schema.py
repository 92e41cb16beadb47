"""What a model adds to a stream, checked before one image is read."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count

from dtl_engine.sdk import LabelSpec, ModelFamily, ModelSpec, Schema, SchemaError
from dtl_nodes.classes.reserved import refuse_reserved
from dtl_nodes.classes.unknown import Named
from dtl_nodes.models.config import CONFIDENCE
from dtl_nodes.models.inference.mode import Recipe
from dtl_nodes.models.inference.renaming import At, Renamed, make_renamer
from dtl_nodes.models.inference.settings import InferSettings

SOURCES_AT = ("existing_objects",)
TAGS_AT = ("mode", "model_tags")


def make_recipe(settings: InferSettings, spec: ModelSpec) -> Recipe:
    """Return what holds for all images.

    Args:
        settings: of ``infer``.
        spec: of the model; its confidence tag gets the name that the settings give it.

    Raises:
        SchemaError: E302, the model has no such class or tag; E310, it cannot work in this mode.
    """
    spec = with_confidence(spec, settings.model.confidence_tag_name)
    mode = settings.mode
    mode.check_model(spec)
    if mode.keeps_maps and not spec.has_scores:
        raise SchemaError(
            "E310",
            f"a model of kind '{spec.family}' gives no scores per pixel that could be saved",
            at=("mode", "save_probabilities"),
            value=True,
            help="remove 'save_probabilities'",
        )
    suffix = spec.suffix if mode.name == "full_image" else ""
    classes, at = settings.classes
    return Recipe(
        spec,
        make_renamer(classes, spec.label_names, at, suffix=suffix),
        make_renamer(mode.model_tags, spec.tag_names, TAGS_AT, suffix=suffix, what="tag"),
        settings.existing_objects,
        frames_first=settings.is_oldest,
        keeps_maps=mode.keeps_maps,
    )


def with_confidence(spec: ModelSpec, name: str) -> ModelSpec:
    """Return a model's spec with its confidence tag, if it has one, under another name."""
    if spec.family not in (ModelFamily.INSTANCES, ModelFamily.BOXES):
        return spec
    is_only = len(spec.tags) == 1
    tags = (
        replace(tag, name=name) if is_only or tag.name == CONFIDENCE else tag for tag in spec.tags
    )
    return replace(spec, tags=tuple(tags))


def output_schema(settings: InferSettings, schema: Schema, spec: ModelSpec) -> Schema:
    """Return what leaves ``infer``: what enters, with classes and tags of the model, and windows.

    Args:
        settings: of ``infer``.
        schema: what enters.
        spec: of the model.

    Raises:
        SchemaError: E302, E310 as ``make_recipe``, E302 also for classes that do not enter; E305,
            a title is a reserved word or empty; E309, a title is taken.
    """
    recipe = make_recipe(settings, spec)
    labels = {label.name: label for label in _kept(settings.existing_objects, schema)}
    classes, at = settings.classes
    place = _suffix_at(classes, at)
    help = _other_suffix(classes, recipe.spec.label_names, labels, at)
    made: dict[str, LabelSpec] = {}
    for label in recipe.spec.labels:
        title = recipe.classes.title(label.name)
        if title is not None and title not in made:
            whose = f"class '{label.name}' of the model"
            _refuse_taken(labels, title, place, "class", whose, help)
            made[title] = replace(label, name=title)
    labels |= made
    for frame, frame_at in settings.mode.frames(schema):
        help = f"write another '{frame_at[-1]}'"
        _refuse_taken(labels, frame.name, frame_at, "class", "what is saved", help)
        labels[frame.name] = frame
    tags = {tag.name: tag for tag in schema.tags}
    place = _suffix_at(settings.mode.model_tags, TAGS_AT)
    help = _other_suffix(settings.mode.model_tags, recipe.spec.tag_names, tags, TAGS_AT)
    for tag in recipe.spec.tags:
        if (name := recipe.tags.title(tag.name)) is not None:
            _refuse_taken(tags, name, place, "tag", f"tag '{tag.name}' of the model", help)
            tags[name] = replace(tag, name=name)
    return Schema(tuple(labels.values()), tuple(tags.values()))


def _kept(settings: Renamed | None, schema: Schema) -> Iterator[LabelSpec]:
    """Yield the classes that are kept of those that enter, under their new titles."""
    if settings is None:
        yield from schema.labels
        return
    renamer = make_renamer(settings, schema.label_names, SOURCES_AT, owner="the images")
    for label in schema.labels:
        if (title := renamer.title(label.name)) is not None:
            yield replace(label, name=title)


def _suffix_at(settings: Renamed | None, at: At) -> At:
    """Return where a suffix is written, or the nearest place to where it would be."""
    if settings is None:
        return ("mode",) if at[0] == "mode" else ()
    return (*at, "add_suffix") if settings.add_suffix is not None else at


def _other_suffix(
    settings: Renamed | None, known: Iterable[str], taken: Container[str], at: At
) -> str:
    """Return what to write so that no name of a model is one that is taken."""
    mapping: Mapping[str, str] = getattr(settings, "class_mapping", {})
    titles = [mapping.get(name, name) for name in known]
    suffixes = (f"_pred{number}" if number > 1 else "_pred" for number in count(1))
    free = next(one for one in suffixes if not any(title + one in taken for title in titles))
    return f'write "add_suffix": "{free}" in \'{at[-1]}\''


def _refuse_taken(
    taken: Container[str], title: str, at: At, what: Named, whose: str, help: str
) -> None:
    """Refuse a title that another class or tag of the result bears, and one that is none.

    Raises:
        SchemaError: E305 or E309.
    """
    refuse_reserved(title, at, what)
    if title in taken:
        raise SchemaError(
            "E309",
            f"{whose} would get the name '{title}', which another {what} has already",
            at=at,
            value=title,
            help=help,
        )
