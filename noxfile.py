"""The tests on every supported Python that the machine has, and what concerns threads on those without a global lock;
part of `make deep`.
"""

import nox

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"


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
        ".[columns,durable,editor,matching,verify]",
        *nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "dev"),
    )
    session.run("python", "-m", "pytest", "-m", "not deep", "-n", "2", "-rs")


@nox.session(python=["3.13t", "3.14t"])
def threads(session: nox.Session) -> None:
    """Run what concerns threads on Pythons without a global lock, which nothing that is imported may bring back."""
    session.install(
        "--editable", ".", *nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "dev")
    )
    session.run("python", "-c", "import sys, qa_rules, qa_rules.reports; assert not sys._is_gil_enabled()")
    session.run(
        "python",
        "-m",
        "pytest",
        "tests/test_processes.py",
        "tests/engines/test_sharing.py",
        "tests/assessment",
        "-rs",
    )
