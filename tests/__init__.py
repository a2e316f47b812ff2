"""The tests. They are a package, so that `from tests.strategies import cases` works everywhere."""
