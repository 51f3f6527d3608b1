"""What rules ask of a history, and the sentences in which they tell it.

* `models`: who stands where in a model, and in which state it goes into training;
* `widths`: what arrives at a layer against what the layer takes;
* `freezing`: who froze what, who tried to and did not, and what came of it;
* `rebuilding`: what becomes of models that are made of others' children;
* `training`: which optimizer holds what;
* `preparing`: how images are prepared, against how the weights that see them were trained;
* `telling`: words shared by all rules.
"""
