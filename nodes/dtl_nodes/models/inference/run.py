"""Feed samples to a model in one of the modes, windows of several samples at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dtl_engine.sdk import Annotation, DataError, ModelError, Pixels, Sample, Window
from dtl_nodes.models.inference.mode import Job, Recipe, Result
from dtl_nodes.models.inference.output_schema import make_recipe
from dtl_nodes.models.inference.predictor import Prediction, Predictor
from dtl_nodes.models.inference.probabilities import with_maps
from dtl_nodes.models.inference.settings import InferSettings


def apply_mode(
    settings: InferSettings, samples: Sequence[Sample], predictor: Predictor
) -> list[Sample | DataError]:
    """Return the samples with what the model finds in them.

    What the model sees goes to it in the order of the samples and of their windows, ``batch_size``
    at once; no more than that many images are open. Images stay as they are.

    Args:
        settings: of ``infer``.
        samples: any number.
        predictor: the model, opened with ``settings.options``.

    Returns:
        One entry for each sample, in order: the sample, or why there is none.

    Raises:
        SchemaError: settings and model do not fit together.
        ModelError: the model is at fault, whatever the sample.
    """
    run = _Run(settings, make_recipe(settings, predictor.spec), predictor, len(samples))
    for number, sample in enumerate(samples):
        run.feed(number, sample)
    return run.finished()


@dataclass(slots=True)
class _Work:
    """One sample on its way: its place among the results, and how many windows are left."""

    number: int
    sample: Sample
    job: Job
    waiting: int


@dataclass(frozen=True, slots=True)
class _Look:
    """What the model is to see once."""

    work: _Work
    window: int
    pixels: Pixels


class _Run:
    """All samples of one call, and what waits to be shown to the model."""

    def __init__(
        self, settings: InferSettings, recipe: Recipe, predictor: Predictor, samples: int
    ) -> None:
        self._settings = settings
        self._recipe = recipe
        self._predictor = predictor
        self._results: list[Sample | DataError | None] = [None] * samples
        self._batch: list[_Look] = []

    def feed(self, number: int, sample: Sample) -> None:
        """Show a sample to the model as soon as a batch is full."""
        try:
            # Objects that are scaled for a while are no place to put new ones.
            annotation = sample.annotation.restored()
            job = self._settings.mode.job(annotation, self._recipe)
            work = _Work(number, sample, job, len(job.windows))
            if not job.windows:
                self._finish(work)
                return
            # Samples keep the pixels that they were asked for; with many of them that is too much.
            is_alone = len(self._results) == 1
            pixels = (sample.image if is_alone else sample.image.detached()).pixels()
            _check_size(annotation, pixels)
        except DataError as error:
            self._results[number] = error
            return
        for place, window in enumerate(job.windows):
            if self._results[number] is not None:
                return
            self._batch.append(_Look(work, place, cut_out(pixels, window)))
            if len(self._batch) == self._settings.batch_size:
                self._predict()

    def finished(self) -> list[Sample | DataError]:
        """Show the rest to the model, and return what became of the samples."""
        self._predict()
        return [result for result in self._results if result is not None]

    def _predict(self) -> None:
        batch, self._batch = self._batch, []
        # A sample that failed may have windows waiting still.
        batch = [look for look in batch if self._results[look.work.number] is None]
        for look, prediction in _predictions(self._predictor, batch):
            work = look.work
            if self._results[work.number] is not None:
                continue
            try:
                if isinstance(prediction, DataError):
                    raise prediction
                work.job.take(look.window, prediction)
                work.waiting -= 1
                if not work.waiting:
                    self._finish(work)
            except DataError as error:
                self._results[work.number] = error

    def _finish(self, work: _Work) -> None:
        self._results[work.number] = _with_result(
            work.sample, work.job.annotation, work.job.result()
        )


def _predictions(
    predictor: Predictor, looks: Sequence[_Look]
) -> Iterator[tuple[_Look, Prediction | DataError]]:
    """Yield what the model says of each; one that it cannot be shown does not hurt the others."""
    if not looks:
        return
    try:
        found = predictor.predict([look.pixels for look in looks])
    except DataError as error:
        if len(looks) == 1:
            yield looks[0], error
        else:
            for look in looks:
                yield from _predictions(predictor, [look])
        return
    if len(found) != len(looks):
        raise ModelError(f"the model gave {len(found)} predictions for {len(looks)} images")
    yield from zip(looks, found, strict=True)


def cut_out(pixels: Pixels, window: Window) -> Pixels:
    """Return what a window shows, its outermost pixels repeated where it leaves the image.

    Args:
        pixels: (H, W, 3) uint8.
        window: inside the image, or beyond its right and lower border.

    Returns:
        (h, w, 3) uint8 in one piece; the image itself where the window is all of it.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = window
    part = pixels[top : min(bottom, height), left : min(right, width)]
    beyond = max(bottom - height, 0), max(right - width, 0)
    if any(beyond):
        part = np.pad(part, ((0, beyond[0]), (0, beyond[1]), (0, 0)), mode="edge")
    return np.ascontiguousarray(part)


def _check_size(annotation: Annotation, pixels: Pixels) -> None:
    height, width = pixels.shape[:2]
    if (width, height) != annotation.image_size:
        size = annotation.image_size
        raise DataError(
            "F605",
            f"the image has {width}x{height} pixels, its annotation says "
            f"{size.width}x{size.height}",
        )


def _with_result(sample: Sample, annotation: Annotation, result: Result) -> Sample:
    made = Annotation(
        annotation.image_size,
        result.instances,
        (*annotation.tags, *result.tags),
        annotation.description,
        with_maps(annotation.extra, result.maps),
    )
    return sample.replace(annotation=made)
