"""What rules ask of a history, and the sentences in which they tell it.

* `models`: who stands where in a model, and in which state it goes into training;
* `widths`: what arrives at a layer against what the layer takes;
* `joining`: both ends of a joint, as the source spells them;
* `lots`: on which device new modules and the rest of their models lie, and of which type they are;
* `freezing`: who froze what, who tried to and did not, and what came of it;
* `choices`, `counting`, `catching`: what conditions by name or by count picked of a model;
* `losses`: what losses are given;
* `detectors`: the heads of detectors, whose parts only work together;
* `rebuilding`: what becomes of models that are made of others' children;
* `training`: which optimizer holds what;
* `preparing`: how images are prepared, against how the weights that see them were trained;
* `telling`: words shared by all rules.
"""
