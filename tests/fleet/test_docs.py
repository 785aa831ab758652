"""docs/fleet.md: its cluster file is one, and its commands are hubpages'."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import ray
import yaml
from ray.autoscaler._private.util import prepare_config, validate_config

from generator.cli import _parser
from tests.kernels import ROOT

TEXT = (ROOT / "docs" / "fleet.md").read_text(encoding="utf-8")
SCHEMA = Path(ray.__file__).parent / "autoscaler" / "ray-schema.json"


def test_cluster_file_is_as_ray_wants_it() -> None:
    """By the schema that `ray up` holds it against."""
    (text,) = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    cluster = yaml.safe_load(text)
    jsonschema.validate(cluster, json.loads(SCHEMA.read_text(encoding="utf-8")))
    validate_config(prepare_config(cluster))
    assert cluster["provider"]["worker_ips"]
    assert cluster["file_mounts"].keys() == {"/home/hub/models"}
    assert "hubpages -C /home/hub/models kernel install" in "\n".join(cluster["setup_commands"])


@pytest.mark.parametrize("command", dict.fromkeys(re.findall(r"hubpages ((?:verify|build)[^'`\n]*)", TEXT)))
def test_commands_are_understood(command: str) -> None:
    """As they are written."""
    words = command.split()
    assert _parser(words).parse_args(words).run
