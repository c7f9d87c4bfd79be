"""Rule books and facts read from YAML files a person writes, and written back: see docs/scheme-format.md."""
