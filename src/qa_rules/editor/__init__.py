"""A language server: what editors ask while somebody writes rulesets, vocabularies, policies, cases and facts."""
