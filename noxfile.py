"""The tests on every supported Python that the machine has; part of `make deep`."""

import nox

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False


@nox.session(python=["3.11", "3.12", "3.13"])
def tests(session: nox.Session) -> None:
    """Run the tests; a Python that is not there is skipped, and nox says so."""
    session.install(
        "--no-cache-dir",
        "--no-binary",
        "durable-rules",
        "durable-rules",
        env={"CPPFLAGS": "-DPyEval_CallObject=PyObject_CallObject"},
    )
    session.install(
        "--editable",
        ".[columns,durable,matching,verify]",
        *nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "dev"),
    )
    session.run("python", "-m", "pytest", "-m", "not deep", "-n", "2", "-rs")
