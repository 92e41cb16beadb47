"""The training loop beside a plain loop of PyTorch: time per step, and the loss in the end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Command, contestant, print_table, run, take_turns
from benchmarks.options import make_parser, scratch_folder

NETWORKS = ("unet", "mask_rcnn")
LOOPS = ("engine", "plain")
TRAIN, VAL, EPOCHS = 24, 4, 3
AIM = 1.05


def main(words: Sequence[str] | None = None) -> None:
    parser = make_parser(__doc__)
    parser.add_argument("--only", choices=NETWORKS, help="one of the networks")
    options = parser.parse_args(words)
    train, epochs = (4, 2) if options.quick else (TRAIN, EPOCHS)
    rows = []
    with scratch_folder(options.scratch) as scratch:
        run(contestant("draw_training_set", scratch / "set", train, VAL))
        for network in [options.only] if options.only else NETWORKS:
            rounds = 1 if options.quick else options.rounds
            rows.append(_measure(scratch, network, epochs, rounds))
    print_table(
        ("ms a step", *LOOPS, "wall ratio", "CPU ratio", "loss, engine", "loss, plain"), rows
    )
    print(f"aim: a ratio of at most {AIM}, and equal losses")


def _measure(scratch: Path, network: str, epochs: int, rounds: int) -> tuple[str, ...]:
    """Return a row: both loops take turns, and the least of their times counts."""
    losses: dict[str, set[float]] = {loop: set() for loop in LOOPS}
    found = []
    for number in range(rounds):
        outs = {loop: scratch / f"{network}-{loop}-{number}" for loop in LOOPS}
        commands: dict[str, Command] = {
            loop: contestant("train_network", loop, network, scratch / "set", out, epochs)
            for loop, out in outs.items()
        }
        found.append(take_turns(commands, 1))
        for loop, out in outs.items():
            losses[loop].add(json.loads((out / "loss.json").read_text()))
    wall = {loop: min(each[loop].wall / each[loop].samples for each in found) for loop in LOOPS}
    cpu = {loop: min(each[loop].cpu / each[loop].samples for each in found) for loop in LOOPS}
    return (
        network,
        *(f"{wall[loop] * 1e3:.1f}" for loop in LOOPS),
        f"{wall['engine'] / wall['plain']:.3f}",
        f"{cpu['engine'] / cpu['plain']:.3f}",
        *("/".join(f"{loss:.6f}" for loss in sorted(losses[loop])) for loop in LOOPS),
    )


if __name__ == "__main__":
    main()
