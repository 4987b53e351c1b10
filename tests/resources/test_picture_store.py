"""The picture store: one file for the same pixels, and no damage goes unnoticed."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from upath import UPath

from resources.picture_store import DamagedPicture, PictureStore, decode, encode_webp
from tests.stand_ins import draw_plate


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(UPath(tmp_path / "pictures"))


def files(store: PictureStore) -> list[Path]:
    return [path for path in Path(str(store.root)).rglob("*") if path.is_file()]


def test_the_same_pixels_are_one_file(store: PictureStore) -> None:
    first, again = store.put(draw_plate(1)), store.put(draw_plate(1))
    other = store.put(draw_plate(2))
    assert first == again != other
    assert len(files(store)) == 2


def test_a_picture_is_named_by_the_hash_of_its_bytes(store: PictureStore) -> None:
    stored = store.put(draw_plate(1))
    data = store.read_bytes(stored.image_hash)
    assert hashlib.sha256(data).hexdigest() == stored.image_hash
    assert len(data) == stored.image_bytes


def test_a_kept_picture_looks_as_it_was_drawn(store: PictureStore) -> None:
    picture = draw_plate(1)
    kept = store.read(store.put(picture).image_hash)
    assert kept.shape == picture.shape and kept.dtype == np.uint8
    assert np.abs(kept.astype(int) - picture).mean() < 6


def test_a_mask_comes_back_as_it_was(store: PictureStore) -> None:
    softness = np.tile(np.linspace(0, 255, 96).round().astype(np.uint8), (64, 1))
    mask = np.repeat(softness[..., None], 3, axis=2)
    assert (store.read(store.put(mask, lossless=True).image_hash) == mask).all()


def test_missing_and_truncated_files_are_found_without_opening_them(store: PictureStore) -> None:
    whole, gone, short = (store.put(draw_plate(seed)) for seed in (1, 2, 3))
    store.path(gone.image_hash).unlink()
    path = store.path(short.image_hash)
    path.write_bytes(path.read_bytes()[:-10])
    assert store.damaged([whole, gone, short]) == {gone.image_hash, short.image_hash}


def test_a_missing_picture_is_named(store: PictureStore) -> None:
    with pytest.raises(DamagedPicture, match="abcdef is not at"):
        store.read("abcdef")


def test_an_altered_picture_is_moved_aside_and_can_be_put_again(store: PictureStore) -> None:
    stored = store.put(draw_plate(1))
    path = store.path(stored.image_hash)
    data = bytearray(path.read_bytes())
    data[-20] ^= 255
    path.write_bytes(bytes(data))
    with pytest.raises(DamagedPicture, match="altered: moved aside"):
        store.read(stored.image_hash)
    assert store.damaged([stored]) == {stored.image_hash}
    assert path.with_suffix(".damaged").read_bytes() == bytes(data)
    assert store.put(draw_plate(1)) == stored
    assert store.damaged([stored]) == set()


def test_putting_a_picture_mends_a_truncated_file(store: PictureStore) -> None:
    stored = store.put(draw_plate(1))
    store.path(stored.image_hash).write_bytes(b"")
    store.put(draw_plate(1))
    assert len(store.read_bytes(stored.image_hash)) == stored.image_bytes


def test_a_failed_write_leaves_nothing_behind(
    store: PictureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: UPath, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(store.root), "write_bytes", fail)
    with pytest.raises(OSError, match="No space left"):
        store.put(draw_plate(1))
    assert files(store) == []


@pytest.mark.parametrize("data", [b"", b"no picture", encode_webp(draw_plate(1))[:200]])
def test_bytes_that_are_no_picture_are_refused(data: bytes) -> None:
    with pytest.raises(DamagedPicture, match="not a readable picture"):
        decode(data)
