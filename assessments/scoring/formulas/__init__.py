"""The kinds of rules, each one function of a rule and what it is given."""
