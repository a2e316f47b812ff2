"""What every engine makes of missing facts: definite answers where there is none, and definite answers that are lost.

The truth is worked out by trying every way in which the unknown facts of a requirement can turn out: met in all of
them, not met in all of them, or else unknown. Each peer gets the rules as they stand, in its own language, and the
facts without those that are unknown; where it says that there is an error, or null, it counts as unknown. (Told by
two rules a requirement, one for met and one for not met, all of them get it right: that is what `benchmarks.peers`
times.)

`python -m benchmarks.missing [--subjects 100]`
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from typing import Any, Final

from benchmarks import workload
from benchmarks.dialects import Dialect, json_logic
from benchmarks.peers import CEDAR, ON, cedar_policies, cedar_request, closed, rules, texts
from benchmarks.peers import TWO as AS_IT_STANDS
from qa_rules.engines import ENGINES
from qa_rules.engines import engine as find_engine
from qa_rules.errors import EngineError
from qa_rules.model.expressions import Compare, Expr, Fact, Literal, facts_of, walk
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.truth import PAIR

Verdicts = list[bool | None]
Judge = Callable[[dict[str, Any]], Verdicts]
"""From the known facts of a subject to what is said of each requirement."""


# The truth


def completed(name: str, expr: Expr) -> list[Any]:
    """Return values of a fact that stand for all that it can be, as far as this rule can tell."""
    numbers = [
        each.right.value
        for each in walk(expr)
        if isinstance(each, Compare)
        and each.left == Fact(name)
        and isinstance(each.right, Literal)
        and type(each.right.value) is int
    ]
    match workload.vocabulary().facts[name].type.value:
        case "yes_no":
            return [True, False]
        case "integer":
            return sorted({each + step for each in numbers for step in (-1, 0, 1)})
        case _:
            return list(workload.OPTIONS)


def truth() -> Judge:
    """Return what tries every completion, with the rules as Python expressions of known values."""
    dialect = Dialect("and", "or", "(not {})", one_if="bool({})", name=lambda name: f"facts[{name!r}]")
    parts = []
    for expr in rules():
        run = eval(f"lambda facts: {dialect.plain(expr)}")
        parts.append((run, {name: completed(name, expr) for name in sorted(facts_of(expr))}))

    def judge(facts: dict[str, Any]) -> Verdicts:
        found: Verdicts = []
        for run, options in parts:
            open_ = {name: values for name, values in options.items() if name not in facts}
            ways = itertools.product(*open_.values())
            said = {bool(run(facts | dict(zip(open_, way, strict=True)))) for way in ways}
            found.append(said.pop() if len(said) == 1 else None)
        return found

    return judge


# Ours


def ours(name: str) -> Judge:
    """Return what an engine of this library says."""
    prepared = find_engine(name)(closed())
    ruleset = workload.ruleset()
    places = [closed().index[each.id] for each in ruleset.requirements]

    def judge(facts: dict[str, Any]) -> Verdicts:
        (given,) = workload.facts(ruleset, [facts])
        codes = prepared.run(believe(given, ruleset.vocabulary, ON))
        return [True if PAIR[codes[at]][0] else False if PAIR[codes[at]][1] else None for at in places]

    return judge


# Peers, with the rules as they stand


def each_apart(calls: Sequence[Callable[[Any], Any]], made: Callable[[dict[str, Any]], Any] = dict) -> Judge:
    """Return what asks for each requirement apart, so that an error in one is an answer to one."""

    def one(call: Callable[[Any], Any], facts: Any) -> bool | None:
        try:
            said = call(facts)
        except Exception:
            return None
        return said if isinstance(said, bool) else None

    def judge(facts: dict[str, Any]) -> Verdicts:
        given = made(facts)
        return [one(call, given) for call in calls]

    return judge


def datalogic() -> Judge:
    """JsonLogic."""
    import datalogic_py

    rule = datalogic_py.Engine().compile([{"!!": [json_logic(each)]} for each in rules()])
    return lambda facts: list(rule.evaluate(facts))


def zen() -> Judge:
    """Zen expressions."""
    import zen as library

    dialect = Dialect("and", "or", "not ({})")
    return each_apart([library.compile_expression(each).evaluate for each in texts(dialect, AS_IT_STANDS)])


def cel_rust() -> Judge:
    """CEL in Rust."""
    import cel

    return each_apart([cel.compile(each).execute for each in texts(Dialect(), AS_IT_STANDS)])


def cel_cpp() -> Judge:
    """CEL in C++."""
    from cel_expr_python import cel

    kinds = {"yes_no": cel.Type.BOOL, "integer": cel.Type.INT, "choice": cel.Type.STRING}
    types = {name: kinds[each.type.value] for name, each in workload.vocabulary().facts.items()}
    environment = cel.NewEnv(variables=types)
    programs = [environment.compile(each) for each in texts(Dialect(), AS_IT_STANDS)]
    calls = [lambda given, program=each: program.eval(given).plain_value() for each in programs]
    return each_apart(calls, environment.Activation)


def cedar() -> Judge:
    """Cedar: a policy whose test is in error does not permit."""
    import cedarpy

    policies = cedarpy.PolicySet.from_str(cedar_policies(texts(CEDAR, AS_IT_STANDS)))

    def judge(facts: dict[str, Any]) -> Verdicts:
        held = set(cedarpy.is_authorized(cedar_request(facts), policies, []).diagnostics.reasons)
        return [f"policy{at}" in held for at in range(workload.REQUIREMENTS)]

    return judge


def cedar_partial() -> Judge:
    """Cedar's partial evaluation: a policy that stays open is unknown."""
    import cedarpy

    policies = [cedarpy.PolicySet.from_str(cedar_policies([each])) for each in texts(CEDAR, AS_IT_STANDS)]
    said = {cedarpy.Decision.Allow: True, cedarpy.Decision.Deny: False}

    def judge(facts: dict[str, Any]) -> Verdicts:
        unknown = {name: {"__extn": {"fn": "unknown", "arg": name}} for name in workload.names()}
        request = cedar_request(json.dumps(unknown | facts))
        found: Verdicts = []
        for each in policies:
            result = cedarpy.is_authorized_partial(request, each, [])
            found.append(None if result.diagnostics.errors else said.get(result.decision))
        return found

    return judge


def rule_engine(default: bool) -> Judge:
    """Rule-engine: strict, or with None for what is missing."""
    import rule_engine as library

    context = library.Context(default_value=None) if default else library.Context()
    dialect = Dialect("and", "or", "not ({})")
    return each_apart([library.Rule(each, context=context).matches for each in texts(dialect, AS_IT_STANDS)])


def python() -> Judge:
    """Plain Python: a fact that is missing is None, and None is as good as no."""
    dialect = Dialect("and", "or", "(not {})", one_if="bool({})", name=lambda name: f"facts.get({name!r})")
    tests = [eval(f"lambda facts: bool({each})") for each in texts(dialect, AS_IT_STANDS)]
    return each_apart(tests)


def polars() -> Judge:
    """Polars, whose nulls are three-valued."""
    import polars as library

    from benchmarks.lowering_polars import PolarsLowering

    schema = {
        name: {"yes_no": library.Boolean(), "integer": library.Int64(), "choice": library.String()}[
            each.type.value
        ]
        for name, each in workload.vocabulary().facts.items()
    }
    lowering = PolarsLowering(closed(), ON, list(schema), {})
    asked = [each.id for each in workload.ruleset().requirements]

    def judge(facts: dict[str, Any]) -> Verdicts:
        frame = library.DataFrame([facts], schema=schema).lazy()
        return list(lowering.plan(frame, asked).collect().row(0))

    return judge


def duckdb() -> Judge:
    """DuckDB, whose nulls are three-valued."""
    import duckdb as library

    from benchmarks.lowering_duckdb import DuckLowering

    names = workload.names()
    asked = [each.id for each in workload.ruleset().requirements]
    kinds = {"yes_no": "BOOLEAN", "integer": "BIGINT", "choice": "VARCHAR"}
    declared = workload.vocabulary().facts.items()
    connection = library.connect()
    columns = ", ".join(f'"{name}" {kinds[each.type.value]}' for name, each in declared)
    connection.execute(f"CREATE TABLE subject ({columns})")
    query = DuckLowering(closed(), ON, names, {}).query("subject", asked)

    def judge(facts: dict[str, Any]) -> Verdicts:
        connection.execute("DELETE FROM subject")
        holes = ", ".join("?" for _ in names)
        connection.execute(f"INSERT INTO subject VALUES ({holes})", [facts.get(name) for name in names])
        (row,) = connection.execute(query).fetchall()
        return list(row)

    return judge


JUDGES: Final[dict[str, tuple[str, Callable[[], Judge]]]] = {
    "plain Python, `facts.get`": ("", python),
    "datalogic-py (JsonLogic)": ("datalogic-py", datalogic),
    "zen-engine": ("zen-engine", zen),
    "common-expression-language (CEL in Rust)": ("common-expression-language", cel_rust),
    "cel-expr-python (CEL in C++)": ("cel-expr-python", cel_cpp),
    "cedarpy, allow or deny": ("cedarpy", cedar),
    "cedarpy, partial evaluation": ("cedarpy", cedar_partial),
    "rule-engine, strict": ("rule-engine", lambda: rule_engine(False)),
    "rule-engine, None for what is missing": ("rule-engine", lambda: rule_engine(True)),
    "Polars, as three-valued expressions": ("polars", polars),
    "DuckDB, as three-valued SQL": ("duckdb", duckdb),
}


def judges() -> Iterator[tuple[str, Judge]]:
    """Yield everything that runs here; say what does not."""
    for name in ENGINES:
        try:
            yield f"**{name}**", ours(name)
        except (EngineError, ImportError) as error:
            print(f"not run: {name}: {error}")
    for title, (package, make) in JUDGES.items():
        try:
            yield f"{title} {version(package)}" if package else title, make()
        except Exception as error:
            print(f"not run: {title}: {type(error).__name__}: {str(error).splitlines()[0][:150]}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=100)
    subjects = workload.plain(parser.parse_args().subjects, workload.UNKNOWN)
    judge = truth()
    right = [judge(each) for each in subjects]
    count = Counter(verdict for verdicts in right for verdict in verdicts)
    definite = count[True] + count[False]
    print(
        f"{len(subjects)} subjects, {workload.UNKNOWN:.0%} of the facts missing, {workload.REQUIREMENTS} requirements:"
    )
    print(
        f"{count[None]:,} answers are truly unknown, {definite:,} are definite whatever the missing facts are\n"
    )
    print(
        "| engine | definite where unknown | definite lost | definite reversed |\n| --- | --: | --: | --: |"
    )
    for name, judged in judges():
        said = [judged(each) for each in subjects]
        both = Counter(
            pair for one, other in zip(right, said, strict=True) for pair in zip(one, other, strict=True)
        )
        invented = both[None, True] + both[None, False]
        lost = both[True, None] + both[False, None]
        reversed_ = both[True, False] + both[False, True]
        shares = (invented / count[None], lost / definite, reversed_ / definite)
        print(f"| {name} | {' | '.join(f'{share:.1%}' for share in shares)} |", flush=True)


if __name__ == "__main__":
    main()
