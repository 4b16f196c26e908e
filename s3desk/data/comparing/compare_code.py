"""The Python that compares the same two tables: what reads each of them, and pandas for the rest."""

from __future__ import annotations

from collections.abc import Sequence

from s3desk.s3.sharing.code import quoted

_COMPARING = '''\
def alike(old, new):
    """Both columns in one type, so that equal cells are equal."""
    numbers = pd.api.types.is_numeric_dtype(old) and pd.api.types.is_numeric_dtype(new)
    return (old, new) if numbers or old.dtype == new.dtype else (old.astype("string"), new.astype("string"))


shared = [name for name in after.columns if name in before.columns]
key = {key}
old_rows, new_rows = pd.DataFrame(index=before.index), pd.DataFrame(index=after.index)
for number, name in enumerate(key):
    old_rows[number], new_rows[number] = alike(before[name], after[name])
turn = len(key)  # rows with the same key belong together in their order
for rows in (old_rows, new_rows):
    rows[turn] = rows.groupby(list(range(turn)), dropna=False).cumcount()
old_rows["old"], new_rows["new"] = range(len(before)), range(len(after))
rows = old_rows.merge(new_rows, how="outer", on=list(range(turn + 1)))
df_added = after.iloc[rows.loc[rows["old"].isna(), "new"].astype(int)]
df_removed = before.iloc[rows.loc[rows["new"].isna(), "old"].astype(int)]
both = rows.dropna(subset=["old", "new"]).astype({{"old": int, "new": int}})
old, new = before.iloc[both["old"]].reset_index(drop=True), after.iloc[both["new"]].reset_index(drop=True)
df_cells = pd.DataFrame(index=new.index)  # True where a cell differs
for name in [name for name in shared if name not in key]:
    one, other = alike(old[name], new[name])
    df_cells[name] = ~((one == other).fillna(False).astype(bool) | (one.isna() & other.isna()))
df_changed = new[df_cells.any(axis=1)]
print(f"{{len(df_added):,}} rows added, {{len(df_removed):,}} removed, {{len(df_changed):,}} changed")'''


def compare_code(before: str, after: str, key: Sequence[str], shared: Sequence[str]) -> str:
    """The code of two sheets, each of which makes `df`, and what compares them; "" where one has none.

    It makes `df_added`, `df_removed`, `df_changed`, and `df_cells` that tells which cells changed.
    """
    if not before or not after or not shared:
        return ""
    (heads, old), (more, new) = _parted(before), _parted(after)
    new = [line for line in new if not (line.startswith(("s3 = ", "#")) and line in old)]  # the same server and keys
    head = list(dict.fromkeys([*heads, *more]))
    notes, imports = [line for line in head if line.startswith("#")], [line for line in head if line[:1] != "#"]
    columns = f"[{', '.join(map(quoted, key))}]" if key else "shared"
    lines = [*notes, *imports, "", *old, "before = df", *new, "after = df", "", "", _COMPARING.format(key=columns)]
    return "\n".join(lines)


def _parted(code: str) -> tuple[list[str], list[str]]:
    """The comments and imports on top of a code, and the lines below the first empty one."""
    head, _, body = code.partition("\n\n")
    return head.split("\n"), body.split("\n")
