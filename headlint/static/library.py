"""What headlint knows about names of libraries: which build models, which are optimizers, which leave a model alone."""

from __future__ import annotations

import re

OPTIMIZERS = frozenset(
    """SGD Adam AdamW Adamax NAdam RAdam Adadelta Adagrad RMSprop Rprop ASGD LBFGS SparseAdam Adafactor
    Muon Lion Lamb LAMB LARS Lookahead Ranger RangerLars SAM Novograd NovoGrad AdaBelief AdaBound
    DiffGrad Yogi QHAdam Shampoo SGDW SGDP AdamP AdamW8bit Adam8bit PagedAdamW8bit FusedAdam FusedLAMB
    FusedSGD DeepSpeedCPUAdam Prodigy DAdaptAdam DAdaptSGD Sophia SophiaG ScheduleFree AdamWScheduleFree
    SGDScheduleFree BertAdam Ranger21 Adan MADGRAD""".split()
)

LEARNERS = frozenset("vision_learner cnn_learner create_cnn unet_learner create_vision_model".split())
"""Functions of fastai that take a builder, and build a model with a head of their own."""
_HARMLESS_WORDS = frozenset(
    "info ema watch macs len type id repr str sum sorted tqdm writer add seed get criterion".split()
)
_HARMLESS_STARTS = tuple(
    """summary print log save plot visual show draw eval valid test infer predict metric flop profil export
    modelema averagedmodel data transform sched loss isinstance hasattr accuracy score checkpoint early
    graph scalar gradcam cam explain describe report inspect display assert check compare benchmark
    timer timeit measure count param num nparams""".split()
)
_TRAINING_STARTS = ("train", "fit", "finetune", "learn")
_OPTIMIZER_PARTS = ("optim", "param_group", "parameter_group", "get_param")
_TOPS_WITHOUT_MODULES = frozenset(
    """PIL argparse cv2 csv datetime glob json logging math matplotlib np numpy os pandas random re seaborn sklearn
    string sys time tomllib yaml""".split()
)
_KNOWN_TOPS = frozenset(
    """torch torchvision torchaudio torchtext numpy np matplotlib logging os sys json math random time re
    pathlib collections functools itertools copy builtins typing PIL cv2 sklearn pandas scipy tqdm wandb
    tensorboard tensorboardX torchsummary torchinfo torchmetrics albumentations yaml pickle glob shutil
    datetime warnings argparse seaborn thop fvcore ptflops mlflow neptune comet_ml clearml torchviz
    pytorch_model_summary IPython google kaggle csv string io inspect pprint""".split()
)


def _words(name: str) -> list[str]:
    """The words of a dotted name: `utils.freeze_backbone` has three."""
    return [word for word in name.lower().replace("_", ".").split(".") if word]


def leaves_model_alone(name: str) -> bool:
    """Whether a function of this (dotted) name, given a model, can be taken not to change it."""
    if name.partition(".")[0] in _KNOWN_TOPS or _names_optimizer(name):
        return True
    last = _words(name.rpartition(".")[2])
    return bool(last) and all(
        word in _HARMLESS_WORDS or word.startswith(_HARMLESS_STARTS) or word == "model" for word in last
    )


def may_give_module(name: str) -> bool:
    """Whether a function of this dotted name may give a module: those of libraries for data and files don't."""
    return name.partition(".")[0] not in _TOPS_WITHOUT_MODULES


def is_known_top(name: str) -> bool:
    """Whether a top-level package is one that registers no models of its own and patches nobody else's."""
    return name in _KNOWN_TOPS or name in {"timm", "__future__", "argparse", "warnings"}


def trains(name: str) -> bool:
    """Whether a function of this name, given a model, starts its training."""
    last = name.rpartition(".")[2]
    words = _words(last)
    starts = any(word.startswith(_TRAINING_STARTS) and not word.startswith("trainable") for word in words)
    return starts or last == "Trainer" or "fine_tune" in last


def _names_optimizer(name: str) -> bool:
    lowered = name.lower()
    return any(part in lowered for part in _OPTIMIZER_PARTS)


def builds_optimizer(name: str) -> bool:
    """Whether a function of this name may put a model's parameters into an optimizer."""
    return _names_optimizer(name) or trains(name)


def is_optimizer(name: str) -> bool:
    """Whether a dotted name is an optimizer's class."""
    last = name.rpartition(".")[2]
    if name.startswith("torch.optim.") and "lr_scheduler" not in name and "swa_utils" not in name:
        return last[:1].isupper() and last != "Optimizer"
    return last in OPTIMIZERS and "." in name


_BUILDER = re.compile(
    r"torchvision\.models\.(?:(?:detection|segmentation|video|quantization|optical_flow)\.)?[a-z]\w*\d\w*"
)


def names_builder(name: str) -> bool:
    """Whether a dotted name looks like a function of torchvision that builds a model: those have a number in them."""
    return _BUILDER.fullmatch(name) is not None


def layer_kind(name: str) -> str:
    """The class of `torch.nn` that a dotted name means, '' for another thing."""
    if name == "pretrainedmodels.utils.Identity":
        return "Identity"
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

    if module.startswith("fastai."):
        return name in LEARNERS
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
