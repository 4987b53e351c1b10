"""The cache of translations: each text is paid for once, whatever happens and whoever asks."""

import multiprocessing
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from resources.database import Database
from resources.review_store import Decision, ReviewStore
from resources.translation import TranslationFailed
from resources.translation_cache import CachedService
from tests.resources.translation_services import CountsLetters


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/new/folder/reviews.db"


def all_of(batches: Iterator[Mapping[str, str]]) -> dict[str, str]:
    return {text: english for batch in batches for text, english in batch.items()}


def test_a_text_is_asked_for_once_in_a_call_and_ever_after(url: str) -> None:
    first, second = CountsLetters(), CountsLetters()
    texts = ["국수", "밥", "국수", "김치 찌개"]
    english = all_of(CachedService(first, Database(url)).translate(texts, language="ko"))
    assert first.asked == [("ko", ("국수", "밥")), ("ko", ("김치 찌개",))]
    assert english == {"국수": "dish of 2", "밥": "dish of 1", "김치 찌개": "dish of 2 2"}
    again = all_of(CachedService(second, Database(url)).translate([*texts, "탕"], language="ko"))
    assert again == {**english, "탕": "dish of 1"}
    assert second.asked == [("ko", ("탕",))]


def test_another_spelling_of_the_same_letters_is_the_same_text(url: str) -> None:
    service = CountsLetters()
    composed, decomposed = (unicodedata.normalize(form, "köttbullar") for form in ("NFC", "NFD"))
    assert composed != decomposed
    english = all_of(
        CachedService(service, Database(url)).translate([decomposed, composed], language="sv")
    )
    assert english[composed] == english[decomposed] == "dish of 10"
    assert service.asked == [("sv", (composed,))]


def test_another_language_or_version_is_asked_anew(url: str) -> None:
    old, new = CountsLetters(), CountsLetters(version="letters-2")
    for service, language in ((old, "de"), (old, "sv"), (new, "de"), (new, "de")):
        all_of(CachedService(service, Database(url)).translate(["Glass"], language=language))
    assert [language for language, _ in old.asked] == ["de", "sv"]
    assert [language for language, _ in new.asked] == ["de"]


def test_what_was_paid_for_before_a_failure_is_kept(url: str) -> None:
    texts = ["a", "bb", "ccc", "dddd", "eeeee"]
    with pytest.raises(TranslationFailed):
        all_of(
            CachedService(CountsLetters(fails_after=1), Database(url)).translate(
                texts, language="de"
            )
        )
    service = CountsLetters()
    english = all_of(CachedService(service, Database(url)).translate(texts, language="de"))
    assert [batch for _, batch in service.asked] == [("ccc", "dddd"), ("eeeee",)]
    assert english == {text: f"dish of {len(text)}" for text in texts}


def test_a_batch_is_kept_even_if_nobody_takes_the_next_one(url: str) -> None:
    batches = CachedService(CountsLetters(), Database(url)).translate(
        ["a", "bb", "ccc"], language="de"
    )
    assert next(batches) == {}
    assert next(batches) == {"a": "dish of 1", "bb": "dish of 2"}
    batches.close()  # as a killed process would
    service = CountsLetters()
    all_of(CachedService(service, Database(url)).translate(["a", "bb", "ccc"], language="de"))
    assert service.asked == [("de", ("ccc",))]


def test_nothing_is_asked_and_no_database_made_for_no_texts(url: str, tmp_path: Path) -> None:
    assert all_of(CachedService(CountsLetters(), Database(url)).translate([], language="de")) == {}
    assert not (tmp_path / "new").exists()


def test_thousands_of_texts_and_long_ones(url: str) -> None:
    texts = [f"{number} Teller" for number in range(2_500)] + ["lang " * 1_000]
    service = CountsLetters(batch_size=1_000)
    english = all_of(CachedService(service, Database(url)).translate(texts, language="de"))
    assert len(english) == 2_501
    assert all_of(CachedService(service, Database(url)).translate(texts, language="de")) == english
    assert len(service.asked) == 3


def test_the_cache_and_the_review_store_share_a_database(url: str) -> None:
    all_of(CachedService(CountsLetters(), Database(url)).translate(["Reis"], language="de"))
    store = ReviewStore(Database(url))
    decision = Decision("de", "1", "c", "0" * 64, "approve", "ada")
    assert store.record([decision]) == 1
    assert store.decisions("de") == [decision]


def translate_many(url: str) -> None:
    texts = [f"{'x' * number} y" for number in range(1, 121)]
    all_of(CachedService(CountsLetters(), Database(url)).translate(texts, language="de"))


def test_many_writers_of_the_same_texts_do_not_fail(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=translate_many, args=(url,)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=120)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    service = CountsLetters()
    english = all_of(
        CachedService(service, Database(url)).translate(["xxx y", "x y"], language="de")
    )
    assert english == {"xxx y": "dish of 3 1", "x y": "dish of 1 1"}
    assert service.asked == []
