"""`python -m qa_rules`."""

from qa_rules.cli import main

if __name__ == "__main__":
    main()
