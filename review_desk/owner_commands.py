"""`garnish desk owner-link` and its kin: letting owners and the platform's app in.

Belongs here: words for people at a terminal. Does not belong here: the links (`owner_links.py`) and
the desk's other commands (`commands.py`). The desk's libraries are imported where they are needed.
"""

import getpass
from typing import Annotated

import typer
from rich.console import Console

from resources.environment import environment

owner_app = typer.Typer(no_args_is_help=True)
console = Console()
notes = Console(stderr=True)

Country = Annotated[str, typer.Argument(help="A country, e.g. de.")]
Vendor = Annotated[str, typer.Argument(help="The vendor's id, as on the menu.")]


@owner_app.command()
def owner_link(
    country: Country,
    vendor: Vendor,
    days: Annotated[int, typer.Option(help="How long it holds.")] = 14,
    api: Annotated[bool, typer.Option("--api", help="A token for the API, not a link.")] = False,
) -> None:
    """Print a link that opens a restaurant's own dishes; whoever has it may choose."""
    from review_desk.desk import desk_for
    from review_desk.owner_link_pages import link_address, note
    from review_desk.owner_links import Owner

    desk, owner = desk_for(environment()), Owner(country, vendor)
    token = desk.owner_links.make(owner, days=days, audience="api" if api else "page")
    note(desk, getpass.getuser(), "owner_link_made", owner, days=days, api=api)
    if not desk.queue.of_vendor(country, vendor):
        notes.print(f"No dish of {vendor} waits in {country}: is the vendor's id right?")
    console.print(token if api else link_address(desk, token), soft_wrap=True, markup=False)


@owner_app.command()
def revoke_owner_links(country: Country, vendor: Vendor) -> None:
    """End all links, sessions and API tokens of a vendor; new ones work."""
    from review_desk.desk import desk_for
    from review_desk.owner_link_pages import note
    from review_desk.owner_links import Owner

    desk, owner = desk_for(environment()), Owner(country, vendor)
    desk.owner_links.revoke(owner, getpass.getuser())
    note(desk, getpass.getuser(), "owner_links_revoked", owner)
    console.print(f"All links of {vendor} in {country} have ended.")


@owner_app.command()
def platform_token() -> None:
    """Make a token by which the platform's server may ask the API for any vendor."""
    from review_desk.owner_links import new_platform_token

    token, hashed = new_platform_token()
    console.print("The token, shown only now, for the platform's server:", soft_wrap=True)
    console.print(f"  {token}", soft_wrap=True, markup=False, highlight=False)
    console.print("Its hash, for the desk:")
    console.print(f"  GARNISH_PLATFORM_TOKEN_HASH={hashed}", soft_wrap=True, highlight=False)
