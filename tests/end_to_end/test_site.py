"""The documentation site: what it shows of the nodes, and that it builds."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dtl_engine.cli.described import described, described_actions
from dtl_engine.model.annotation import Tag
from dtl_engine.model.schema import Schema
from dtl_engine.model.shapes import Point
from dtl_engine.node.catalogue import installed_catalogue
from dtl_engine.testing import make_sample
from dtl_engine.testing.demo import demo_sample, demo_schema
from scripts.site.differences import differences
from scripts.site.documents import PAGES, page, with_links
from scripts.site.node_markdown import by_family, escaped, node_markdown
from scripts.site.reference import commands_page, problems_page
from scripts.site.scenes import BEFORE, SCENES, existing_image
from scripts.site.showing import Showing, show
from tests.conftest import ROOT

CATALOGUE = installed_catalogue()
NEEDS_A_MODEL = ("compare", "infer", "model", "train")


def shown(action: str) -> Showing:
    example = described(CATALOGUE, action).example
    assert example is not None
    found = show(CATALOGUE, action, example["settings"])
    assert found is not None
    return found


def size(content: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(content)) as image:
        return image.size


def test_one_result() -> None:
    found = shown("background")
    assert [panel.title for panel in (*found.before, *found.after)] == ["before", "after"]
    assert found.after[0].facts == ("new class `bg`: 1 rectangle",)
    assert size(found.before[0].picture) == (640, 440)
    assert found.before[0].picture != found.after[0].picture


def test_results_of_several_seeds() -> None:
    found = shown("crop")
    assert [panel.title for panel in found.after] == [f"after, with seed {n}" for n in (1, 2, 3)]
    assert len({panel.picture for panel in found.after}) == 3
    assert found == shown("crop")


def test_of_many_results_some() -> None:
    found = shown("multiply")
    assert len(found.after) == 4
    assert found.notes == ("4 of 10 results are shown.",)
    assert {panel.facts for panel in found.after} == {("nothing changes",)}


def test_ports() -> None:
    titles = [panel.title for panel in shown("filter_images_by_object").after]
    assert titles == [
        "`table.png` leaves by `false`",
        "`no_hand.png` leaves by `true`",
        "`bare.png` leaves by `false`",
    ]
    by_chance = shown("if")
    assert re.fullmatch(r"Run with seed \d+\.", by_chance.notes[0])
    assert len({panel.title.split()[-1] for panel in by_chance.after}) == 2


def test_changed_pixels_are_shown_without_objects() -> None:
    assert "are not drawn" in shown("anonymize").notes[0]
    assert shown("flip").notes == ()


def test_layers_that_run_before() -> None:
    found = shown("restore_annotation_scale")
    assert found.notes[0].startswith("Before it, [`resize_annotation`](resize_annotation.md)")
    assert found.before[0].picture != found.after[0].picture


def test_sources() -> None:
    found = shown("data")
    assert "project/meta.json" in found.files
    assert found.before[0].picture != found.after[0].picture


def test_what_is_written() -> None:
    found = shown("save_masks")
    assert "+ output/ds1/masks_machine/table.png" in found.files
    assert "+ output.tar" in found.files
    assert [panel.title for panel in found.after[1:]] == [
        "`output/ds1/masks_human/table.png`",
        "`output/ds1/masks_machine/table.png`",
    ]
    assert found.after[2].facts == ("looks black: its values are 0, 1, 2",)


def test_what_is_added() -> None:
    found = shown("copy_annotations")
    assert "~ output/ds1/ann/table.png.json" in found.files
    assert "  output/meta.json" in found.files
    assert found.before[1].picture != found.after[0].picture == found.before[0].picture


def test_reports() -> None:
    found = shown("stats")
    assert found.pages is not None
    assert b"<html" in found.pages["report.html"]
    assert json.loads(found.report)


@pytest.mark.parametrize("action", NEEDS_A_MODEL)
def test_without_a_model_nothing_is_shown(action: str) -> None:
    node = described(CATALOGUE, action)
    assert node.example is not None
    assert show(CATALOGUE, action, node.example["settings"]) is None


def test_evaluations() -> None:
    found = shown("evaluate")
    assert found.pages is not None
    assert b"<html" in found.pages["report.html"]


def test_settings_of_each_network_have_a_heading() -> None:
    text = node_markdown(described(CATALOGUE, "train"), None, {})
    for name in ("unet", "mask_rcnn", "resnet"):
        assert f'### With "architecture" "{name}"'.replace("_", "\\_") in text
    assert "**`loss_weights`**" in text
    export = node_markdown(described(CATALOGUE, "export"), None, {})
    assert "Other ports: inputs `model`, outputs none." in export


def test_special_scenes_are_for_actions_that_there_are() -> None:
    assert {*BEFORE, *SCENES} <= set(CATALOGUE.actions)
    assert existing_image("crop") is None


def compared(change: Callable[[Any], Any], schema: Schema | None = None) -> tuple[str, ...]:
    before = demo_sample(), demo_schema()
    return differences(before, (change(before[0]), schema or before[1]))


def test_differences() -> None:
    assert compared(lambda sample: sample) == ()
    assert compared(lambda sample: sample.mirror("vertical")) == ("all objects: moved or reshaped",)
    assert compared(lambda sample: sample.replace(instances=sample.instances[2:])) == (
        "`box`: 2 → 0 objects",
    )
    assert compared(lambda sample: sample.replace(instances=sample.instances[::-1]))[-1] == (
        "order, back to front: `dot`, `hand`, `blob`, `path`, `patch`, `box`"
    )
    tags = (Tag("checked"), Tag("count", 7), Tag("extra"))
    assert compared(lambda sample: sample.replace(tags=tags)) == (
        "image tag `count`: `6` → `7`",
        "image tag `extra` is new",
        "image tag `note` is gone",
    )
    assert compared(lambda sample: sample.in_dataset("val")) == (
        "will be written to dataset `val`",
    )
    fewer = Schema(demo_schema().labels[1:], demo_schema().tags)
    dots = [each for each in demo_sample().instances if not isinstance(each.shape, Point)]
    assert compared(lambda sample: sample.replace(instances=dots), fewer) == (
        "class `dot` is gone",
    )
    small = make_sample(5, 4)
    assert differences((small, Schema()), (make_sample(3, 2), Schema())) == (
        "5 x 4 → 3 x 2 pixels",
    )


def test_text_is_no_markdown() -> None:
    assert escaped("a_b *c* <d> `e_f`") == r"a\_b \*c\* \<d\> `e_f`"
    assert escaped("Class -> title") == "Class → title"


def test_a_page_without_pictures() -> None:
    text = node_markdown(described(CATALOGUE, "graph"), None, {})
    assert text.startswith("# graph\n")
    assert "## Settings" in text
    assert "Before and after" not in text


def test_no_node_is_left_out() -> None:
    actions = described_actions(CATALOGUE)
    families = by_family([described(CATALOGUE, action) for action in actions])
    assert sorted(node.action for members in families.values() for node in members) == list(actions)
    assert next(iter(families)) == "source"


def test_links_between_documents() -> None:
    copied: list[str] = []
    text = with_links(
        "[a](graphs/lemon.json) ![b](docs/lemon.svg) [`c`](nodes/README.md#x) [d](tests) "
        "[e](https://x.org) [f](#here)\n```sh\n[g](nodes)\n```\n",
        "README.md",
        copied.append,
    )
    assert text == (
        "[a](files/graphs/lemon.json) ![b](lemon.svg) [`c`](writing_a_node.md#x) d "
        "[e](https://x.org) [f](#here)\n```sh\n[g](nodes)\n```\n"
    )
    assert copied == ["graphs/lemon.json"]
    assert with_links("[a](../CONTRIBUTING.md)", "docs/architecture.md", copied.append) == (
        "[a](contributing.md)"
    )
    for document in PAGES:
        assert page(document, copied.append).startswith("#")


def test_the_reference() -> None:
    assert "## dtl run\n" in commands_page()
    assert "Usage: dtl run [OPTIONS] GRAPH" in commands_page()
    assert "## E103\n" in problems_page()


class Links(HTMLParser):
    """Gathers what a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        is_link = tag == "link" and values.get("rel") in ("stylesheet", "preload", "preconnect")
        target = values.get("href") if is_link else values.get("src")
        if target:
            self.loaded.append(target)


@pytest.mark.skipif(
    importlib.util.find_spec("material") is None,
    reason="mkdocs-material is not installed: pip install '.[docs]'",
)
def test_the_site_builds(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    for action in described_actions(CATALOGUE):
        text = (tmp_path / "nodes" / f"{action}.html").read_text(encoding="utf-8")
        has_pictures = action in CATALOGUE.entries and action not in NEEDS_A_MODEL
        assert ("../pictures/" in text) == has_pictures, action
    for path in tmp_path.rglob("*.html"):
        links = Links()
        links.feed(path.read_text(encoding="utf-8"))
        strange = [target for target in links.loaded if re.match(r"(https?:)?//", target)]
        assert not strange, f"{path.name} loads {strange}"
        elsewhere = ("/", "data:")
        own = (link.split("?")[0] for link in links.loaded if not link.startswith(elsewhere))
        missing = [target for target in own if not (path.parent / target).exists()]
        assert not missing, f"{path.name} loads {missing}"
