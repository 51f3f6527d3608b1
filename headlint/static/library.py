"""What headlint knows about names of libraries: which build models, which are optimizers, which leave a model alone."""

from __future__ import annotations

import re

OPTIMIZERS = frozenset(
    [
        "SGD",
        "Adam",
        "AdamW",
        "Adamax",
        "NAdam",
        "RAdam",
        "Adadelta",
        "Adagrad",
        "RMSprop",
        "Rprop",
        "ASGD",
        "LBFGS",
        "SparseAdam",
        "Adafactor",
        "Muon",
        "Lion",
        "Lamb",
        "LAMB",
        "LARS",
        "Lookahead",
        "Ranger",
        "RangerLars",
        "SAM",
        "Novograd",
        "NovoGrad",
        "AdaBelief",
        "AdaBound",
        "DiffGrad",
        "Yogi",
        "QHAdam",
        "Shampoo",
        "SGDW",
        "SGDP",
        "AdamP",
        "AdamW8bit",
        "Adam8bit",
        "PagedAdamW8bit",
        "FusedAdam",
        "FusedLAMB",
        "FusedSGD",
        "DeepSpeedCPUAdam",
        "Prodigy",
        "DAdaptAdam",
        "DAdaptSGD",
        "Sophia",
        "SophiaG",
        "ScheduleFree",
        "AdamWScheduleFree",
        "SGDScheduleFree",
        "BertAdam",
        "LayerWiseAdam",
        "Ranger21",
        "Adan",
        "MADGRAD",
    ]
)

_LEAVES_ALONE = re.compile(
    r"(?:^|[._])(?:summary|info|print|log\w*|save\w*|plot\w*|visual\w*|show\w*|draw\w*|eval\w*|valid\w*|test\w*|infer\w*"
    r"|predict\w*|metric\w*|count\w*|num_params|flops?|macs|profile\w*|export\w*|watch|ema|modelema|averagedmodel|data\w*|load\w*data"
    r"|transform\w*|sched\w*|get_sched\w*|criterion|loss\w*|len|type|isinstance|hasattr|id|repr|str|accuracy|score\w*|seed\w*"
    r"|checkpoint|early_?stopping|writer|add_graph|add_scalar|gradcam|grad_cam|explain\w*|sum|sorted|tqdm|get_n_params"
    r"|describe\w*|report\w*|inspect\w*|display\w*|assert\w*|check\w*|compare\w*|benchmark\w*|time\w*|measure\w*|get_parameter_number)",
    re.IGNORECASE,
)
_TRAINS = re.compile(
    r"(?:^|[._])(?:train|fit|run_train|do_train|finetune|fine_tune|learn)\w*$|train(?:er)?$|_train\b", re.IGNORECASE
)
_BUILDS_OPTIMIZER = re.compile(r"optim|param_groups|parameter_groups|get_params", re.IGNORECASE)
_KNOWN_TOPS = frozenset(
    [
        "torch",
        "torchvision",
        "torchaudio",
        "torchtext",
        "numpy",
        "np",
        "matplotlib",
        "logging",
        "os",
        "sys",
        "json",
        "math",
        "random",
        "time",
        "re",
        "pathlib",
        "collections",
        "functools",
        "itertools",
        "copy",
        "builtins",
        "typing",
        "PIL",
        "cv2",
        "sklearn",
        "pandas",
        "scipy",
        "tqdm",
        "wandb",
        "tensorboard",
        "tensorboardX",
        "torchsummary",
        "torchinfo",
        "torchmetrics",
        "albumentations",
        "yaml",
        "pickle",
        "glob",
        "shutil",
        "datetime",
        "warnings",
        "argparse",
        "seaborn",
        "thop",
        "fvcore",
        "ptflops",
        "mlflow",
        "neptune",
        "comet_ml",
        "clearml",
        "torchviz",
        "pytorch_model_summary",
        "IPython",
        "google",
        "kaggle",
        "csv",
        "string",
        "io",
        "inspect",
        "pprint",
    ]
)


def leaves_model_alone(name: str) -> bool:
    """Whether a function of this (dotted) name, given a model, can be taken not to change it."""
    top = name.partition(".")[0]
    return top in _KNOWN_TOPS or bool(_LEAVES_ALONE.search(name)) or bool(_BUILDS_OPTIMIZER.search(name))


def trains(name: str) -> bool:
    """Whether a function of this name, given a model, starts its training."""
    return bool(_TRAINS.search(name.rpartition(".")[2]))


def builds_optimizer(name: str) -> bool:
    """Whether a function of this name may put a model's parameters into an optimizer."""
    return bool(_BUILDS_OPTIMIZER.search(name)) or trains(name)


def is_optimizer(name: str) -> bool:
    """Whether a dotted name is an optimizer's class."""
    last = name.rpartition(".")[2]
    if name.startswith("torch.optim.") and "lr_scheduler" not in name and "swa_utils" not in name:
        return last[:1].isupper() and last != "Optimizer"
    return last in OPTIMIZERS and "." in name


def layer_kind(name: str) -> str:
    """The class of `torch.nn` that a dotted name means, '' for another thing."""
    if not name.startswith("torch.nn."):
        return ""
    last = name.rpartition(".")[2]
    inner = name.removeprefix("torch.nn.").split(".")[0]
    if inner in {"functional", "init", "utils", "parallel", "Module", "Parameter", "intrinsic", "quantized"}:
        return ""
    return last if last[:1].isupper() else ""


def exports(module: str, name: str) -> bool:
    """Whether `from module import *` brings a name, as far as headlint has a use for it."""
    from headlint.zoo import names

    match module:
        case "torch.nn":
            return name[:1].isupper() or name in {"functional", "init", "utils"}
        case "torch":
            return name in {"nn", "optim", "utils", "hub", "load", "no_grad", "device", "cuda", "flatten", "cat"}
        case "torchvision.models":
            return name in names("torchvision")
        case "torchvision":
            return name in {"models", "transforms", "datasets"}
        case "torch.optim":
            return name in OPTIMIZERS or name == "lr_scheduler"
    return False
