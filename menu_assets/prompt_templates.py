"""The templates of prompts: what `prompt_templates.toml` holds, checked and made ready for joins.

Belongs here: the schema of that file, and its regular expressions. Does not belong here: putting
prompts together (`prompts.py`).
"""

import json
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

import polars as pl
from pydantic import (
    Field,
    PositiveInt,
    StringConstraints,
    ValidationError,
    model_validator,
)

from resources.data_file import Entry, faults_in_words
from resources.short_hash import short_hash

TEMPLATES_FILE = Path(__file__).with_name("prompt_templates.toml")
DISH = "{dish}"
OTHER = "other"
"""The category of every dish whose category no template knows."""

Camera = Literal["top", "side"]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z]+([ '-][a-z]+)*$")]
TextOfDish = Annotated[str, StringConstraints(pattern=r"^[^{}]*\{dish\}[^{}]*$")]
TextOfCuisine = Annotated[str, StringConstraints(pattern=r"^[^{}]*\{cuisine\}[^{}]*$")]


class TemplateError(ValueError):
    """The file of templates is wrong; the message says where and what."""


class Template(Entry):
    """Words around a dish, and the camera that they ask for."""

    version: PositiveInt
    camera: Camera
    categories: tuple[str, ...]
    text: TextOfDish
    text_inpaint: TextOfDish | None = None
    negative: str = ""


class Overrule(Entry):
    """Words of a dish's name that choose a template against its category."""

    template: str
    categories: tuple[str, ...]
    words: tuple[Word, ...]
    unless: tuple[Word, ...] = ()

    def applies(self, category: pl.Expr, subject: pl.Expr) -> pl.Expr:
        """Whether a dish's words overrule its category."""
        there = category.is_in(self.categories) & subject.str.contains(_any_of(self.words))
        return there & ~subject.str.contains(_any_of(self.unless)) if self.unless else there


class DietaryWords(Entry):
    """What a dietary flag adds to prompt and negative prompt, for some templates or for all."""

    prompt: str = ""
    negative: str = ""
    includes: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()


class Cuisine(Entry):
    """How a cuisine is told, and which are not."""

    prompt: TextOfCuisine
    left_out: tuple[str, ...] = ()


class Wording(NamedTuple):
    """All that is said of every dish of one template and one set of dietary flags."""

    template_name: str
    dietary_flags: str | None
    template: str  # with its version: "bowl@2"
    camera: str
    before: str
    after: str
    before_inpaint: str
    after_inpaint: str
    diet: str | None
    negative_prompt: str


class PromptTemplates(Entry):
    """All of the file."""

    negative_prompt: str
    text_inpaint: TextOfDish
    templates: dict[str, Template]
    overrules: tuple[Overrule, ...] = ()
    dietary: dict[str, DietaryWords] = Field(default_factory=dict)
    cuisine: Cuisine

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        categories = self.categories
        if len(categories) != len(set(categories)) or OTHER not in categories:
            raise ValueError(f"each category in one template, and {OTHER!r} in one of them")
        overruled = [name for overrule in self.overrules for name in overrule.categories]
        _all_known("category", overruled, categories)
        chosen = [overrule.template for overrule in self.overrules]
        limited = [name for words in self.dietary.values() for name in words.templates]
        _all_known("template", chosen + limited, self.templates)
        included = [flag for words in self.dietary.values() for flag in words.includes]
        _all_known("dietary flag", included, self.dietary)
        return self

    @property
    def categories(self) -> list[str]:
        """The categories that some template is for."""
        return [name for template in self.templates.values() for name in template.categories]

    def name_for(self, category: pl.Expr, subject: pl.Expr) -> pl.Expr:
        """The template for a dish, by name: the first overrule that applies, else by category."""
        by_category = {
            category: name
            for name, template in self.templates.items()
            for category in template.categories
        }
        written = category.str.strip_chars().str.to_lowercase()
        known = pl.when(written.is_in(by_category)).then(written).otherwise(pl.lit(OTHER))
        overrules = [
            pl.when(overrule.applies(known, subject)).then(pl.lit(overrule.template))
            for overrule in self.overrules
        ]
        return pl.coalesce(*overrules, known.replace_strict(by_category, return_dtype=pl.String))

    def wording(self, name: str, dietary_flags: str | None) -> Wording:
        """What is said of a dish with these flags (`vegan;halal`) in the template of that name."""
        template = self.templates[name]
        flags = set(flags_of(dietary_flags)) & set(self.dietary)
        flags -= {included for flag in flags for included in self.dietary[flag].includes}
        said = [
            words
            for flag, words in self.dietary.items()
            if flag in flags and (not words.templates or name in words.templates)
        ]
        before, after = template.text.split(DISH)
        before_inpaint, after_inpaint = (template.text_inpaint or self.text_inpaint).split(DISH)
        return Wording(
            name,
            dietary_flags,
            f"{name}@{template.version}",
            template.camera,
            before,
            after,
            before_inpaint,
            after_inpaint,
            _listed(words.prompt for words in said) or None,
            _listed([self.negative_prompt, template.negative, *(words.negative for words in said)]),
        )

    def fingerprint(self, name: str) -> str:
        """16 hex digits that change when a template says something else."""
        words = self.wording(name, None)._replace(template="")
        return short_hash(json.dumps(words))


def flags_of(dietary_flags: str | None) -> list[str]:
    """The single flags of a product."""
    return [flag.strip().lower() for flag in (dietary_flags or "").split(";") if flag.strip()]


def load_templates(path: Path = TEMPLATES_FILE) -> PromptTemplates:
    """The templates of a file.

    Raises:
        TemplateError: it is no TOML, an entry does not obey the schema, or entries do not fit
            together; the message names the entry.
    """
    try:
        return PromptTemplates(**tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{path.name}: {error}") from error
    except ValidationError as error:
        raise TemplateError(f"{path.name}: {faults_in_words(error, whole='file')}") from error


def _all_known(kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    if unknown := sorted(set(names) - set(known)):
        raise ValueError(f"no {kind} {', '.join(unknown)}")


def _any_of(words: Sequence[str]) -> str:
    """One regular expression for all words and their plurals."""
    return rf"(?i)\b(?:{'|'.join(words)})(?:e?s)?\b"


def _listed(lists: Iterable[str]) -> str:
    """Lists of words as one list without doubles."""
    words = (word for text in lists for word in text.split(", ") if word)
    return ", ".join(dict.fromkeys(words))
