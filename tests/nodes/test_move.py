"""``move``: source images go when a run ends well, and only then."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dtl_engine.errors import GraphInvalid
from dtl_engine.plan.plan import RunnerKind
from dtl_nodes.move import Move
from tests.fixtures.nodes import refuses
from tests.fixtures.small_graphs import Json, compiled, layer, reading, run, saving, tree

MOVED = layer("move", "$in", "$out", move_confirmation=True)


def left(data: Path) -> list[str]:
    """Return the images and annotations that are still in the project."""
    return sorted(p.relative_to(data / "mini").as_posix() for p in data.glob("mini/*/*/*"))


@pytest.mark.parametrize("runner", list(RunnerKind))
def test_images_are_moved(mini: Path, tmp_path: Path, runner: RunnerKind) -> None:
    before = tree(mini / "mini")
    report = run(compiled(mini, reading(), MOVED, saving("$out")), tmp_path, runner, 2)
    assert (report.exit_code, report.removed) == (0, 3)
    assert left(mini) == []
    assert (mini / "mini/meta.json").is_file()
    images = {name: data for name, data in before.items() if "/img/" in name}
    assert images.items() <= tree(tmp_path / "out").items()


def test_only_those_that_come_by_and_are_saved(mini: Path, tmp_path: Path) -> None:
    routed = layer("if", "$in", ["$big", "$small"], condition={"min_height": 40})
    gone = layer("move", "$big", "$out", move_confirmation=True)
    dropped = layer("move", "$small", "$none", move_confirmation=True)
    nothing = layer("crop", "$none", "$lost", sides={"left": "100%"})
    layers = (reading(), routed, gone, dropped, nothing, saving(["$out", "$lost"]))
    report = run(compiled(mini, *layers), tmp_path)
    assert report.removed == 1
    assert left(mini) == [
        "ds1/ann/one.png.json", "ds1/img/one.png", "ds2/ann/one.png.json", "ds2/img/one.png"
    ]  # fmt: skip


def unsaved() -> Json:
    return {"action": "expect", "src": ["$out"], "dst": "f", "settings": {"samples": {"min": 9}}}


@pytest.mark.parametrize("trouble", ["a broken image", "an expectation"])
def test_nothing_goes_when_the_run_does_not_end_well(
    mini: Path, tmp_path: Path, trouble: str
) -> None:
    if trouble == "a broken image":
        (mini / "mini/ds1/img/two.jpg").write_bytes(b"broken")
    before = left(mini)
    layers = [reading(), MOVED, saving("$out")]
    layers += [unsaved()] if trouble == "an expectation" else []
    report = run(compiled(mini, *layers), tmp_path)
    assert report.exit_code in (1, 3)
    assert (report.removed, bool(report.leaving)) == (0, True)
    assert left(mini) == before


def packed(mini: Path) -> str:
    """Put the project into an archive, too; return the archive's name."""
    shutil.make_archive(str(mini / "packed"), "tar", mini / "mini")
    return "packed.tar"


def refused(data: Path, *layers: Json) -> list[tuple[str, str, str]]:
    with pytest.raises(GraphInvalid) as invalid:
        compiled(data, *layers)
    return [(p.code, p.location.pointer, p.value) for p in invalid.value.problems]


def test_nothing_can_leave_an_archive(mini: Path) -> None:
    archive = packed(mini)
    layers = (reading(f"{archive}/*"), MOVED, saving("$out"))
    assert refused(mini, *layers) == [("E409", "/layers/1/src", archive)]


def test_every_project_that_comes_by_is_told(mini: Path) -> None:
    archive = packed(mini)
    shutil.copy(mini / archive, mini / "again.tar")
    sources = (reading(dst="$a"), reading(f"{archive}/ds1", "$b"), reading("again.tar/*", "$c"))
    moved = layer("move", ["$a", "$b", "$c"], "$out", move_confirmation=True)
    expected = [("E409", "/layers/3/src", name) for name in (archive, "again.tar")]
    assert refused(mini, *sources, moved, saving("$out")) == expected


def test_what_does_not_come_by_may_lie_in_an_archive(mini: Path, tmp_path: Path) -> None:
    kept = reading(f"{packed(mini)}/*", "$kept")
    report = run(compiled(mini, reading(), kept, MOVED, saving(["$out", "$kept"])), tmp_path)
    assert (report.exit_code, report.removed) == (0, 3)
    assert left(mini) == []


def test_it_must_be_confirmed() -> None:
    refuses(Move, {}, "move_confirmation")
    refuses(Move, {"move_confirmation": False}, "True")
