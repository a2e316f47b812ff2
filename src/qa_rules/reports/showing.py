"""A ruleset as readable text, and its facts as a blank form."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from qa_rules.explain.figures import definition_words
from qa_rules.explain.total_words import total_words
from qa_rules.explain.wording import COMPARED, Wording, capital, listed, subject_of, value_words
from qa_rules.model import expressions as ex
from qa_rules.model.expressions import facts_of
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.rulesets import ParameterDeclaration, Policy, Ruleset
from qa_rules.program.bind import close
from qa_rules.program.table_tests import named_facts
from qa_rules.reports.decision_tables import grid_lines
from qa_rules.reports.table_pairs import grids


def show_ruleset(ruleset: Ruleset) -> str:
    """Return a ruleset as text: each requirement with its clause, tests, readings and fix."""
    lines = [f"{ruleset.title} ({ruleset.id})", ""]
    lines += [f"{capital(key)}: {value}" for key, value in ruleset.source.items()]
    lines += ["", *(f"Note: {each}" for each in ruleset.caveats)]
    words = Wording(ruleset.vocabulary, named_facts(ruleset))
    if ruleset.applies_when is not None:
        lines += ["", "Applies when", *_lines(ruleset.applies_when, words, 1)]
    if ruleset.values:
        lines += ["", "Values"]
    for named in ruleset.values:
        lines.append(f"  {named.name}: {named.label}")
        if isinstance(named.definition, ex.Expr):
            lines += _lines(named.definition, words, 2)
        else:
            lines.append(f"    - {definition_words(named.definition, words, lambda name: name)}")
    for each in ruleset.requirements:
        lines += ["", f"{each.id}  {each.title}  ({each.clause})", f"  {each.says}"]
        if each.applies_when is not None:
            lines += ["  Applies when", *_lines(each.applies_when, words, 2)]
        if each.plainly is None:
            lines += ["  Met when", *_lines(each.met_when, words, 2)]
        else:
            lines += ["  Met when", *_lines(each.plainly, words, 2)]
            explained = ex.children(each.met_when)[1]
            lines += ["  Met more weakly, by an explanation alone, when", *_lines(explained, words, 2)]
        lines += [f"  Reading ({reading.about}): {reading.choice}" for reading in each.readings]
        if each.fix:
            lines.append(f"  To fix: {each.fix}")
    if ruleset.parameters:
        lines += ["", "Settings that a policy gives"]
    for setting in ruleset.parameters:
        default = "unknown when the policy is silent"
        if setting.reading is not None:
            value = "" if isinstance(setting.default, ex.Expr) else f"{_setting_words(setting)}. "
            default = f"our reading when the policy is silent: {value}{setting.reading.choice}"
        lines.append(f"  {setting.name}: {setting.question} ({default})")
    for decision in ruleset.decisions:
        answers = [outcome.words for outcome in decision.outcomes]
        lines += ["", decision.title, *(f"  {words_}" for words_ in answers)]
    wrapped = [textwrap.wrap(line, 100, subsequent_indent=_indent(line)) or [""] for line in lines]
    return "\n".join([*(row for rows in wrapped for row in rows), *tables(ruleset)])


def tables(ruleset: Ruleset) -> list[str]:
    """Return the decision tables of a ruleset as lines of text, with holes, overlaps and dead rows marked."""
    return [line for each in grids(ruleset) for line in ("", *grid_lines(each))]


def _setting_words(setting: ParameterDeclaration) -> str:
    like = FactDeclaration(
        setting.name, FactType.TEXT, setting.question, "", options=setting.options, unit=setting.unit
    )
    if setting.default is None or isinstance(setting.default, ex.Expr):
        return ""
    return value_words(setting.default, like)


def _indent(line: str) -> str:
    return " " * (len(line) - len(line.lstrip()) + 2)


def _lines(expr: ex.Expr, words: Wording, depth: int) -> Iterator[str]:
    pad, inner = "  " * depth + "- ", "  " * (depth + 1)
    match expr:
        case ex.AllOf(operands):
            yield f"{pad}all of"
            for operand in operands:
                yield from _lines(operand, words, depth + 1)
        case ex.AnyOf(operands):
            yield f"{pad}any of"
            for operand in operands:
                yield from _lines(operand, words, depth + 1)
        case ex.AtLeast(count, operands):
            yield f"{pad}at least {count} of"
            for operand in operands:
                yield from _lines(operand, words, depth + 1)
        case ex.Not(operand):
            yield f"{pad}not"
            yield from _lines(operand, words, depth + 1)
        case ex.OnlyWhen(condition, operand):
            yield f"{pad}only when"
            yield from _lines(condition, words, depth + 1)
            yield f"{pad}then"
            yield from _lines(operand, words, depth + 1)
        case ex.Quantified(count, number, collection, where, body, empty_is_met):
            label = words.vocabulary.collections[collection].label
            how = f"at least {number} of" if count is ex.Count.AT_LEAST else f"{count} one of"
            yield f"{pad}{how} the {label}{' (none at all is fine)' if empty_is_met else ''}"
            if where is not None:
                yield f"{inner}for which"
                yield from _lines(where, words, depth + 2)
            if body is not None:
                yield from _lines(body, words, depth + 1)
        case ex.Together(collection, where, field, target):
            label = words.vocabulary.collections[collection].label
            of = words.vocabulary.collections[collection].fields[field].label
            yield f"{pad}the {label} together cover {words.term(target, None)} ({of})"
            if where is not None:
                yield f"{inner}counting those for which"
                yield from _lines(where, words, depth + 2)
        case ex.Total():
            yield f"{pad}{total_words(expr, words)}"
        case ex.Sided(of):
            yield from _lines(of, words, depth)
        case ex.Reference(name, aspect):
            yield f"{pad}{name} {aspect}"
        case ex.Constant(holds, because):
            yield f"{pad}{because or ('not known' if holds is None else 'always' if holds else 'never')}"
        case ex.Compare() | ex.Within() | ex.OneOf() | ex.Includes() | ex.Empty() | ex.Given() | ex.Linear():
            subject = subject_of(expr)
            if isinstance(expr, ex.Compare) and _is_named_test(expr):
                yield f"{pad}{words.term(expr.left, None)}"
            elif isinstance(expr, ex.Compare) and isinstance(expr.left, ex.Named):
                yield f"{pad}{words.term(expr.left, None)}{_limit(expr, words)}"
            elif subject is None:
                yield f"{pad}{words.needs(expr)}"
            else:
                yield f"{pad}{words.label(subject)}: {words.needs(expr)}"


def _limit(test: ex.Compare, words: Wording) -> str:
    """What a value has to be."""
    limit = words.term(test.right, None)
    return f": {limit if test.op is ex.Op.IS else COMPARED[test.op].format(value=limit)}"


def _is_named_test(expr: ex.Compare) -> bool:
    """Whether it asks a test by its name: a setting, or a yes or no."""
    is_truth = isinstance(expr.right, ex.Literal) and isinstance(expr.right.value, bool)
    return isinstance(expr.left, ex.Parameter) or (isinstance(expr.left, ex.Named) and is_truth)


def facts_read(ruleset: Ruleset, policy: Policy | None = None) -> list[FactDeclaration]:
    """Return the facts that a ruleset reads under a policy, in the order of its vocabulary."""
    names = {name.partition(".")[0] for node in close(ruleset, policy).nodes for name in facts_of(node.expr)}
    names |= {name for prompt in ruleset.conversation for name in prompt.fills}
    return [fact for name, fact in ruleset.vocabulary.facts.items() if name in names]


def blank_form(ruleset: Ruleset, about: str | None = None, policy: Policy | None = None) -> str:
    """Return a facts file to fill in. As it stands it says that everything is unknown."""
    lines = [
        f"# Facts for {ruleset.id}: {ruleset.title}",
        "# What is left empty is not known. It is never taken for a yes.",
        "format: 1",
        f"subject:            # what the {ruleset.subject.name_of} is called; not the name of a person",
        "as_of:              # the date of these answers, such as 2026-11-22",
        "evidence:           # where the answers come from, unless one says otherwise",
        "  source: own       # own, grant, contract, mark, conversation, register, visit, ...",
        "  strength: stated  # stated (they say so), seen (somebody looked), verified (independent)",
        "  by:               # who answers or judges",
        "  role:",
        "  on:               # when; a judgement counts only with a name and a date",
        "facts:",
    ]
    for fact in facts_read(ruleset, policy):
        if about is None or fact.about == about:
            lines += _blank(fact)
    return "\n".join(lines)


def _blank(fact: FactDeclaration) -> list[str]:
    asked = textwrap.wrap(f"{fact.question} {fact.meaning}", 96)
    lines = [*(f"  # {line}" for line in asked), f"  # {_answers(fact)}"]
    if fact.type is FactType.DOCUMENT:
        # Behind a `#`, so that a yes or no behind the name itself is no fault of form.
        return [*lines, f"  {fact.name}:", *(f"    # {_part(*each)}" for each in fact.fields.items())]
    if fact.type is FactType.COLLECTION:
        lines.append(f"  {fact.name}:")
        for at, (name, field) in enumerate(fact.fields.items()):
            mark = "- " if at == 0 else "  "
            lines.append(f"    # {mark}{name}:   # {field.question} ({_answers(field)})")
        return lines
    return [*lines, f"  {fact.name}:"]


def _part(name: str, part: FactDeclaration) -> str:
    """A part of a document; of what it may cover, the words to choose from."""
    return f"{name}:   # {_answers(part)}" if part.options else f"{name}:"


def _option(option: tuple[str, str]) -> str:
    """A word to write, with what reports say of it where that is another."""
    key, words = option
    return key if plain_words(words) == plain_words(key) else f"{key} ({words})"


def plain_words(words: str) -> str:
    """Return words as they are compared: `policy_checklist` says what *Policy checklist* says."""
    return words.replace("_", " ").lower()


def _answers(fact: FactDeclaration) -> str:
    none = "; none is an answer" if fact.may_be_none else ""
    match fact.type:
        case FactType.YES_NO:
            kind = "yes or no"
        case FactType.JUDGEMENT:
            kind = "yes or no, judged by a named person on a date"
        case FactType.CHOICE:
            kind = f"one of: {listed(map(_option, fact.options.items()), 'or')}"
        case FactType.CHOICES:
            kind = f"a list of: {listed(map(_option, fact.options.items()))}"
        case FactType.CODE:
            kind = "a code"
        case FactType.CODES:
            kind = "a list of codes"
        case FactType.DATE:
            kind = "a date"
        case FactType.TEXT:
            kind = "text"
        case FactType.DOCUMENT:
            kind = "a document: yes or no says whether it exists; for more, leave out the # in front of the lines below"
        case FactType.COLLECTION:
            kind = f"a list, an entry for each {fact.record or 'record'}; [] when there are none"
        case _:
            kind = f"a number{f' ({fact.unit})' if fact.unit else ''}"
    return kind + none
