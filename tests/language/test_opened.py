"""Texts that are open and not saved are read in the place of their files, and only while that is asked."""

from __future__ import annotations

from pathlib import Path

from qa_rules.language.opened import opened
from qa_rules.language.reading import read_file


def test_an_open_text_is_read_for_its_file_inside_the_block_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\n", "utf-8")
    with opened({file: "a: 2\n"}):
        assert read_file(tmp_path / "." / "a.yaml").data == {"a": "2"}
        with opened({}):
            assert read_file(file).data == {"a": "1"}
        assert read_file(file).data == {"a": "2"}
    assert read_file(file).data == {"a": "1"}
