"""One decision on our engines and on the quick peers that Python can call, in one run: answers checked equal first.

The workload is that of the peers' comparison: 120 requirements, 12 groups, 3 tiers. Two-valued work: all facts known.
Three-valued work: 40 % of them unknown, for which a peer gets two rules a requirement, one for met and one for not met
(see `dialects`). What a peer cannot name (groups, tiers) is folded from its answers in Python, which is quicker than to
ask it twice. Each has its best form: compiled once, all requirements in one call where that is possible, and facts laid
out beforehand as it likes them best, beside plain mappings. Times are processor time, so that other work on the machine
does not count; rounds take turns; a ratio is the median of the ratios of the rounds.

`python -m benchmarks.peers [--rounds 11]`
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from importlib.metadata import version
from typing import Any, Final

import attrs

from benchmarks import workload
from benchmarks.dialects import Dialect, json_logic, json_logic_settled
from qa_rules import assess
from qa_rules.engines import ENGINES, compiled
from qa_rules.engines import engine as find_engine
from qa_rules.errors import EngineError
from qa_rules.model.expressions import Expr
from qa_rules.program.answers import tiers_of
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.semantics.snapshot import Known, believe
from qa_rules.semantics.truth import PAIR

ON: Final = workload.ON
TWO, THREE = "two-valued", "three-valued"
UNKNOWN: Final = {TWO: 0.0, THREE: workload.UNKNOWN}
SUBJECTS: Final = 200
TABLE: Final = 20_000
REQUIREMENTS, GROUPS = workload.REQUIREMENTS, workload.GROUPS
SIZE: Final = REQUIREMENTS // GROUPS
STARTS: Final = tuple(range(0, REQUIREMENTS, SIZE))
BASELINE: Final = "compiled, from facts laid out"

Answer = tuple[tuple[bool | None, ...], int, int]
"""Met, not met or unknown for each requirement and group; the tier attained; the tier that is still possible."""


@attrs.frozen(eq=False)
class Entry:
    """One way to get the answers."""

    name: str
    work: str
    call: Callable[[Any], Any]
    inputs: Sequence[Any]
    answer: Callable[[Any], Answer] | None
    """From what a call returns. None where `benchmarks.columns` compares the answers."""
    subjects: int = 1
    """Decided by one call."""


@cache
def closed() -> ClosedRuleset:
    """Return the workload under its policy."""
    return close(workload.ruleset(), workload.policy())


def rules() -> list[Expr]:
    """Return what meets each requirement."""
    return [closed().nodes[closed().index[each.id]].expr for each in workload.ruleset().requirements]


@cache
def providers(work: str) -> list[dict[str, Any]]:
    """Return the facts of the subjects, plain, those that are known."""
    return workload.plain(SUBJECTS, UNKNOWN[work])


def with_nulls(work: str) -> list[dict[str, Any]]:
    """Return the same with a null for what is unknown, for peers that want every name."""
    return [dict.fromkeys(workload.names()) | each for each in providers(work)]


# What the answers come to


def fold_two(values: Sequence[bool]) -> tuple[Sequence[bool], list[bool], int]:
    """Return groups and the tier beside the requirements."""
    groups = [False not in values[at : at + SIZE] for at in STARTS]
    return values, groups, (groups.index(False) if False in groups else GROUPS) // (GROUPS // workload.TIERS)


def fold_three(values: Sequence[bool]) -> tuple[Sequence[bool], list[bool], list[bool], int, int]:
    """Return groups and tiers beside the requirements: first whether each is met, then whether it is not."""
    met = [False not in values[at : at + SIZE] for at in STARTS]
    unmet = [True in values[at : at + SIZE] for at in range(REQUIREMENTS, 2 * REQUIREMENTS, SIZE)]
    step = GROUPS // workload.TIERS
    attained = (met.index(False) if False in met else GROUPS) // step
    at_most = (unmet.index(True) if True in unmet else GROUPS) // step
    return values, met, unmet, attained, at_most


def answer_two(found: tuple[Sequence[bool], list[bool], int]) -> Answer:
    """Return what `fold_two` found in the form of all."""
    values, groups, tier = found
    return (*values, *groups), tier, tier


def answer_three(found: tuple[Sequence[bool], list[bool], list[bool], int, int]) -> Answer:
    """Return what `fold_three` found in the form of all."""
    values, met, unmet, attained, at_most = found
    both = zip([*values[:REQUIREMENTS], *met], [*values[REQUIREMENTS:], *unmet], strict=True)
    return tuple(yes or (False if no else None) for yes, no in both), attained, at_most


def answer_ours(codes: Sequence[int]) -> Answer:
    """Return what one of our engines found in the form of all."""
    ruleset = workload.ruleset()
    names = [*ruleset.requirement, *ruleset.group]
    pairs = [PAIR[codes[closed().index[name]]] for name in names]
    tiers = tiers_of(closed(), codes)
    assert tiers is not None
    ladder = ("", *tiers.ladder)
    verdicts = tuple(True if t else False if f else None for t, f in pairs)
    return verdicts, ladder.index(tiers.attained), ladder.index(tiers.at_most)


FOLDS: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any], Answer]]]] = {
    TWO: (fold_two, answer_two),
    THREE: (fold_three, answer_three),
}


def texts(dialect: Dialect, work: str) -> list[str]:
    """Return the rules of a work in a dialect."""
    if work == TWO:
        return [dialect.plain(each) for each in rules()]
    return [dialect.met(each) for each in rules()] + [dialect.unmet(each) for each in rules()]


# Ours


def ours(work: str) -> Iterator[Entry]:
    """Yield the ways to get the answers from this library."""
    ruleset = workload.ruleset()
    given = workload.facts(ruleset, providers(work))
    known = [believe(each, ruleset.vocabulary, ON) for each in given]
    made = compiled.prepare(closed())
    laid_out = [made.layout.encode(each) for each in known]
    yield Entry(BASELINE, work, lambda one: made.function(one[0], one[1], ON, None), laid_out, answer_ours)
    yield Entry("compiled, from believed facts", work, made.run, known, answer_ours)
    yield Entry("assess() from validated facts", work, _assessed, given, _answer_assessed)
    yield Entry("assess() from a plain mapping", work, _assessed, providers(work), _answer_assessed)
    for name in ENGINES:
        if name != "compiled":
            try:
                run = find_engine(name)(closed()).run
            except (EngineError, ImportError) as error:
                print(f"not run: {name}: {error}")
                continue
            yield Entry(f"{name}, from believed facts", work, run, known, answer_ours)


def _assessed(facts: Any) -> Any:
    found = assess(workload.ruleset(), facts, on=ON, policy=workload.policy())
    assert found.verdicts
    return found


def _answer_assessed(found: Any) -> Answer:
    return answer_ours(found.work.results)


# Peers: each yields its ways for one work


def datalogic(work: str) -> Iterator[Entry]:
    """JsonLogic in Rust: one rule that is the list of all."""
    import datalogic_py

    if work == TWO:
        listed = [json_logic(each) for each in rules()]
    else:
        listed = [json_logic_settled(each, met) for met in (True, False) for each in rules()]
    engine = datalogic_py.Engine()
    rule, session = engine.compile(listed), engine.session()
    fold, answer = FOLDS[work]
    name = f"datalogic-py {version('datalogic-py')}"
    handles = [datalogic_py.DataHandle(each) for each in providers(work)]
    yield Entry(
        f"{name}, from its handle", work, lambda one: fold(session.evaluate_data(rule, one)), handles, answer
    )
    yield Entry(
        f"{name}, from a mapping", work, lambda one: fold(rule.evaluate(one)), providers(work), answer
    )


def zen(work: str) -> Iterator[Entry]:
    """Zen expressions in Rust: one expression that is the list of all."""
    import zen as library

    dialect = Dialect("and", "or", "not ({})")
    program = library.compile_expression(f"[{', '.join(texts(dialect, work))}]")
    fold, answer = FOLDS[work]
    name = f"zen-engine {version('zen-engine')}"
    written = [json.dumps(each) for each in providers(work)]
    yield Entry(f"{name}, from JSON", work, lambda one: fold(program.evaluate(one)), written, answer)
    yield Entry(
        f"{name}, from a mapping", work, lambda one: fold(program.evaluate(one)), providers(work), answer
    )


def cel_rust(work: str) -> Iterator[Entry]:
    """CEL in Rust: one expression that is the list of all."""
    import cel

    program = cel.compile(f"[{', '.join(texts(Dialect(), work))}]")
    fold, answer = FOLDS[work]
    name = f"common-expression-language {version('common-expression-language')}"
    contexts = [cel.Context(variables=each) for each in with_nulls(work)]
    yield Entry(f"{name}, from its context", work, lambda one: fold(program.execute(one)), contexts, answer)
    yield Entry(
        f"{name}, from a mapping", work, lambda one: fold(program.execute(one)), with_nulls(work), answer
    )


def cel_cpp(work: str) -> Iterator[Entry]:
    """CEL in C++: one expression that is the list of all."""
    from cel_expr_python import cel

    kinds = {"yes_no": cel.Type.BOOL, "integer": cel.Type.INT, "choice": cel.Type.STRING}
    declared = workload.vocabulary().facts.items()
    types = {name: kinds[each.type.value] if work == TWO else cel.Type.DYN for name, each in declared}
    environment = cel.NewEnv(variables=types)
    program = environment.compile(f"[{', '.join(texts(Dialect(), work))}]")
    fold, answer = FOLDS[work]
    name = f"cel-expr-python {version('cel-expr-python')}"
    activations = [environment.Activation(each) for each in with_nulls(work)]
    yield Entry(
        f"{name}, from its activation",
        work,
        lambda one: fold(program.eval(one).plain_value()),
        activations,
        answer,
    )
    yield Entry(
        f"{name}, from a mapping",
        work,
        lambda one: fold(program.eval(data=one).plain_value()),
        with_nulls(work),
        answer,
    )


CEDAR: Final = Dialect(
    one_if="(if {} then 1 else 0)",
    one_of="{1}.contains({0})",
    name=lambda name: f"context.{name}",
    known="context has {}",
    guard_all=True,
)


def cedar_policies(tests: Sequence[str]) -> str:
    """Return a policy for each test that permits when it holds; Cedar numbers them in this order."""
    return "\n".join(f"permit(principal, action, resource) when {{ {each} }};" for each in tests)


def cedar_request(context: Any) -> dict[str, Any]:
    """Return a request that turns on its context alone."""
    return {"principal": 'U::"u"', "action": 'A::"a"', "resource": 'R::"r"', "context": context}


def cedar(work: str) -> Iterator[Entry]:
    """Cedar in Rust: a policy for each rule; those that hold are the reasons of one request."""
    import cedarpy

    tests = texts(CEDAR, work)
    policies = cedarpy.PolicySet.from_str(cedar_policies(tests))
    entities = cedarpy.Entities.from_json_str("[]")
    names = [f"policy{at}" for at in range(len(tests))]
    fold, answer = FOLDS[work]

    def call(request: dict[str, Any]) -> Any:
        held = set(cedarpy.is_authorized(request, policies, entities).diagnostics.reasons)
        return fold([name in held for name in names])

    name = f"cedarpy {version('cedarpy')}"
    written = [cedar_request(json.dumps(each)) for each in providers(work)]
    yield Entry(f"{name}, from JSON", work, call, written, answer)
    yield Entry(f"{name}, from a mapping", work, call, list(map(cedar_request, providers(work))), answer)


def rule_engine(work: str) -> Iterator[Entry]:
    """Rule-engine, in Python: one rule that is the list of all."""
    import rule_engine as library

    dialect = Dialect("and", "or", "not ({})")
    rule = library.Rule(f"[{', '.join(texts(dialect, work))}]", context=library.Context(default_value=None))
    fold, answer = FOLDS[work]
    name = f"rule-engine {version('rule-engine')}, from a mapping"
    yield Entry(name, work, lambda one: fold(list(rule.evaluate(one))), with_nulls(work), answer)


def polars(work: str) -> Iterator[Entry]:
    """Polars: a plan for each row, made beforehand, whose nulls are unknown."""
    import polars as library

    from benchmarks.lowering_polars import PolarsLowering

    names = [node.name for node in closed().nodes if not node.name.startswith(("tier/", "outcome/"))]
    frame = library.DataFrame(workload.table(SUBJECTS, missing=UNKNOWN[work]).drop_columns(["subject"]))
    frame = frame.with_columns(library.col(library.Categorical).cast(library.String))
    lowering = PolarsLowering(closed(), ON, frame.columns, {})
    plans = [lowering.plan(frame[at].lazy(), names) for at in range(20)]
    name = f"Polars {version('polars')}, one row, plan made beforehand"
    yield Entry(name, work, lambda plan: _fold_nulls(plan.collect().row(0)), plans, answer_three)


def duckdb(work: str) -> Iterator[Entry]:
    """DuckDB: a query for each row, in a table of its own, whose nulls are unknown."""
    import duckdb as library

    from benchmarks.lowering_duckdb import DuckLowering

    names = [node.name for node in closed().nodes if not node.name.startswith(("tier/", "outcome/"))]
    table = workload.table(SUBJECTS, missing=UNKNOWN[work]).drop_columns(["subject"])
    connection = library.connect(config={"threads": 1})
    queries = []
    for at in range(6):
        row = table.slice(at, 1)
        connection.register("given", row)
        connection.execute(f"CREATE TABLE row{at} AS SELECT * FROM given")
        lowering = DuckLowering(closed(), ON, table.column_names, {})
        queries.append(lowering.query(f"row{at}", names))
    name = f"DuckDB {version('duckdb')}, one row, in a table of its own"
    yield Entry(
        name, work, lambda query: _fold_nulls(connection.execute(query).fetchone()), queries, answer_three
    )


def _fold_nulls(values: Any) -> Any:
    asked = values[:REQUIREMENTS]
    return fold_three([*(each is True for each in asked), *(each is False for each in asked)])


PEERS: Final[dict[str, Callable[[str], Iterator[Entry]]]] = {
    "datalogic-py": datalogic,
    "zen-engine": zen,
    "common-expression-language": cel_rust,
    "cel-expr-python": cel_cpp,
    "cedarpy": cedar,
    "rule-engine": rule_engine,
    "polars": polars,
    "duckdb": duckdb,
}


def tables() -> Iterator[Entry]:
    """Yield the engines of whole tables: what one subject of many at once takes."""
    from benchmarks import columns

    case = columns.peers(TABLE)
    columns.same(case)
    runs = {
        "columns": columns.by_columns(case, 1),
        "Polars": columns.by_polars(case),
        "DuckDB": columns.by_duckdb(case, 1),
    }
    for name, run in runs.items():
        yield Entry(f"{name}, {TABLE:,} at once", THREE, partial(_again, run), [None], None, TABLE)


def _again(run: Callable[[], Any], _: object) -> Any:
    return run()


# Measuring


def entries(work: str) -> list[Entry]:
    """Return every way that runs here and gives the right answers; say which do not."""
    found = list(ours(work))
    for name, make in PEERS.items():
        try:
            found += make(work)
        except Exception as error:
            print(f"not run: {name}, {work}: {type(error).__name__}: {str(error).splitlines()[0][:150]}")
    expected = [answer_ours(find_engine("reference")(closed()).run(each)) for each in _known(work)]
    return [entry for entry in found if _is_right(entry, expected)]


def _known(work: str) -> list[Known]:
    ruleset = workload.ruleset()
    return [believe(each, ruleset.vocabulary, ON) for each in workload.facts(ruleset, providers(work))]


def _is_right(entry: Entry, expected: list[Answer]) -> bool:
    if entry.answer is None:
        return True
    pairs = list(zip(entry.inputs, expected, strict=False))
    wrong = sum(entry.answer(entry.call(one)) != right for one, right in pairs)
    if wrong:
        print(f"not measured: {entry.name}, {entry.work}: {wrong} of {len(pairs)} answers differ from ours")
    return not wrong


def measured(found: Sequence[Entry], rounds: int) -> dict[str, list[float]]:
    """Return microseconds a subject for each, a number a round; the rounds take turns."""
    times: dict[str, list[float]] = {entry.name: [] for entry in found}
    lots = {}
    for entry in found:
        start = time.process_time()
        entry.call(entry.inputs[0])
        took = time.process_time() - start
        lots[entry.name] = entry.inputs[: max(3, min(len(entry.inputs), int(0.05 / max(took, 1e-6))))]
    for _ in range(rounds):
        for entry in found:
            start = time.process_time()
            for one in lots[entry.name]:
                entry.call(one)
            took = time.process_time() - start
            times[entry.name].append(took / len(lots[entry.name]) / entry.subjects * 1e6)
    return times


def table(title: str, times: dict[str, list[float]]) -> None:
    """Print medians, their spread, and ratios to the compiled engine."""
    width = max(map(len, times))
    print(f"\n{title}\n")
    print(f"| {'':{width}} | us | spread | x compiled | spread |\n| {'-' * width} | --: | :-: | --: | :-: |")
    for name, each in sorted(times.items(), key=lambda item: statistics.median(item[1])):
        ratios = [one / base for one, base in zip(each, times[BASELINE], strict=True)]
        print(
            f"| {name:{width}} | {statistics.median(each):,.1f} | {min(each):,.1f} to {max(each):,.1f} "
            f"| {statistics.median(ratios):,.2f} | {min(ratios):,.2f} to {max(ratios):,.2f} |"
        )


def main() -> None:
    """Measure everything that runs here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    rounds = parser.parse_args().rounds
    print(
        f"Python {sys.version.split()[0]}; a decision is 120 requirements, 12 groups, 3 tiers; {rounds} rounds"
    )
    for work in (TWO, THREE):
        found = entries(work)
        if work == THREE:
            try:
                found += tables()
            except Exception as error:
                print(f"not run: whole tables: {type(error).__name__}: {str(error).splitlines()[0][:150]}")
        known = f"{1 - UNKNOWN[work]:.0%} of the facts known"
        table(f"{work}, {known}: the same answers from all", measured(found, rounds))


if __name__ == "__main__":
    main()
