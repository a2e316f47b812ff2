"""The strict subset of YAML, and JSON: what is refused, what stays text, and where each value stood."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from qa_rules import FactsError, NotFoundError, load_facts, load_ruleset
from qa_rules.language import reading
from qa_rules.language.reading import Plain, Source, read_file, read_text
from qa_rules.language.source import MOST_SHOWN
from qa_rules.model.facts import Vocabulary

SOUND = load_ruleset(Path(__file__).parent / "bad" / "sound" / "ruleset.yaml")


def yaml(text: str) -> Source:
    return read_text(text, "a.yaml")


def json(text: str) -> Source:
    return read_text(text, "a.json")


def codes(source: Source) -> list[str]:
    return [each.code for each in source.diagnostics]


def where(source: Source) -> tuple[int, int]:
    (fault,) = source.diagnostics
    assert fault.place is not None
    return fault.place.line, fault.place.column


REFUSED = {
    "an anchor": ("a: &b 1\nc: 2\n", "anchor", 1, 4),
    "an alias": ("a: 1\nb: *a\n", "anchor", 2, 4),
    "an anchor on a list": ("a:\n  - &x [1]\n", "anchor", 2, 5),
    "a merge": ("a: 1\n<<: *a\n", "anchor", 2, 5),
    "a tag": ("a: !!str 1\n", "tag", 1, 4),
    "a tag that would run something": ("a: !!python/object/apply:os.getcwd []\n", "tag", 1, 4),
    "a tag on a mapping": ("a: !x {b: 1}\n", "tag", 1, 4),
    "a key twice": ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1),
    "a key twice, once in quotes": ("a: {b: 1, 'b': 2}\n", "duplicate-key", 1, 11),
    "a second document": ("a: 1\n---\nb: 2\n", "second-document", 2, 1),
    "a key that is a list": ("? [a]\n: 1\n", "key", 1, 3),
    "a key that is a mapping": ("{{a: 1}: 2}\n", "key", 1, 2),
    "a tab for an indentation": ("a:\n\tb: 1\n", "not-yaml", 2, 1),
    "an open list": ("a: [1, 2\n", "not-yaml", 1, 4),
    "an open quotation": ("a: 'x\n", "not-yaml", 1, 4),
    "a colon in text": ("a: b: c\n", "not-yaml", 1, 5),
    "a directive of no meaning": ("%YAML 9.9\n---\na: 1\n", "not-yaml", 1, 1),
}


@pytest.mark.parametrize("name", REFUSED)
def test_yaml_beyond_the_subset_is_refused_at_its_place(name: str) -> None:
    text, code, line, column = REFUSED[name]
    source = yaml(text)
    assert codes(source) == [code]
    assert where(source) == (line, column)
    assert source.diagnostics[0].hint


BROKEN = {
    "an open quotation": ('a: 1\nb: "x\nc: 2\n', 2, 4, "quotation that opens here has no end"),
    "a backslash": ('a: "\\d"\n', 1, 5, "a backslash has a meaning of its own"),
    "a line without a colon": ("a: 1\nb 2\nc: 3\n", 2, 1, "this line has no colon"),
    "an open mapping": ("a: {b: 1\nc:\n  d: 2\n", 1, 4, "the `{` that opens here has no end"),
    "an open list": ("a: [b, c\nd: 2\n", 1, 4, "the `[` that opens here has no end"),
    "an indentation too short": ("a:\n  - b: 1\n    c: 2\n   d: 3\n", 4, 4, "does not go with those above"),
    "an indentation too long": ("a: 1\n  b: 2\n", 2, 4, "a colon and a space stand where text is"),
    "a colon in text": ("a: b: c\n", 1, 5, "a colon and a space stand where text is"),
    "a tab": ("a:\n\tb: 1\n", 2, 1, "a tab stands here"),
    "a sign": ("a: @b\n", 1, 4, "text cannot begin with this sign"),
    "a star": ("a: * b\n", 1, 4, "text cannot begin with this sign"),
}


@pytest.mark.parametrize("loader", ["CBaseLoader", "BaseLoader"])
@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_a_file_is_told_in_words_where_the_slip_is(
    name: str, loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if loader == "BaseLoader":
        monkeypatch.delattr("yaml.CBaseLoader", raising=False)
    text, line, column, message = BROKEN[name]
    source = yaml(text)
    found = where(source)
    assert found == (line, column) or (name == "a backslash" and found == (line, column + 1))
    (fault,) = source.diagnostics
    assert message in fault.message
    assert fault.hint
    assert fault.excerpt == text.splitlines()[line - 1]


def test_a_tag_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    source = yaml(f"a: !!python/object/apply:pathlib.Path.mkdir [!!python/name:x '{mark}']\n")
    assert codes(source) == ["tag"]
    assert source.data is None
    assert not mark.exists()


@pytest.mark.parametrize(
    "word",
    ["NO", "yes", "on", "1.10", "12:30", "0x1F", "1e3", "007", "2026-11-22", ".inf", "=", "Null", "1_000"],
)
def test_a_plain_scalar_stays_as_it_was_written(word: str) -> None:
    source = yaml(f"a: {word}\n")
    assert source.data == {"a": word}
    assert isinstance(source.data["a"], Plain)


@pytest.mark.parametrize("word", ["", "~", "null", "# a comment"])
def test_nothing_written_is_unknown(word: str) -> None:
    assert yaml(f"a: {word}\nb: 1\n").data == {"a": None, "b": "1"}


@pytest.mark.parametrize("word", ["'null'", '"~"', "''"])
def test_what_is_quoted_is_text_and_not_plain(word: str) -> None:
    found = yaml(f"a: {word}\n").data["a"]
    assert found == word[1:-1]
    assert not isinstance(found, Plain)


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n"])
def test_an_empty_file_holds_nothing(text: str) -> None:
    source = yaml(text)
    assert (source.data, source.diagnostics) == (None, [])


FACTS = "format: 1\nsubject: NO\nfacts:\n"


def facts(tmp_path: Path, lines: str, name: str = "facts.yaml") -> dict[str, object]:
    path = tmp_path / name
    path.write_text(FACTS + lines if name.endswith("yaml") else lines, encoding="utf-8")
    found = load_facts(path, SOUND)
    return {key: given.value for key, given in found.values.items()}


@pytest.mark.parametrize("word", ["NO", "1.10", "12:30", "2012", "2026-11-22", "0x1F", "true"])
def test_what_is_due_decides_how_a_plain_scalar_is_read(word: str, tmp_path: Path) -> None:
    assert facts(tmp_path, f"  scheme: {word}\n  schemes: [{word}]\n  motto: {word}\n") == {
        "scheme": word,
        "schemes": frozenset([word]),
        "motto": word,
    }


def test_a_subject_called_no_keeps_its_name(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(FACTS + "  insured: yes\n", encoding="utf-8")
    assert load_facts(path, SOUND).subject == "NO"


@pytest.mark.parametrize("word", ["", "~", "null"])
def test_an_empty_fact_is_unknown_and_not_no(word: str, tmp_path: Path) -> None:
    written = (
        f"  insured: {word}\n  walkers: {{value: {word}, by: A. Person}}\n  plan: {word}\n  leaders: {word}\n"
    )
    assert facts(tmp_path, written) == {}


@pytest.mark.parametrize(
    "word", ["12:30", "0x10", "1e2", "1_000", "٣", "12.0", "'12'", "+-1", "9" * 31, "1" * 5000]
)
def test_what_is_no_plain_number_is_not_read_as_one(word: str, tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="not a whole number"):
        facts(tmp_path, f"  walkers: {word}\n")


@pytest.mark.parametrize("word", ["2026-1-1", "2026-02-30", "2026-11-22T00:00:00", "20261122", "٢٠٢٦-١١-٢٢"])
def test_what_is_no_plain_date_is_not_read_as_one(word: str, tmp_path: Path) -> None:
    with pytest.raises(FactsError, match=r"not a date|no day"):
        facts(tmp_path, f"  started_on: {word}\n")


def test_a_date_in_quotes_is_a_date(tmp_path: Path) -> None:
    assert facts(tmp_path, '  started_on: "2026-11-22"\n') == {"started_on": datetime.date(2026, 11, 22)}


@pytest.mark.parametrize("depth", [reading.MOST_DEPTH + 1, 5_000, 200_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    for text in ("[" * depth + "1" + "]" * depth, "{a: " * depth + "1" + "}" * depth):
        source = yaml(text)
        assert codes(source) in (["too-deep"], ["not-yaml"])
        assert "nested too deeply" in source.diagnostics[0].message


def test_nesting_up_to_the_limit_is_read() -> None:
    depth = reading.MOST_DEPTH
    assert codes(yaml("[" * depth + "1" + "]" * depth)) == []


def test_a_billion_laughs_are_refused_at_the_first() -> None:
    lines = ["a0: &a0 [ha, ha]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert codes(yaml("\n".join(lines))) == ["anchor"]


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"PK\x03\x04\x14\0\0\0", "a Word document, a workbook or another zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(400), "a workbook or document of an old Office"),
        (b"%PDF-1.7\n", "a PDF"),
    ],
)
@pytest.mark.parametrize("suffix", [".yaml", ".json", ".csv", ".ndjson"])
def test_a_file_of_another_program_is_named_as_what_it_is(
    start: bytes, kind: str, suffix: str, tmp_path: Path
) -> None:
    file = tmp_path / f"facts{suffix}"
    file.write_bytes(start)
    if suffix in (".yaml", ".json"):
        found = reading.read_file(file).diagnostics[0]
    else:
        pytest.importorskip("pyarrow")
        from qa_rules.tables.files import open_table

        with pytest.raises(FactsError) as refused:
            open_table(file, Vocabulary({}))
        (found,) = refused.value.diagnostics
    assert f"this is {kind}, and no text" in found.message
    assert "CSV" in found.hint


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("format: 1\nsubject: Caf\u00e9\n".encode("latin-1"))
    source = read_file(path)
    assert codes(source) == ["not-utf-8"]
    assert "byte 23 " in source.diagnostics[0].message
    with pytest.raises(FactsError, match="save the file as UTF-8"):
        load_facts(path, SOUND)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_a_file_of_wide_letters_is_told_by_the_name_of_its_encoding(
    name: str, encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes("format: 1\nsubject: Caf\u00e9\n".encode(encoding))
    source = read_file(path)
    assert codes(source) == ["not-utf-8"]
    assert source.diagnostics[0].message == f"this is in {encoding[:6].upper()}"


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\na: 2\n")
    source = read_file(path)
    assert source.data == {"a": "2"}
    assert where(source) == (2, 1)


def test_a_file_above_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n" * 4, encoding="utf-8")
    monkeypatch.setattr(reading, "MOST_BYTES", 19)
    source = read_file(path)
    assert (codes(source), source.data) == (["too-large"], None)
    monkeypatch.setattr(reading, "MOST_BYTES", 20)
    assert "too-large" not in codes(read_file(path))


def test_more_values_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_NODES", 4)
    assert codes(yaml("[1, 2, 3]")) == []
    source = yaml("[1, 2, 3, 4]")
    assert (codes(source), where(source), source.data) == (["too-large"], (1, 11), None)


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(NotFoundError, match="cannot read"):
            read_file(path)


def test_a_control_character_is_refused_with_a_place() -> None:
    source = yaml("a: 1\nb: \x07\n")
    assert codes(source) == ["not-yaml"]


def test_emoji_keep_the_columns_of_what_follows() -> None:
    source = yaml("{🙂: 1, b: 2, 🙂🙂: 3}\n")
    assert source.diagnostics == []
    place = source.place(("b",))
    assert place is not None
    assert (place.line, place.column) == (1, 11)


def test_other_line_ends_keep_the_lines() -> None:
    source = yaml("a: 1\r\nb: 2\r\na: 3\r\n")
    assert where(source) == (3, 1)
    assert source.diagnostics[0].excerpt == "a: 3"


@pytest.mark.parametrize("odd", ["\u2028", "\u0085", "\x0c"])
def test_an_odd_line_end_inside_text_leaves_the_excerpt_right(odd: str) -> None:
    source = yaml(f'a: "x{odd}y"\nb: 1\nb: 2\n')
    for fault in source.diagnostics:
        if fault.code == "duplicate-key":
            assert fault.excerpt == "b: 2"


NESTED = """\
facts:
  leaders:
    - name: Ann
      'days': [ 1,  "two" ]
    - {name: Bob}
"""


@pytest.mark.parametrize(
    ("trail", "line", "column", "at_key"),
    [
        (("facts",), 1, 1, (1, 1)),
        (("facts", "leaders", 0), 3, 7, None),
        (("facts", "leaders", 0, "name"), 3, 13, (3, 7)),
        (("facts", "leaders", 0, "days"), 4, 15, (4, 7)),
        (("facts", "leaders", 0, "days", 0), 4, 17, None),
        (("facts", "leaders", 0, "days", 1), 4, 21, None),
        (("facts", "leaders", 1, "name"), 5, 14, (5, 8)),
    ],
)
def test_a_nested_value_and_its_key_know_their_place(
    trail: tuple[str | int, ...], line: int, column: int, at_key: tuple[int, int] | None
) -> None:
    source = yaml(NESTED)
    if trail != ("facts",):
        place = source.place(trail)
        assert place is not None
        assert (place.line, place.column) == (line, column)
    if at_key is not None:
        key = source.place(trail, key=True)
        assert key is not None
        assert (key.line, key.column) == at_key


def test_a_place_that_is_not_there_is_that_of_what_is_around_it() -> None:
    place = yaml(NESTED).place(("facts", "leaders", 1, "none"))
    assert place is not None
    assert (place.line, place.column) == (5, 7)


# JSON


def test_a_key_twice_in_json_is_refused_at_the_second() -> None:
    source = json('{"a": 1,\n "b": {"c": 1, "c": 2}}')
    assert codes(source) == ["duplicate-key"]
    assert where(source) == (2, 16)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("{", 1, 2),
        ('{"a": 1,}', 1, 9),
        ("{'a': 1}", 1, 2),
        ('{"a":\n nope}', 2, 2),
        ("", 1, 1),
        ("[1] 2", 1, 5),
    ],
)
def test_what_is_no_json_is_refused_at_its_place(text: str, line: int, column: int) -> None:
    source = json(text)
    assert codes(source) == ["not-json"]
    found = where(source)
    assert found[0] == line
    assert abs(found[1] - column) <= 1


@pytest.mark.parametrize(
    "word", ["NaN", "Infinity", "-Infinity", "1e400", "1" * 5000, "1.5", "true", '"3"', "[3]"]
)
def test_an_odd_number_in_json_is_no_number_of_walkers(word: str, tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="not a whole number") as caught:
        facts(tmp_path, f'{{"format": 1,\n"facts": {{"walkers": {word}}}}}', "facts.json")
    (fault,) = caught.value.diagnostics
    assert fault.place is not None
    assert (fault.place.line, fault.place.column) == (2, 22)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "1e400", "true"])
def test_an_odd_number_in_json_is_no_fee(word: str, tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="not a number"):
        facts(tmp_path, f'{{"format": 1, "facts": {{"fee": {word}}}}}', "facts.json")


@pytest.mark.parametrize("depth", [reading.MOST_DEPTH + 2, 2_000, 200_000])
def test_deep_json_is_refused(depth: int, tmp_path: Path) -> None:
    deep = "[" * depth + "]" * depth
    with pytest.raises(FactsError) as caught:
        facts(tmp_path, f'{{"format": 1, "facts": {{"walkers": {deep}}}}}', "facts.json")
    assert all(each.message for each in caught.value.diagnostics)


def test_an_emoji_written_as_two_halves_is_one_character(tmp_path: Path) -> None:
    text = '{"format": 1, "facts": {"motto": "\\ud83d\\ude42"}}'
    assert facts(tmp_path, text, "facts.json") == {"motto": "🙂"}


@pytest.mark.parametrize("half", ["\\ud83d", "\\ude42\\ud83d", "a\\udfff"])
def test_half_a_character_is_refused(half: str, tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="half a character"):
        facts(tmp_path, f'{{"format": 1, "facts": {{"motto": "{half}"}}}}', "facts.json")


def test_half_a_character_for_a_key_or_an_option_is_a_fault_that_can_be_printed(tmp_path: Path) -> None:
    text = '{"format": 1, "facts": {"\\ud83d": 1, "pace": "\\ud83d"}}'
    with pytest.raises(FactsError) as caught:
        facts(tmp_path, text, "facts.json")
    assert {each.code for each in caught.value.diagnostics} >= {"unknown-fact"}
    assert str(caught.value).encode("utf-8")


def test_what_is_shown_of_a_file_is_one_line_that_steers_no_terminal(tmp_path: Path) -> None:
    with pytest.raises(FactsError) as caught:
        facts(tmp_path, '{"format": 1, "facts": {"a\\nb\\u001b[2J": 1}}', "facts.json")
    (fault,) = caught.value.diagnostics
    assert fault.message == "there is no fact `a\ufffdb\ufffd[2J`"
    assert "\x1b" not in str(json("\x1b[2J").diagnostics[0])


def test_the_caret_is_under_the_fault_or_left_out_where_the_line_is_too_long(tmp_path: Path) -> None:
    long = ", ".join(f'"scheme{number}": null' for number in range(40))
    with pytest.raises(FactsError) as caught:
        facts(tmp_path, f'{{"format": 1, "facts": {{{long}}}}}', "facts.json")
    shown = [fault for fault in caught.value.diagnostics if "|" in str(fault)]
    assert 0 < len(shown) < len(caught.value.diagnostics) == 40
    for fault in shown:
        assert fault.place is not None
        assert fault.place.column <= MOST_SHOWN
        assert fault.excerpt[fault.place.column - 1 :].startswith(('"scheme', '"'))


def test_json_that_yaml_cannot_follow_names_the_path_to_the_fault(tmp_path: Path) -> None:
    with pytest.raises(FactsError) as caught:
        facts(tmp_path, '{"format": 1,\n"facts": {"motto": "\\ud83d\\ude42", "walkers": "x"}}', "facts.json")
    (fault,) = caught.value.diagnostics
    assert "(at facts.walkers)" in fault.message or (fault.place and fault.place.line == 2)


def test_json_and_yaml_hold_the_same_facts(tmp_path: Path) -> None:
    as_json = '{"format": 1, "facts": {"insured": true, "walkers": 12, "fee": 12.50, "grounds": ["road"]}}'
    as_yaml = "  insured: yes\n  walkers: 12\n  fee: 12.50\n  grounds: [road]\n"
    assert facts(tmp_path, as_json, "facts.json") == facts(tmp_path, as_yaml)
