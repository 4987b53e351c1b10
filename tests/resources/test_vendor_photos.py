"""Where vendors' photos may lie, and what is said of those that cannot be read."""

import functools
import os
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from upath import UPath

from resources.environment import REPOSITORY
from resources.photo_decoding import UnusablePhoto
from resources.vendor_photos import MAX_BYTES, VendorPhotos

BROKEN = REPOSITORY / "sample_menus" / "broken" / "photos"


def save(path: Path, colour: str = "red") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (400, 300), colour).save(path, "JPEG")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tmp_path / "photos" / "soup.jpg")
    save(tmp_path / "secret.jpg")
    return tmp_path / "photos"


@pytest.fixture
def photos(folder: Path) -> VendorPhotos:
    return VendorPhotos(UPath(folder))


@pytest.fixture
def web(folder: Path) -> Iterator[str]:
    """A web server on loopback that serves the photo folder."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def refusal(photos: VendorPhotos, address: str) -> str:
    with pytest.raises(UnusablePhoto) as caught:
        photos.read(address)
    return caught.value.reason_code


def test_a_file_name_is_looked_up_in_the_folder(photos: VendorPhotos, folder: Path) -> None:
    save(folder / "de" / "süße Suppe.jpg")
    assert photos.read("soup.jpg").shape == (300, 400, 3)
    assert photos.read("de/süße Suppe.jpg").shape == (300, 400, 3)


@pytest.mark.parametrize(
    "address",
    [
        "../secret.jpg",
        "de/../../secret.jpg",
        "..\\secret.jpg",
        "/etc/hostname",
        "file:///etc/hostname",
        "file:/etc/hostname",
        "s3:/somebody-elses/soup.jpg",
        "simplecache::file:///etc/hostname",
        "memory://photos/soup.jpg",
        "s3://somebody-elses/soup.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/soup.jpg",
        "soup.jpg\0",
        ".",
    ],
)
def test_nothing_else_is_read(photos: VendorPhotos, address: str) -> None:
    assert refusal(photos, address) in ("refused_address", "not_found")
    if address != ".":
        assert refusal(photos, address) == "refused_address"


def test_trusted_sources_are_read(folder: Path, web: str) -> None:
    store, bucket = f"file://{folder}", "memory://trusted-photos"
    UPath(f"{bucket}/de/soup.jpg").write_bytes((folder / "soup.jpg").read_bytes())
    photos = VendorPhotos(UPath(folder / "none"), sources=(store, bucket, web))
    for address in (f"{store}/soup.jpg", f"{bucket}/de/soup.jpg", f"{web}/soup.jpg"):
        assert photos.read(address).shape == (300, 400, 3)
    assert refusal(photos, f"{store}/../secret.jpg") == "refused_address"
    assert refusal(photos, f"{store}-private/soup.jpg") == "refused_address"
    assert refusal(photos, f"{web}/de/%2e%2e/soup.jpg") == "refused_address"
    assert refusal(photos, f"{web}/nothing.jpg") == "not_found"


def test_faults_of_one_photo_leave_the_others(folder: Path) -> None:
    for file in BROKEN.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    with (folder / "long.jpg").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    photos = VendorPhotos(UPath(folder))
    expected = {
        "soup.jpg": None,
        "nothing.jpg": "not_found",
        "truncated.jpg": "damaged",
        "text_named.jpg": "not_a_picture",
        "hundred_megapixels.png": "too_many_pixels",
        "long.jpg": "file_too_large",
        "../secret.jpg": "refused_address",
    }
    read = photos.read_all(list(expected))
    assert [None if isinstance(photo, np.ndarray) else photo.reason_code for photo in read] == list(
        expected.values()
    )


def test_another_file_at_the_same_place_has_another_fingerprint(
    photos: VendorPhotos, folder: Path
) -> None:
    addresses, rows = ["soup.jpg", "later.jpg"], ["monday", "monday"]
    before = photos.fingerprints(addresses, rows)
    assert before == photos.fingerprints(addresses, ["tuesday", "tuesday"])
    save(folder / "later.jpg")
    os.utime(save(folder / "soup.jpg", "blue"), (1, 1))
    after = photos.fingerprints(addresses, rows)
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_a_photo_on_the_web_is_another_one_when_its_row_changed(photos: VendorPhotos) -> None:
    address = ["https://example.com/soup.jpg"]  # never asked: there is no network here
    assert photos.fingerprints(address, ["monday"]) == photos.fingerprints(address, ["monday"])
    assert photos.fingerprints(address, ["monday"]) != photos.fingerprints(address, ["tuesday"])
