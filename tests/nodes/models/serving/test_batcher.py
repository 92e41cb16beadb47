"""Images of several requests in one call of the model."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from dtl_nodes.models.serving.batcher import Batcher, ClosedError
from dtl_nodes.models.serving.patience import Patience
from tests.nodes.models.serving.fake import FakePredictor, picture

FAR = Patience(1e9)


@pytest.fixture
def model() -> FakePredictor:
    return FakePredictor()


@pytest.fixture
def told() -> list[int]:
    return []


@pytest.fixture
def batcher(model: FakePredictor, told: list[int]) -> Iterator[Batcher]:
    made = Batcher(model, most=4, wait_s=0.0, told=lambda images, seconds: told.append(images))
    yield made
    model.gate.set()
    made.close()


def boxes(count: int) -> list[tuple[int, int, int, int]]:
    return [(number, 0, number + 5, 5) for number in range(1, count + 1)]


def test_what_waits_at_one_time_goes_in_together_and_each_gets_its_own(
    model: FakePredictor, batcher: Batcher, told: list[int]
) -> None:
    model.gate.clear()
    alone = [FakePredictor().predict([picture(box)]) for box in boxes(7)]
    with ThreadPoolExecutor(8) as pool:
        held = pool.submit(batcher.predict, [picture()], FAR)
        assert model.entered.wait(30)
        asked = [pool.submit(batcher.predict, [picture(box)], FAR) for box in boxes(7)]
        while batcher._queue.qsize() < 7:
            threading.Event().wait(0.001)
        model.gate.set()
        assert [each.result(30) for each in asked] == alone
        assert len(held.result(30)) == 1
    assert told == model.calls == [1, 4, 3]
    assert len(model.threads) == 1


def test_the_first_image_waits_for_others(model: FakePredictor) -> None:
    batcher = Batcher(model, most=2, wait_s=60.0, told=lambda images, seconds: None)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda box: batcher.predict([picture(box)], FAR), boxes(2)))
    batcher.close()
    assert model.calls == [2]


def test_many_images_of_one_request(model: FakePredictor, batcher: Batcher) -> None:
    pictures = [picture(box) for box in boxes(9)]
    assert batcher.shared(FAR).predict(pictures) == FakePredictor().predict(pictures)
    assert max(model.calls) <= 4
    assert batcher.shared(FAR).predict([]) == []


def test_a_broken_image_hurts_nobody_else(model: FakePredictor, batcher: Batcher) -> None:
    model.gate.clear()
    with ThreadPoolExecutor(8) as pool:
        pool.submit(batcher.predict, [picture()], FAR)
        assert model.entered.wait(30)
        broken = pool.submit(batcher.predict, [picture(first=(255, 0, 0))], FAR)
        good = [pool.submit(batcher.predict, [picture(box)], FAR) for box in boxes(2)]
        while batcher._queue.qsize() < 3:
            threading.Event().wait(0.001)
        model.gate.set()
        with pytest.raises(RuntimeError, match="a bug of the model"):
            broken.result(30)
        assert all(len(each.result(30)[0].instances) == 1 for each in good)
    assert model.calls == [1, 3, 1, 1, 1]


def test_nobody_waits_beyond_the_deadline(model: FakePredictor, batcher: Batcher) -> None:
    model.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(batcher.predict, [picture()], FAR)
        assert model.entered.wait(30)
        with pytest.raises(TimeoutError):
            batcher.predict([picture(), picture()], Patience(0.01))
        model.gate.set()
        held.result(30)
    # What nobody waits for is not shown to the model.
    assert batcher.predict([picture()], FAR)
    assert model.calls == [1, 1]


def test_closing_finishes_what_waits_and_takes_no_more(
    model: FakePredictor, batcher: Batcher
) -> None:
    model.gate.clear()
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(batcher.predict, [picture(box)], FAR) for box in boxes(2)]
        assert model.entered.wait(30)
        closing = pool.submit(batcher.close)
        while not batcher._is_closed:
            threading.Event().wait(0.001)
        with pytest.raises(ClosedError):
            batcher.predict([picture()], FAR)
        model.gate.set()
        closing.result(30)
        answered = [each for each in asked if each.exception(30) is None]
    assert answered
    batcher.close()


def test_too_few_predictions_are_a_fault_and_not_the_end(
    model: FakePredictor, batcher: Batcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(model, "predict", lambda images: [])
        with pytest.raises(ValueError, match="zip"):
            batcher.predict([picture()], FAR)
    assert len(batcher.predict([picture()], FAR)) == 1


def test_who_gives_up_is_not_worked_for(model: FakePredictor, batcher: Batcher) -> None:
    model.gate.clear()
    patience = Patience(1e9)
    with ThreadPoolExecutor(2) as pool:
        held = pool.submit(batcher.predict, [picture()], FAR)
        assert model.entered.wait(30)
        left = pool.submit(batcher.predict, [picture(), picture()], patience)
        while batcher._queue.qsize() < 2:
            threading.Event().wait(0.001)
        patience.give_up()
        model.gate.set()
        assert len(held.result(30)) == 1
        with pytest.raises(TimeoutError):
            left.result(30)
    assert model.calls == [1]
