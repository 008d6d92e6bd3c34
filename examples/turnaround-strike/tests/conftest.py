"""The model comes first, and imports what is installed beside it."""

import model  # noqa: F401
