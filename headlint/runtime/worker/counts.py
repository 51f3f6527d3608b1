"""Names that people give to a number of classes."""

from __future__ import annotations

_COUNTS = frozenset(
    """num_classes n_classes nclasses nb_classes num_class n_class classes_num class_num num_labels n_labels nlabels
    num_outputs n_outputs output_dim out_dim output_size num_categories n_categories numclasses classnum class_count
    num_targets n_targets number_of_classes no_of_classes total_classes nclass nc""".split()
)


def counts(name: str) -> bool:
    """Whether a name is one that people give to a number of classes."""
    return name.lower() in _COUNTS
