"""`qa-rules schema`."""

from __future__ import annotations

import click

from qa_rules.cli.options import RULESET
from qa_rules.cli.printing import hand_over, json_text

DOCUMENTS = (
    "ruleset",
    "vocabulary",
    "policy",
    "cases",
    "assessment",
    "facts",
    "questions",
    "questions-request",
    "why",
    "fixes",
    "horizon",
    "shortlist",
    "difference",
    "what-if",
    "decided",
)


@click.command("schema")
@click.argument("document", type=click.Choice(DOCUMENTS))
@click.argument("ruleset", required=False, type=RULESET)
def command(document: str, ruleset: str | None) -> None:
    """Print the JSON Schema of a DOCUMENT: of a file, or of what a command prints as JSON.

    The facts of a RULESET have one of their own: `schema facts ss2q`.
    """
    from qa_rules.api.results import RESULTS, schema_of_result
    from qa_rules.language import assessments, case_schema, questions, schema
    from qa_rules.language.facts_schema import facts_schema
    from qa_rules.language.rulesets import load_ruleset

    if ruleset is not None and document != "facts":
        raise click.UsageError("only `schema facts` takes a ruleset")
    if ruleset is not None:
        found = facts_schema(load_ruleset(ruleset))
    elif document in RESULTS:
        found = schema_of_result(document)
    else:
        kinds: dict[str, type[schema.Document]] = {
            "ruleset": schema.RulesetDocument,
            "vocabulary": schema.VocabularyDocument,
            "policy": schema.PolicyDocument,
            "cases": case_schema.CasesDocument,
            "facts": schema.FactsDocument,
            "assessment": assessments.AssessmentDocument,
            "questions": questions.QuestionsDocument,
            "questions-request": questions.QuestionsRequestDocument,
        }
        found = schema.schema_of(kinds[document], f"qa-rules {document}")
    hand_over(json_text(found))
