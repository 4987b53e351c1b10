"""Guests are told in their language what a picture is, wherever it is shown."""

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from resources.countries import COUNTRIES, Country
from resources.disclosure import (
    DISCLOSURE_FILE,
    IPTC_SOURCE_TYPES,
    DisclosureError,
    Label,
    load_disclosure,
)
from resources.picture_metadata import xmp_packet
from tests.stand_ins import draw_plate

POLICY = load_disclosure()


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.code)
def test_every_country_has_a_label_in_its_language(country: Country) -> None:
    drawn = POLICY.label(country.code, "trainedAlgorithmicMedia")
    edited = POLICY.label(country.code, "compositeWithTrainedAlgorithmicMedia")
    assert drawn and edited and drawn.text != edited.text
    assert drawn.language == edited.language == country.language


def test_an_unknown_country_is_labelled_in_english() -> None:
    label = POLICY.label("xx", "trainedAlgorithmicMedia")
    assert label == Label("Picture made with AI", "en")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = DISCLOSURE_FILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "own.toml").write_text(text.replace(old, new), encoding="utf-8")
    return tmp_path / "own.toml"


def test_an_operator_switches_a_market_off_and_the_version_changes(tmp_path: Path) -> None:
    own = load_disclosure(
        changed(tmp_path, 'countries = ["kr"]\nlabel = true', 'countries = ["kr"]\nlabel = false')
    )
    assert own.label("kr", "trainedAlgorithmicMedia") is None
    assert own.label("de", "trainedAlgorithmicMedia") is not None
    assert own.version != POLICY.version


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[markets.elsewhere]", "[markets.nowhere]", "markets.elsewhere is missing"),
        ('countries = ["cn"]', 'countries = ["cn", "de"]', "de: in more than one market"),
        ("[labels.sv]", "[labels.xx]", "labels in sv are missing"),
        ("label = true", 'label = "perhaps"', "label"),
        ("[labels.en]", "[labels.en", "Expected"),
    ],
    ids=["no rest", "doubled", "language", "type", "no TOML"],
)
def test_a_wrong_file_is_an_error_that_names_it(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(DisclosureError, match=words) as raised:
        load_disclosure(path)
    assert "own.toml" in str(raised.value)


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP"])
def test_xmp_says_what_the_picture_is_and_survives_odd_names(file_format: str) -> None:
    label = Label('Bild & "mehr" <KI>', "de")
    packet = xmp_packet("trainedAlgorithmicMedia", 'mo"del <1>', "r&1", label)
    buffer = io.BytesIO()
    Image.fromarray(draw_plate(1)).save(buffer, file_format, xmp=packet)
    with Image.open(buffer) as picture:
        tree = ElementTree.fromstring(picture.info["xmp"].decode().strip("\ufeff"))
    (description,) = tree.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
    iptc = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
    assert description.get(f"{iptc}DigitalSourceType") == (
        f"{IPTC_SOURCE_TYPES}trainedAlgorithmicMedia"
    )
    assert description.get(f"{iptc}AISystemUsed") == 'mo"del <1>'
    texts = [item.text for item in tree.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li")]
    assert texts == [label.text, label.text]


def test_without_a_label_xmp_has_no_description() -> None:
    assert b"dc:description" not in xmp_packet("trainedAlgorithmicMedia", "m", "r", None)
