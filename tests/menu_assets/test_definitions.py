"""The assembly: what a Dagster deployment is given, and what loading it costs."""

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

from menu_assets.definitions import build_defs
from menu_assets.pods import GPU_POOL
from menu_assets.tables.registry import TABLES
from resources.countries import country_codes
from resources.environment import REPOSITORY

GPU_TABLES = ("vendor_photos", "candidate_images", "safety_scores", "quality_scores")


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_defs(env="local")


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_loading_is_light_and_without_a_warning() -> None:
    heavy = ("torch", "diffusers", "transformers", "compel", "easyocr", "dagster_k8s")
    code = f"import sys, menu_assets.definitions\nprint([m for m in {heavy} if m in sys.modules])"
    loaded = python("-W", "error", "-c", code)
    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.strip() == "[]"


def test_the_definitions_are_valid(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_each_table_is_an_asset_of_the_same_name(specs: dict[str, dg.AssetSpec]) -> None:
    tables = {key for key, spec in specs.items() if spec.partitions_def is not None}
    assert tables == {"/".join(table.path) for table in TABLES}


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_each_asset_says_what_it_is(specs: dict[str, dg.AssetSpec], table) -> None:
    spec = specs["/".join(table.path)]
    assert spec.group_name == table.group
    assert spec.owners and spec.description and spec.kinds
    assert spec.partitions_def is not None
    assert spec.partitions_def.get_partition_keys() == list(country_codes())
    columns = spec.metadata["dagster/column_schema"].columns
    assert [column.name for column in columns] == table.schema.names()
    assert all(column.description for column in columns)


def test_everything_below_products_follows_by_itself(specs: dict[str, dg.AssetSpec]) -> None:
    first = {"menu/products", "menu/rejected_products"}
    for table in TABLES:
        key = "/".join(table.path)
        assert (specs[key].automation_condition is None) == (key in first), key


@pytest.mark.parametrize("name", GPU_TABLES)
def test_the_steps_on_a_gpu_have_a_pool_a_pod_and_retries(
    definitions: dg.Definitions, name: str
) -> None:
    key = next(dg.AssetKey(list(table.path)) for table in TABLES if table.name == name)
    graph = definitions.resolve_assets_def(key).node_def
    assert isinstance(graph, dg.GraphDefinition)
    by_name = {node.name: node for node in graph.nodes}
    gpu_step = by_name[f"run_{name}"].definition
    assert gpu_step.pool == GPU_POOL
    pod = gpu_step.tags["dagster-k8s/config"]
    assert '"nvidia.com/gpu": "1"' in pod and "l4" in pod
    assert gpu_step.retry_policy.max_retries >= 1
    for step in ("plan", "collect"):
        light = by_name[f"{step}_{name}"].definition
        assert light.pool is None
        assert "nvidia.com/gpu" not in light.tags["dagster-k8s/config"]


def test_steps_without_a_gpu_ask_for_none(definitions: dg.Definitions) -> None:
    for asset in definitions.resolve_asset_graph().assets_defs:
        if asset.is_executable and isinstance(asset.node_def, dg.OpDefinition):
            pod = asset.op.tags["dagster-k8s/config"]
            assert "requests" in pod and "nvidia.com/gpu" not in pod, asset.keys


def test_every_check_is_asked_for_each_country(definitions: dg.Definitions) -> None:
    specs = [
        spec
        for checks in definitions.resolve_asset_graph().assets_defs
        for spec in checks.check_specs
    ]
    assert specs
    for spec in specs:
        assert spec.description
        assert spec.partitions_def is not None, spec.key


def test_a_cluster_runs_each_step_in_a_pod(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GARNISH_STORE", "memory://garnish")
    monkeypatch.setenv("GARNISH_MENUS", "memory://menus")
    monkeypatch.setenv("GARNISH_REVIEW_DATABASE", "postgresql://garnish@db/garnish")
    monkeypatch.setenv("GARNISH_C2PA_KEY", "/secrets/key.pem")
    monkeypatch.setenv("GARNISH_C2PA_CERTIFICATES", "/secrets/certificates.pem")
    definitions = build_defs(env="cluster")
    assert definitions.executor is not None
    assert definitions.executor.name == "k8s"
    local = build_defs(env="local")
    assert set(definitions.resources or {}) == set(local.resources or {})
    dg.Definitions.validate_loadable(definitions)


def test_resources_can_be_replaced(definitions: dg.Definitions) -> None:
    replaced = build_defs(env="local", resource_overrides={"shard_rows": 7})
    assert (replaced.resources or {})["shard_rows"] == 7


def test_the_rooms_keep_the_import_law() -> None:
    linted = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


def test_the_workspace_names_the_definitions() -> None:
    workspace = yaml.safe_load((REPOSITORY / "workspace.yaml").read_text(encoding="utf-8"))
    modules = [entry["python_module"] for entry in workspace["load_from"]]
    assert modules == ["menu_assets.definitions"]


def test_dagster_loads_the_workspace(home: Path, tmp_path: Path) -> None:
    validated = python("-m", "dagster", "definitions", "validate", "-w", "workspace.yaml")
    assert validated.returncode == 0, validated.stderr
