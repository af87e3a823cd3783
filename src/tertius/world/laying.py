"""One tree laid over another: mappings merged, lists and scalars replaced, null taking away what lies below."""

from collections.abc import Mapping

from tertius.errors import Problem, nearest
from tertius.world.fitting import problem_at
from tertius.world.priors import FAMILIES
from tertius.world.yaml_source import Node

# keys of which a record has one: a variant that gives one takes the parent's other away
_EXCLUSIVE = ({"value", "prior"}, {"date", "week"})


def laid_over(top: Node, base: Node, path: str, problems: list[Problem]) -> Node:
    """Return `base` with what `top` sets; every value keeps the place where it was written."""
    if not isinstance(top.value, dict) or not isinstance(base.value, dict):
        return without_nulls(top)
    merged = dict(base.value)
    for key, child in top.value.items():
        below = f"{path}.{key}" if path else key
        if child.value is None:
            if key not in merged:
                near = nearest(key, base.value)
                fix = f"write {near}" if near else "remove this line"
                given = f"{key}: null, but the parent has no {key!r}"
                problems.append(problem_at(child, below, given, "a key of the parent", fix, near))
            merged.pop(key, None)
            continue
        for exclusive in _EXCLUSIVE:
            if key in exclusive:
                for other in exclusive - {key} - set(top.value):
                    merged.pop(other, None)
        if key in merged and not _other_family(key, child, merged[key]):
            merged[key] = laid_over(child, merged[key], below, problems)
        else:
            merged[key] = without_nulls(child)
    # What is wrong with it is put right in the file that touched it last, not in its parent.
    return Node(merged, top.file, top.line)


def _other_family(key: str, top: Node, base: Node) -> bool:
    """Return whether a prior changes its family, so that the parent's parameters mean nothing any more."""
    families = [name for name in top.children() if name in FAMILIES]
    return key == "prior" and bool(families) and not set(families) & set(base.children())


def without_nulls(node: Node) -> Node:
    """Return a tree without the keys that are null."""
    if not isinstance(node.value, dict):
        return node
    kept: Mapping[str, Node] = {
        key: without_nulls(child) for key, child in node.value.items() if child.value is not None
    }
    return Node(dict(kept), node.file, node.line)
