"""Manifests: Kubernetes knows every field, and names that refer to each other agree."""

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from fastapi.testclient import TestClient

from review_desk.app import create_app
from review_desk.desk import desk_for
from tests.deploy.manifests import (
    DEPLOY,
    code_server,
    helm_values,
    manifest,
    manifests,
    read,
    secret_keys,
)

KUBERNETES = "1.33"
OPERATORS = ("karpenter.sh", "karpenter.k8s.aws", "keda.sh", "external-secrets.io")
"""Whose kinds Kubernetes itself has no schema of."""

CORE = [each for each in manifests() if not each["apiVersion"].startswith(OPERATORS)]


def label(each: dict[str, Any]) -> str:
    return f"{each['kind']}/{each['metadata']['name']}"


@pytest.mark.parametrize("each", CORE, ids=label)
def test_kubernetes_knows_every_field(each: dict[str, Any]) -> None:
    kubernetes_validate.validate(each, KUBERNETES, strict=True)


def test_a_field_that_kubernetes_does_not_know_is_found() -> None:
    wrong = manifest("Deployment", "garnish-desk")
    wrong["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


def test_each_name_stands_once() -> None:
    names = [label(each) for each in manifests()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("folder", ["nodes", "cluster"])
def test_every_file_is_applied(folder: str) -> None:
    files = {path.name for path in (DEPLOY / folder).glob("*.yaml")} - {"kustomization.yaml"}
    assert files == set(read(f"deploy/{folder}/kustomization.yaml")["resources"])


def pod_of(name: str) -> dict[str, Any]:
    return manifest("Deployment", name)["spec"]["template"]


def desk_pod() -> dict[str, Any]:
    return pod_of("garnish-desk")


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("Service", ("spec", "selector")),
        ("PodDisruptionBudget", ("spec", "selector", "matchLabels")),
        ("NetworkPolicy", ("spec", "podSelector", "matchLabels")),
    ],
)
def test_what_is_for_the_desk_finds_its_pods(kind: str, path: tuple[str, ...]) -> None:
    selector: Any = manifest(kind, "garnish-desk")
    for key in path:
        selector = selector[key]
    assert selector.items() <= desk_pod()["metadata"]["labels"].items()


def test_the_desk_is_scaled_and_reached_by_the_names_that_it_has() -> None:
    assert manifest("ScaledObject", "garnish-desk")["spec"]["scaleTargetRef"] == {
        "name": "garnish-desk"
    }
    ((path,),) = (
        rule["http"]["paths"] for rule in manifest("Ingress", "garnish-desk")["spec"]["rules"]
    )
    (port,) = manifest("Service", "garnish-desk")["spec"]["ports"]
    assert path["backend"]["service"] == {"name": "garnish-desk", "port": {"name": port["name"]}}
    (container,) = desk_pod()["spec"]["containers"]
    assert port["targetPort"] in {each["name"] for each in container["ports"]}
    (rule,) = manifest("NetworkPolicy", "garnish-desk")["spec"]["ingress"]
    assert rule["ports"][0]["port"] == container["ports"][0]["containerPort"]


def test_the_desk_answers_its_probes(home: Path) -> None:
    (container,) = desk_pod()["spec"]["containers"]
    browser = TestClient(create_app(desk_for("local")), base_url="http://10.0.3.7:8000")
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        path = container[probe]["httpGet"]["path"]
        assert browser.get(path).status_code == 200, path


def test_only_starting_waits_for_the_database() -> None:
    (container,) = desk_pod()["spec"]["containers"]
    asking = [
        probe
        for probe in ("startupProbe", "readinessProbe", "livenessProbe")
        if container[probe]["httpGet"]["path"] == "/health"
    ]
    assert asking == ["startupProbe"]


def test_no_pod_is_roots() -> None:
    values = helm_values()
    pods = [
        *(
            (pod_of(name)["spec"]["securityContext"], pod_of(name)["spec"]["containers"][0])
            for name in ("garnish-desk", "garnish-shell")
        ),
        (values["dagsterWebserver"]["podSecurityContext"], values["dagsterWebserver"]),
        (values["dagsterDaemon"]["podSecurityContext"], values["dagsterDaemon"]),
        (code_server()["podSecurityContext"], code_server()),
    ]
    launcher = values["runLauncher"]["config"]["k8sRunLauncher"]
    pods.append((launcher["runK8sConfig"]["podSpecConfig"]["securityContext"], launcher))
    for of_the_pod, container in pods:
        assert of_the_pod["runAsNonRoot"] is True
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_every_account_has_a_role_and_every_role_an_account() -> None:
    roles = (DEPLOY / "terraform" / "roles.tf").read_text(encoding="utf-8")
    accounts = {
        each["metadata"]["name"] for each in manifests() if each["kind"] == "ServiceAccount"
    }
    table = roles.split("roles = {")[1].split("}")[0]
    assert {line.split("=")[0].strip() for line in table.splitlines() if "=" in line} == accounts
    used = {
        helm_values()["global"]["serviceAccountName"],
        desk_pod()["spec"]["serviceAccountName"],
        manifest("SecretStore", "garnish")["spec"]["provider"]["aws"]["auth"]["jwt"][
            "serviceAccountRef"
        ]["name"],
    }
    assert used == accounts


def test_dagsters_chart_finds_the_secrets_that_it_needs() -> None:
    values = helm_values()
    assert secret_keys(values["global"]["postgresqlSecretName"]) == {"postgresql-password"}
    (volume,) = values["runLauncher"]["config"]["k8sRunLauncher"]["volumes"]
    assert secret_keys(volume["secret"]["secretName"]) == {"key.pem", "certificates.pem"}


def test_nobody_talks_to_anybody_who_is_not_named() -> None:
    nobody = manifest("NetworkPolicy", "nobody-by-default")["spec"]
    assert nobody == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for each in manifests():
        if each["kind"] == "NetworkPolicy":
            for rule in each["spec"].get("ingress", []):
                assert rule["from"] and rule["ports"], label(each)
            for rule in each["spec"].get("egress", []):
                assert rule["to"] and rule["ports"], label(each)


@pytest.mark.parametrize("name", ["garnish-desk", "garnish-shell"])
def test_a_pod_names_only_what_there_is(name: str) -> None:
    made = {(each["kind"], each["metadata"]["name"]) for each in manifests()}
    pod = pod_of(name)["spec"]
    (container,) = pod["containers"]
    assert ("ServiceAccount", pod["serviceAccountName"]) in made
    for entry in container["envFrom"]:
        if "configMapRef" in entry:
            assert ("ConfigMap", entry["configMapRef"]["name"]) in made
        else:
            assert ("ExternalSecret", entry["secretRef"]["name"]) in made
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    for mount in container["volumeMounts"]:
        volume = volumes[mount["name"]]
        if "secret" in volume:
            assert ("ExternalSecret", volume["secret"]["secretName"]) in made


def test_operators_type_commands_with_the_settings_of_a_run() -> None:
    (container,) = pod_of("garnish-shell")["spec"]["containers"]
    given = {
        entry[kind]["name"]
        for entry in container["envFrom"]
        for kind in ("configMapRef", "secretRef")
        if kind in entry
    }
    server = code_server()
    assert {entry["name"] for entry in [*server["envConfigMaps"], *server["envSecrets"]]} <= given
    launcher = helm_values()["runLauncher"]["config"]["k8sRunLauncher"]
    assert launcher["volumeMounts"][0] in container["volumeMounts"]
    assert launcher["volumes"][0] in pod_of("garnish-shell")["spec"]["volumes"]
