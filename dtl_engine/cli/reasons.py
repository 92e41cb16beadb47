"""What is wrong with many images, told by reason: some examples of each, and how many more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dtl_engine.execute.reports import Failure

_DETAIL = re.compile(r"'[^']*'|\"[^\"]*\"|\d+(\.\d+)?")
"""What differs between messages of one reason: names, paths and numbers."""


def told_failures(failures: Iterable[Failure], most: int) -> Iterator[str]:
    """Yield a line for each failure; of more than ``most`` some of each reason, and a count."""
    by_reason: dict[str, list[Failure]] = {}
    for failure in failures:
        by_reason.setdefault(reason_of(failure), []).append(failure)
    groups = sorted(by_reason.values(), key=len, reverse=True)
    if sum(map(len, groups)) <= most:
        yield from (_line(failure) for group in groups for failure in group)
        return
    share = max(1, most // len(groups))
    for group in groups[:most]:
        yield from map(_line, group[:share])
        if (more := len(group) - share) > 0:
            yield f"    and {more} more for the same reason"
    if others := groups[most:]:
        yield f"  and {sum(map(len, others))} more for {len(others)} other reasons"


def reason_of(failure: Failure) -> str:
    """Return why an image failed, without what is special about that image."""
    text = failure.message.replace(failure.path, "''") if failure.path else failure.message
    return f"{failure.code} {_DETAIL.sub('…', text)}"


def _line(failure: Failure) -> str:
    return f"  {failure.origin}: {failure.code} {failure.message}"
