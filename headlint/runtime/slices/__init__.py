"""Cuts out of a script what builds and prepares its models. Pure `ast`: nothing here imports torch.

* `program`: a script made ready: `slice_program`, `Program`;
* `modules`, `files`: the user's own modules that a script imports, and what stands on which line;
* `names`: what a script imports, defines, and which of its functions build or train;
* `trainers`: what trains becomes a mark;
* `dropping`: what neither builds nor feeds a model is left out;
* `tolerance`, `guards`, `annotations`: what can't be executed costs itself alone;
* `scenarios`, `choices`, `narrowing`: functions and classes to call, the literals to call them with, what they need;
* `hints`: the input sizes that a script speaks of;
* `calls`: small questions about the tree.
"""
