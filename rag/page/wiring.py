"""How the page's events are run."""

from typing import Any

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Not offered as an API, and without Gradio's overlay."""

AT_ONCE: dict[str, Any] = {"queue": False, **PRIVATE}
"""For what takes no time: it does not wait behind answers."""
