"""`garnish metrics`: figures for Prometheus.

Belongs here: serving and printing. Does not belong here: which figures there are
(`resources/metrics.py`).
"""

import sys
from typing import Annotated

import typer
from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from rich.console import Console

from menu_assets.tables.registry import TABLES
from resources.environment import environment, resources_for
from resources.metrics import GarnishMetrics

metrics_app = typer.Typer(no_args_is_help=True, help="Figures for Prometheus.")
console = Console()


def registry() -> CollectorRegistry:
    """The metrics of the environment; the warehouse is built if nobody has built it yet."""
    resources = resources_for(environment())
    if not resources.warehouse.path.exists():
        resources.warehouse.build(TABLES)
    metrics = CollectorRegistry()
    metrics.register(
        GarnishMetrics(
            resources.warehouse, resources.reviews.database, resources.webhooks, resources.budget
        )
    )
    return metrics


@metrics_app.command()
def serve(
    host: Annotated[str, typer.Option(help="0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 9464,
) -> None:
    """Answer Prometheus until Ctrl-C. Runs beside Dagster's daemon, which renews the warehouse."""
    server, thread = start_http_server(port, addr=host, registry=registry())
    console.print(
        f"Metrics: [bold]http://{host}:{server.server_port}/metrics[/]  (Ctrl-C stops it)"
    )
    sys.stdout.flush()
    try:
        thread.join()
    except KeyboardInterrupt:
        server.shutdown()


@metrics_app.command()
def show() -> None:
    """Print the metrics once."""
    sys.stdout.write(generate_latest(registry()).decode())
