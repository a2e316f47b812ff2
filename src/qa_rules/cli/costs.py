"""`qa-rules costs`."""

from __future__ import annotations

import click

from qa_rules.cli.printing import echo


@click.command("costs")
@click.option("--courses", type=click.IntRange(min=1), help="How many courses a licence is for.")
@click.option(
    "--people", type=click.IntRange(min=1), help="How many people are trained as tutors, and looked after."
)
def command(courses: int | None, people: int | None) -> None:
    """Print what a licensed self-management programme may cost, by the indicative figures of 2018.

    Costs are local; none of this is a quotation.
    """
    from qa_rules.costing import cohorts, licence_cost
    from qa_rules.language.costs import load_costs

    if courses is None and people is None:
        raise click.UsageError("give --courses, --people or both")
    costs = load_costs()
    found = [] if courses is None else [licence_cost(courses, costs)]
    found += [] if people is None else cohorts(people, costs)
    for each in found:
        echo(str(each))
    echo("These are not quotations. Costs are local: ask for today's.")
