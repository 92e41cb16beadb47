"""``curves.png``: every metric over the epochs, training and validation in one panel."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from dtl_nodes.models.checkpoint import write_file
from dtl_nodes.models.training.panels import thinned

CURVES = "curves.png"

_COLUMNS = 3
_PANEL_INCHES = (4.2, 2.8)
_MARGIN_INCHES = (0.6, 0.5)
_COLORS = {"train": "#8AA4C8", "val": "#C2410C"}
_MOST_POINTS = 2000


def draw_curves(
    path: Path, curves: Mapping[tuple[str, str], Sequence[tuple[float, float]]]
) -> bool:
    """Draw the curves of a training as PNG.

    Args:
        path: the picture.
        curves: set and metric -> (epoch, value), in order.

    Returns:
        Whether they were drawn: matplotlib may be missing.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        return False
    metrics = sorted({metric for _, metric in curves}, key=lambda name: (name != "loss", name))
    columns = max(1, min(_COLUMNS, len(metrics)))
    rows = max(1, math.ceil(len(metrics) / columns))
    width, height = _PANEL_INCHES
    # No pyplot: it keeps figures in a global list and asks for a display.
    figure = Figure(figsize=(width * columns, height * rows))
    FigureCanvasAgg(figure)
    # Fixed margins: looking for the best ones takes as long as drawing.
    side, below = _MARGIN_INCHES[0] / width, _MARGIN_INCHES[1] / height
    figure.subplots_adjust(
        left=side / columns,
        right=1 - 0.2 * side / columns,
        bottom=below / rows,
        top=1 - 0.7 * below / rows,
        wspace=1.3 * side,
        hspace=2 * below,
    )
    for number, metric in enumerate(metrics, 1):
        axes = figure.add_subplot(rows, columns, number)
        for name, color in _COLORS.items():
            points = thinned(curves.get((name, metric), ()), _MOST_POINTS)
            if points:
                epochs, values = zip(*points, strict=True)
                marker = "o" if name == "val" else ""
                axes.plot(epochs, values, color=color, label=name, marker=marker, markersize=3)
        axes.set_title(metric, fontsize=10)
        axes.set_xlabel("epoch", fontsize=8)
        axes.tick_params(labelsize=8)
        axes.grid(visible=True, alpha=0.3)
        axes.legend(fontsize=8)
    data = io.BytesIO()
    figure.savefig(data, format="png", metadata={"Software": None})
    write_file(path, data.getvalue())
    return True
