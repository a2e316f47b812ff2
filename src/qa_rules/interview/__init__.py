"""Which question to ask next, and sessions of questions and answers."""
