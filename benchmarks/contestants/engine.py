"""The engine as a contestant: compile a graph and run it."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.contestants.clock import time_work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", help="document, or the name of a shipped graph")
    parser.add_argument("data", type=Path, help="folder with the projects")
    parser.add_argument("out", type=Path)
    parser.add_argument("--runner", default="serial")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()

    from dtl_engine.api import run_graph

    def work() -> int:
        report = run_graph(
            options.graph,
            data=[options.data],
            out=options.out,
            runner=options.runner,
            workers=options.workers,
        )
        if report.exit_code:
            raise SystemExit(f"the run ended with {report.exit_code}: {report.failures[:1]}")
        return report.samples

    time_work(work, options.out, options.repeat)


if __name__ == "__main__":
    main()
