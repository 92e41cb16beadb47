"""Pictures that the visualizer's tests draw."""

from __future__ import annotations

from dtl_visualizer.picture import EdgePicture, GraphPicture, NodePicture

KIWI = ("kiwi", "#FF0000")
LEMON = ("lemon", "#51C6AA")
FRUIT = (KIWI, LEMON)


def _node(number: int, title: str, subtitle: str, family: str) -> NodePicture:
    return NodePicture(
        str(number), title, subtitle, family, f"graphs/lemon.json#L{10 * number + 2}"
    )


def lemon() -> GraphPicture:
    """The graph ``lemon.json`` of the original engine."""
    return GraphPicture(
        "lemon.json",
        (
            _node(0, "data", "lemon/*", "source"),
            _node(1, "flip", "axis vertical", "geometry"),
            _node(2, "flip", "axis horizontal", "geometry"),
            _node(3, "dummy", "", "flow"),
            _node(4, "multiply", "10 times", "flow"),
            _node(5, "crop", "random_part 70\u201390 %", "geometry"),
            _node(6, "if", "probability 0.95", "flow"),
            _node(7, "tag", "add train", "annotation"),
            _node(8, "tag", "add val", "annotation"),
            _node(9, "supervisely", "lemon_train", "sink"),
        ),
        (
            EdgePicture("0", "1", "$sample", labels=FRUIT, count="6"),
            EdgePicture("1", "2", "$fv", labels=FRUIT, count="6"),
            EdgePicture("0", "2", "$sample", labels=FRUIT, count="6"),
            EdgePicture("1", "3", "$fv", labels=FRUIT, count="6"),
            EdgePicture("0", "3", "$sample", labels=FRUIT, count="6"),
            EdgePicture("2", "3", "$fh", labels=FRUIT, count="12"),
            EdgePicture("3", "4", "$data", labels=FRUIT, count="24"),
            EdgePicture("4", "5", "$data2", labels=FRUIT, count="240"),
            EdgePicture("5", "6", "$data3", labels=FRUIT, count="240"),
            EdgePicture("3", "6", "$data", labels=FRUIT, count="24"),
            EdgePicture("6", "7", "$totrain", port="true", labels=FRUIT, count="0\u2013264"),
            EdgePicture("6", "8", "$toval", port="false", labels=FRUIT, count="0\u2013264"),
            EdgePicture("7", "9", "$train", labels=FRUIT, tags=("train",), count="0\u2013264"),
            EdgePicture("8", "9", "$val", labels=FRUIT, tags=("val",), count="0\u2013264"),
        ),
    )


def branch() -> GraphPicture:
    """An ``if`` with two outputs, one of which is thrown away."""
    return GraphPicture(
        "",
        (
            NodePicture("a", "data", "street/*", "source"),
            NodePicture("b", "if", "min_objects_count 1", "flow"),
            NodePicture("c", "save", "full", "sink"),
            NodePicture("d", "drop", "", "other"),
        ),
        (
            EdgePicture("a", "b", "$all", count="100"),
            EdgePicture("b", "c", "$full", port="true", count="0\u2013100"),
            EdgePicture("b", "d", "$empty", port="false", count="0\u2013100"),
        ),
    )


def training() -> GraphPicture:
    """Training, evaluation, inference and export, with all kinds of edges."""
    classes = tuple((f"class {number}", f"#{number * 1118481:06X}") for number in range(1, 9))
    return GraphPicture(
        "train and infer",
        (
            NodePicture("data", "data", "city/*", "source"),
            NodePicture("test", "data", "city_test/*", "source"),
            NodePicture("split", "split", "train 0.8, val 0.2, by source", "flow"),
            NodePicture("noise", "noise", "sigma 5", "pixels"),
            NodePicture("train", "train", "unet, 20 epochs", "model"),
            NodePicture("infer", "infer", "sliding window 512", "model"),
            NodePicture("evaluate", "evaluate", "iou, map", "model"),
            NodePicture("export", "export", "onnx", "sink"),
            NodePicture("save", "supervisely", "city_predicted", "sink"),
            NodePicture("report", "report", "report.html", "sink"),
        ),
        (
            EdgePicture("data", "split", "$all", labels=classes, count="2975"),
            EdgePicture("split", "noise", "$train", port="train", labels=classes, count="2380"),
            EdgePicture("noise", "train", "$noisy", labels=classes[:3], count="2380"),
            EdgePicture("split", "train", "$val", port="val", labels=classes[:5], count="595"),
            EdgePicture("train", "infer", "$model", "model", port="model"),
            EdgePicture("train", "export", "$model", "model", port="model"),
            EdgePicture("train", "report", "$curves", "report", port="report"),
            EdgePicture("test", "infer", "$test", labels=classes[:2], count="500"),
            EdgePicture("infer", "evaluate", "$predicted", count="500"),
            EdgePicture("infer", "save", "$predicted", tags=("a", "b", "c", "d"), count="500"),
            EdgePicture("evaluate", "report", "$metrics", "report"),
        ),
    )


def with_problems() -> GraphPicture:
    """A graph with an error, a warning, and a node that nothing is connected to."""
    return GraphPicture(
        "broken.json",
        (
            NodePicture("0", "data", "lemon/*", "source"),
            NodePicture(
                "1",
                "flip",
                "axsi vertical",
                "geometry",
                "broken.json#L14",
                problems=("E103 unknown setting 'axsi'", "E104 missing setting 'axis'"),
                problem_severity="error",
            ),
            NodePicture(
                "2",
                "if",
                "probability 0.95",
                "flow",
                problems=("W201 images of one source reach train and val",),
                problem_severity="warning",
            ),
            NodePicture("3", "save", "out", "sink", problems=("E301 no input",)),
        ),
        (EdgePicture("0", "1", "$a", count="6"), EdgePicture("1", "2", "$b")),
    )


def chain(length: int) -> GraphPicture:
    """A chain of ``length`` nodes."""
    nodes = tuple(NodePicture(str(n), f"step {n}", "", "pixels") for n in range(length))
    edges = tuple(EdgePicture(str(n), str(n + 1), f"${n}") for n in range(length - 1))
    return GraphPicture("chain", nodes, edges)


def fan(width: int) -> GraphPicture:
    """One source that feeds ``width`` nodes, which all feed one sink."""
    middle = tuple(NodePicture(f"m{n}", f"branch {n}", "", "geometry") for n in range(width))
    ends = (NodePicture("in", "data", "", "source"), NodePicture("out", "save", "", "sink"))
    edges = tuple(EdgePicture("in", node.id, "$all", count="9") for node in middle)
    edges += tuple(EdgePicture(node.id, "out", f"${node.id}") for node in middle)
    return GraphPicture("fan", ends + middle, edges)


def hostile() -> GraphPicture:
    """Texts that try to leave the place where they are written, and many scripts."""
    script = "<script>alert('1')</script>\"&]]>--><!--\x00\x1b\u202e\\N"
    return GraphPicture(
        script,
        (
            NodePicture("<a>", script, script, script, "javascript:alert(1)", script, (script,)),
            NodePicture("b\"'", "日本語のタイトル " * 6, "नमस्ते é e\u0301 🍋 Ωмега", "pixels"),
        ),
        (
            EdgePicture(
                "<a>", "b\"'", script, script, script, ((script, script),), (script,), script
            ),
        ),
    )


def cycle() -> GraphPicture:
    """A document with a cycle and with a layer that feeds itself."""
    nodes = tuple(NodePicture(name, name, "", "flow") for name in ("one", "two", "three"))
    return GraphPicture(
        "cycle",
        nodes,
        (
            EdgePicture("one", "two", "$a"),
            EdgePicture("two", "three", "$b"),
            EdgePicture("three", "one", "$c"),
            EdgePicture("two", "two", "$d", tags=("loop",)),
        ),
    )


EMPTY = GraphPicture("nothing")
SINGLE = GraphPicture("one", (NodePicture("0", "data", "lemon/*", "source"),))

ALL = {
    "lemon": lemon(),
    "branch": branch(),
    "training": training(),
    "problems": with_problems(),
    "chain": chain(60),
    "fan": fan(30),
    "hostile": hostile(),
    "cycle": cycle(),
    "empty": EMPTY,
    "single": SINGLE,
}
