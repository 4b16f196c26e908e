"""The window does without pandas, which its users have and use with the code they copy."""

from __future__ import annotations

from importlib.abc import MetaPathFinder


class WithoutPandas(MetaPathFinder):
    """First in `sys.meta_path`: pyarrow would load pandas with its first column, 45 MB and a third of a second.

    `None` in `sys.modules`, the short way to refuse an import, pyarrow takes for a pandas and falls over.
    """

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:  # noqa: ARG002
        """Raises ModuleNotFoundError for pandas; knows nothing of others."""
        if fullname == "pandas":
            raise ModuleNotFoundError("the window does without pandas", name=fullname)
