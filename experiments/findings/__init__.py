"""What was found, as pages that are kept in `docs/findings`; `python -m experiments.findings` writes them."""
