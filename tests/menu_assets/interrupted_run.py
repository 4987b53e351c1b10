"""A run of the flow in a process of its own, to be killed or starved by the tests.

Usage: python -m tests.menu_assets.interrupted_run LOG [--kill-after N] [--file-limit BYTES]
"""

import argparse
import resource
import signal
from pathlib import Path

import dagster as dg

from tests.stand_ins import PlateGenerator, local_flow


def main() -> None:
    """Run Germany once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("log", type=Path)
    parser.add_argument("--kill-after", type=int)
    parser.add_argument("--file-limit", type=int)
    options = parser.parse_args()
    generator = PlateGenerator(log=options.log, kill_after_batches=options.kill_after)
    with dg.DagsterInstance.ephemeral() as instance:
        flow = local_flow(instance, generator=generator)
        if options.file_limit:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write then fails with an error
            resource.setrlimit(resource.RLIMIT_FSIZE, (options.file_limit, options.file_limit))
        flow.run()


if __name__ == "__main__":
    main()
