"""How fast Belegt is, and how fast what one would take instead: ``python -m evals.bench --help``."""
