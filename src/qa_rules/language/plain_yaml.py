"""Plain data as YAML, written as this library reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml


def yaml_text(data: Mapping[str, Any]) -> str:
    """Return data as YAML: its keys in their order, short lists on a line of their own."""
    text: str = yaml.dump(
        data, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=118, default_flow_style=None
    )
    return text


class _Plain(yaml.SafeDumper):
    """YAML as this library reads it: no anchors and no tags, and a scalar is what its fact takes it for."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Plain.yaml_implicit_resolvers = {}
_TEXT = "tag:yaml.org,2002:str"


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(_TEXT, value, style="'" if value in ("", "~", "null") else None)


_Plain.add_representer(str, _text)
_Plain.add_representer(int, lambda dumper, value: dumper.represent_scalar(_TEXT, str(value)))
_Plain.add_representer(bool, lambda dumper, value: dumper.represent_scalar(_TEXT, "yes" if value else "no"))
_Plain.add_representer(type(None), lambda dumper, _: dumper.represent_scalar(_TEXT, "null"))
