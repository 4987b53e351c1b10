"""Vendors' text is no syntax: whatever a menu says, compel reads plain words of weight 1."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu_ops.prompt_embedding import plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("C++ salad", "C salad"),
        ("soup--", "soup"),
        ("1--1 2+ eggs", "1 1 2 eggs"),
        ("(extra cheese)1.5", "extra cheese 1.5"),
        ('("tea", "milk").blend(1, 1)', "tea , milk blend 1, 1"),
        ("cat.swap(dog)", "cat swap dog"),
        ("a [b] {c} \\d", "a b c d"),
        ("sweet-sour pork", "sweet-sour pork"),
        ("  two   spaces\n", "two spaces"),
        ("", ""),
    ],
)
def test_syntax_is_taken_out_and_words_are_left(text: str, plain: str) -> None:
    assert plain_text(text) == plain


SYNTAX = st.text(alphabet="ab1 +-.,;:!?()[]{}\"'\\<>|&~*", max_size=30)
WORDS = st.lists(
    st.sampled_from(
        ["soup", "C++", "(hot)", "tea--", "swap", ".and(", ".swap(", "b,", '"x"', "++", "1.5"]
    ),
    max_size=8,
).map(" ".join)


def weights_and_kinds(text: str) -> tuple[set[float], set[str]]:
    """The weights of all fragments that compel reads in a text, and the kinds of its parts."""
    from compel.prompt_parser import Blend, Conjunction, Fragment, PromptParser

    conjunction = PromptParser().parse_conjunction(text)
    assert isinstance(conjunction, Conjunction)
    kinds = {type(prompt).__name__ for prompt in conjunction.prompts}
    parts = [
        fragment
        for prompt in conjunction.prompts
        for fragment in (getattr(prompt, "children", []) if not isinstance(prompt, Blend) else [])
    ]
    kinds |= {type(part).__name__ for part in parts}
    weights = {float(part.weight) for part in parts if isinstance(part, Fragment)}
    return weights, kinds


def test_the_same_parser_does_read_syntax_in_raw_text() -> None:
    assert weights_and_kinds("C++ salad")[0] != {1.0}
    assert "CrossAttentionControlSubstitute" in weights_and_kinds("a cat.swap(dog)")[1]


@settings(max_examples=60, deadline=None)
@given(SYNTAX | WORDS | st.text(max_size=30))
def test_compel_finds_no_weight_and_no_operator(text: str) -> None:
    plain = plain_text(text)
    assert not re.search(r"[()\[\]{}\"\\]", plain)
    weights, kinds = weights_and_kinds(plain)
    assert weights <= {1.0}
    assert kinds <= {"FlattenedPrompt", "Fragment"}


@settings(max_examples=200, deadline=None)
@given(SYNTAX | WORDS | st.text(max_size=30))
def test_every_word_survives_once_and_in_order(text: str) -> None:
    assert re.findall(r"\w+", plain_text(text)) == re.findall(r"\w+", text)


@settings(max_examples=100, deadline=None)
@given(SYNTAX | WORDS)
def test_plain_text_is_plain_already(text: str) -> None:
    assert plain_text(plain_text(text)) == plain_text(text)
