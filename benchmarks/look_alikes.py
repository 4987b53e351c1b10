"""How fast a country's pictures are compared with each other: `python -m benchmarks.look_alikes`.

The fingerprints are those of the small model's pictures (`tests/failures/small_model.py`) with a
quarter of the bits turned at random, so that some bits are as likely together as in pictures;
embeddings are random. A dish has four pictures, a vendor 50 dishes, one picture in a thousand is a
copy of another dish's. Making fingerprints and embeddings of new pictures is not part of it.
"""

import argparse
import time

import numpy as np
import polars as pl

from benchmarks.measurement import measured, write_results
from gpu_ops.fingerprint import fingerprint
from menu_assets.look_alikes import compared
from resources.picture_likeness import LIKENESS_SCHEMA
from tests.failures import small_model

SEED = 20261125
TURNED_BITS = 0.25
COPIES = 0.001
PICTURES_OF_A_DISH = 4
DISHES_OF_A_VENDOR = 50
WIDTH = 128


def pictures_made(count: int, seed: int) -> pl.DataFrame:
    """What `compared` takes, of so many pictures."""
    rng = np.random.default_rng(seed)
    parents = np.array(
        [
            np.frombuffer(bytes.fromhex(fingerprint(small_model.picture(n, 128))), np.uint8)
            for n in range(52)
        ]
    )
    turned = np.packbits(rng.random((count, 256), np.float32) < TURNED_BITS, axis=1)
    prints = parents[rng.integers(0, len(parents), count)] ^ turned
    copies = rng.choice(count, round(count * COPIES), replace=False)
    prints[copies] = prints[(copies + count // 2) % count]
    directions = rng.standard_normal((count, WIDTH), np.float32)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    dish = np.arange(count) // PICTURES_OF_A_DISH
    return pl.DataFrame({"dish": dish, "embedding": directions}).select(
        candidate_id=pl.format("c-{}", pl.int_range(count)),
        country=pl.lit("de"),
        product_id=pl.format("p-{}", "dish"),
        image_hash=pl.format("i-{}", pl.int_range(count)),
        subject=pl.format("dish {}", "dish"),
        vendor_id=pl.format("v-{}", pl.col("dish") // DISHES_OF_A_VENDOR),
        model_id=pl.lit("garnish-small"),
        fingerprint=pl.Series([row.tobytes().hex() for row in prints]),
        embedding=pl.col("embedding").cast(LIKENESS_SCHEMA["embedding"]),
    )


def main() -> None:
    """Measure once, write the figures, print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=1_000_000)
    count = parser.parse_args().pictures
    made = pictures_made(count, SEED)
    began_cpu = time.process_time()
    work = measured(lambda: compared(made, {}, "measured"))
    cpu_seconds = round(time.process_time() - began_cpu, 1)
    vetoed = work.result.filter(verdict="veto").height
    figures = {"pictures": count, "vetoed": vetoed, "cpu_seconds": cpu_seconds}
    path = write_results(f"look_alikes_{count}", work, **figures)
    print(
        f"{count:,} pictures in {work.seconds:.1f} s ({cpu_seconds} s of CPU),"
        f" {work.peak_mib:,.0f} MiB at the peak, {vetoed:,} look-alikes: {path}"
    )


if __name__ == "__main__":
    main()
