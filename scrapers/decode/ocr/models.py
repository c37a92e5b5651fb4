# ruff: noqa: N802 (the names are those of the library)
"""The two models that come with rapidocr: where a picture has words, and what a strip of it says.

The models are files inside the installed package, loaded by onnxruntime as they are: rapidocr's own loader, which
fetches what it misses, is never imported. One thread and a fixed order: the same strips give the same letters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Mask = NDArray[np.uint8]

_HEIGHT = 48
"""Of a strip as the model takes it."""
_LEAST = 48
_MOST = 4_096
_BATCH = 12
# A batch is padded to its widest strip: wider than this beyond its narrowest, another one begins.
_SLACK = 96
_STEP = 32
_SURE = 0.3
_CERTAIN = 0.95
"""So sure a letter of another script is believed: names of people and places have rare ones."""


class _About(Protocol):
    custom_metadata_map: Mapping[str, str]


class _Options(Protocol):
    intra_op_num_threads: int
    inter_op_num_threads: int
    enable_cpu_mem_arena: bool
    log_severity_level: int


class _Session(Protocol):
    def get_modelmeta(self) -> _About: ...
    def run(self, names: None, given: Mapping[str, NDArray[np.float32]]) -> Sequence[NDArray[np.float32]]: ...


class _Runtime(Protocol):
    """What is used of onnxruntime, which has no types of its own."""

    def SessionOptions(self) -> _Options: ...
    def InferenceSession(self, path: str, options: _Options, *, providers: Sequence[str]) -> _Session: ...


class Glyph(NamedTuple):
    """One letter that a strip says: ``at`` is its middle as a part of the strip's width."""

    text: str
    at: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Models:
    """The loaded models. ``alphabet`` begins with the blank between letters."""

    finding: _Session
    reading: _Session
    alphabet: tuple[str, ...]
    foreign: NDArray[np.bool_]
    """For each letter whether Chinese offices do not write it: 決 for 决."""

    def words(self, picture: Pixels) -> Mask:
        """Return where a gray picture has words: a mask (0 or 1) of its size; each word is thinner than it is seen."""
        high, wide = picture.shape
        size = (max(wide // _STEP, 1) * _STEP, max(high // _STEP, 1) * _STEP)
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        level = small / 127.5 - 1.0
        (found,) = self.finding.run(None, {"x": np.repeat(level[None, None], 3, axis=1)})
        mask = (found[0, 0] > _SURE).astype(np.uint8)
        return np.asarray(cv2.resize(mask, (wide, high), interpolation=cv2.INTER_NEAREST), np.uint8)

    def letters(self, strips: Sequence[Pixels]) -> list[tuple[Glyph, ...]]:
        """Return what each strip (gray, one line of words) says, in the order of ``strips``."""
        scaled = [_scaled(strip) for strip in strips]
        order = sorted(range(len(strips)), key=lambda n: (scaled[n].shape[1], n))
        found: list[tuple[Glyph, ...]] = [()] * len(strips)
        for batch in _batches(order, [strip.shape[1] for strip in scaled]):
            wide = max(_LEAST, -(-scaled[batch[-1]].shape[1] // 8) * 8)
            stacked = np.zeros((len(batch), 3, _HEIGHT, wide), np.float32)
            for row, n in enumerate(batch):
                stacked[row, :, :, : scaled[n].shape[1]] = scaled[n]
            (said,) = self.reading.run(None, {"x": stacked})
            for row, n in enumerate(batch):
                found[n] = self._glyphs(said[row], wide / scaled[n].shape[1])
        return found

    def _glyphs(self, chances: NDArray[np.float32], padded: float) -> tuple[Glyph, ...]:
        """Read the chances of each letter (columns) along a strip (rows): the same one again is still that letter."""
        doubtful = chances.max(axis=1) < _CERTAIN
        chances = np.where(doubtful[:, None] & self.foreign[None, :], np.float32(0), chances)
        best = chances.argmax(axis=1).tolist()
        sure = chances.max(axis=1).tolist()
        steps = len(best)
        found: list[Glyph] = []
        start = 0
        while start < steps:
            end = start
            while end < steps and best[end] == best[start]:
                end += 1
            if best[start]:
                middle = (start + end) / 2 / steps * padded
                found.append(Glyph(self.alphabet[best[start]], middle, min(float(max(sure[start:end])), 1.0)))
            start = end
        return tuple(found)


def _scaled(strip: Pixels) -> NDArray[np.float32]:
    high, wide = strip.shape
    width = min(max(round(wide * _HEIGHT / high), 8), _MOST)
    level = cv2.resize(strip, (width, _HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.asarray(level, np.float32) / 127.5 - 1.0


def _batches(order: Sequence[int], widths: Sequence[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for n in order:
        if found and len(found[-1]) < _BATCH and widths[n] - widths[found[-1][0]] <= _SLACK:
            found[-1].append(n)
        else:
            found.append([n])
    return found


@cache
def load() -> Models:
    """Load the models that the installed rapidocr brings. Raises FileNotFoundError where it brings none."""
    cv2.setNumThreads(1)
    reading = _session("rec")
    letters = reading.get_modelmeta().custom_metadata_map["character"].split("\n")
    alphabet = ("", *letters, " ")
    foreign = np.array([bool(letter) and not _is_written(letter) for letter in alphabet])
    return Models(_session("det"), reading, alphabet, foreign)


def _is_written(letter: str) -> bool:
    """Say whether a letter is of the simplified script, or ASCII."""
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _session(task: str) -> _Session:
    runtime = cast("_Runtime", import_module("onnxruntime"))
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # It would keep the room of the widest strip for good.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return runtime.InferenceSession(str(_model(task)), options, providers=["CPUExecutionProvider"])


def _model(task: str) -> Path:
    package = find_spec("rapidocr")
    folder = Path(package.origin).parent / "models" if package is not None and package.origin else None
    found = sorted(folder.glob(f"*_{task}_*.onnx")) if folder is not None else []
    if not found:
        raise FileNotFoundError(f"rapidocr brings no model {task}: install the extra again (pip install '.[ocr]')")
    return found[-1]
