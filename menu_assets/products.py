"""Products, and the rows that are none."""

from collections.abc import Iterator

import dagster as dg

from menu_assets.metadata import table_metadata
from menu_assets.partitions import COUNTRY_PARTITIONS
from menu_assets.pods import CPU_STEP
from menu_assets.product_rules import validated, with_last_good_rows
from menu_assets.table_asset import FRAME, Check, check_specs
from menu_assets.tables.menu import PRODUCTS, REJECTED_PRODUCTS
from resources.menu_source import MenuSource
from resources.table_store import TableStore

REJECTED_SHARE_ALARM = 0.05
FEW_REJECTED = Check("few_rejected_rows", "At most 5 % of the country's rows are rejected.")


def _out(name: str) -> dg.AssetOut:
    table = {"products": PRODUCTS, "rejected_products": REJECTED_PRODUCTS}[name]
    return dg.AssetOut(
        key=list(table.path),
        group_name=table.group,
        dagster_type=FRAME,
        **table_metadata(table),
    )


@dg.multi_asset(
    name="products",
    outs={name: _out(name) for name in ("products", "rejected_products")},
    partitions_def=COUNTRY_PARTITIONS,
    check_specs=check_specs(PRODUCTS, [FEW_REJECTED]),
    op_tags=CPU_STEP,
)
def products(
    context: dg.AssetExecutionContext,
    menus: dg.ResourceParam[MenuSource],
    tables: dg.ResourceParam[TableStore],
) -> Iterator[dg.MaterializeResult]:
    """Read the country's menu; good rows go on, bad rows are kept with their reason."""
    country = context.partition_key
    fingerprint = menus.fingerprints().get(country, "")  # before reading: a later change is seen
    valid, rejected = validated(menus.read(country), country)
    held = tables.read(PRODUCTS, country)
    current = with_last_good_rows(valid, rejected, held).sort("product_id")
    for reason, rows in rejected["reason_code"].value_counts(sort=True).iter_rows():
        context.log.warning("%s: %d rows rejected: %s", country, rows, reason)
    share = rejected.height / max(1, valid.height + rejected.height)
    yield dg.MaterializeResult(
        asset_key=list(PRODUCTS.path),
        value=current,
        metadata={
            "products": current.height,
            "products_kept_from_unreadable_files": current.height - valid.height,
            "vendors": current["vendor_id"].n_unique(),
            "menu_fingerprint": fingerprint,
        },
        check_results=[
            FEW_REJECTED.result(
                PRODUCTS,
                passed=share <= REJECTED_SHARE_ALARM,
                rejected_share=share,
                rejected_rows=rejected.height,
            )
        ],
    )
    yield dg.MaterializeResult(
        asset_key=list(REJECTED_PRODUCTS.path),
        value=rejected,
        metadata={"rejected_rows": rejected.height},
    )
