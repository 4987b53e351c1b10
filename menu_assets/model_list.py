"""The models of the catalogue, for people at a terminal.

Belongs here: what `garnish models` says of each. Does not belong here: the catalogue
(`resources/model_catalogue.py`).
"""

from collections.abc import Iterable

from rich.table import Table

from resources.chosen_generator import weights_of
from resources.model_catalogue import ModelEntry

USE = {
    "allowed": "commercial use allowed",
    "agreement": "commercial use needs an agreement: GARNISH_ACCEPTED_LICENCES",
    "forbidden": "no commercial use; for research: GARNISH_RESEARCH_ONLY",
}


def model_list(entries: Iterable[ModelEntry], chosen: str) -> Table:
    """A few lines for each model, with an arrow at the one that draws."""
    table = Table.grid(padding=(0, 1), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for entry in entries:
        lines = (
            f"[bold]{entry.title}[/]",
            f"{entry.licence}: {USE[entry.commercial_use]}",
            f"draws from {_draws_from(entry)}; {entry.width_px} px, {_effort(entry)}",
            _weights(entry),
            "",
        )
        mark = "→" if entry.model_id == chosen else ""
        table.add_row(mark, entry.model_id, "\n".join(lines))
    return table


def _draws_from(entry: ModelEntry) -> str:
    abilities = {
        "text": entry.text_to_image,
        "photo": entry.inpaint,
        "reference picture": entry.reference_image,
    }
    return ", ".join(name for name, can in abilities.items() if can)


def _effort(entry: ModelEntry) -> str:
    if entry.price_usd_per_picture:
        return f"about ${entry.price_usd_per_picture:.4f} a picture"
    return f"{entry.steps} steps"


def _weights(entry: ModelEntry) -> str:
    if not entry.folder:
        return "[dim]no weights: an API[/]"
    weights = weights_of(entry)
    at_once = "one picture" if entry.batch_size == 1 else f"{entry.batch_size} pictures at once"
    memory = f"[dim]; {entry.memory_gib:.1f} GiB for {at_once}[/]"
    if weights.are_here:
        return f"[green]weights here[/]{memory}"
    return f"[dim]weights {'come from the hub' if weights.is_on_hub else 'missing'}[/]{memory}"
