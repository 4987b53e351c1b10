"""Where the machine's browser is, and how it is started without a network of its own."""

from pathlib import Path

CHROMIUM = Path("/usr/bin/chromium")

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
