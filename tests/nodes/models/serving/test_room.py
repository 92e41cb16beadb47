"""Room for the images of several requests."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dtl_nodes.models.serving.patience import Patience
from dtl_nodes.models.serving.room import Room


def test_as_many_as_there_is_room_for() -> None:
    room, lock, inside, seen = Room(10), threading.Lock(), [0], set[int]()

    def work(pixels: int) -> None:
        with room.taken(pixels, Patience(60)):
            with lock:
                inside[0] += pixels
                seen.add(inside[0])
            with lock:
                inside[0] -= pixels

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, [1, 4, 10, 3, 7, 5] * 40))
    assert max(seen) == 10


def test_nobody_waits_beyond_the_deadline_or_for_who_is_gone() -> None:
    room, gone = Room(10), Patience(60)
    with ThreadPoolExecutor(1) as pool:
        with room.taken(6, Patience(60)):
            with pytest.raises(TimeoutError), room.taken(5, Patience(0.01)):
                pass
            waiting = pool.submit(lambda: room.taken(5, gone).__enter__())
            gone.give_up()
            with room.taken(4, Patience(60)):
                pass
            with pytest.raises(TimeoutError):
                waiting.result(30)
        with room.taken(10, Patience(60)):
            pass
