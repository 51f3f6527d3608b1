"""What transforms are taken for, against the installed libraries."""

import pytest

from headlint.history import ImagesMet
from headlint.static.transforms import CONSTANTS, KEEPS_SIZE, RESIZES
from headlint.static.witness import tell

NEEDS = {
    "ConvertImageDtype": ("float32",),
    "GaussianBlur": (3,),
    "Normalize": ((0.5,), (0.5,)),
    "RandomAffine": (20,),
    "RandomAdjustSharpness": (2,),
    "RandomPosterize": (2,),
    "RandomSolarize": (128,),
    "ToDtype": ("float32",),
}
ON_TENSORS = frozenset({"ConvertImageDtype", "Normalize", "RandomErasing", "ToDtype", "ToPILImage"})


@pytest.mark.runtime
@pytest.mark.parametrize("name", CONSTANTS)
def test_a_constant_is_timms(name):
    data = pytest.importorskip("timm.data")
    assert getattr(data, name) == CONSTANTS[name]


@pytest.mark.runtime
@pytest.mark.filterwarnings("ignore:The transform `ToTensor:UserWarning")
@pytest.mark.parametrize("home", ["torchvision.transforms", "torchvision.transforms.v2"])
@pytest.mark.parametrize("name", sorted(KEEPS_SIZE))
def test_a_transform_keeps_the_size(home, name):
    kind = getattr(pytest.importorskip(home), name, None)
    if kind is not None:
        assert size_of(applied(kind, name)) == (37, 53)


@pytest.mark.runtime
@pytest.mark.parametrize("name", sorted(RESIZES))
def test_a_transform_settles_the_size(name):
    kind = getattr(pytest.importorskip("torchvision.transforms"), name)
    assert size_of(applied(kind, name, (20, 30))) == (20, 30)


def applied(kind, name, *given):
    import torch
    from PIL import Image

    asked = given or NEEDS.get(name, ())
    arguments = [getattr(torch, one) if isinstance(one, str) else one for one in asked]
    image = torch.rand(3, 37, 53) if name in ON_TENSORS else Image.new("RGB", (53, 37))
    return kind(*arguments)(image)


def size_of(image):
    return (image.height, image.width) if hasattr(image, "height") else tuple(image.shape[-2:])


START = """
import timm
import torch
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms as T
from PIL import Image

model = timm.create_model("vit_tiny_patch16_224", pretrained=True, num_classes=3)
"""


def met(text):
    """The sizes of the images that meet the model."""
    events = [event for history in tell("train.py", START + text) for event in history.events]
    return {(event.height, event.width) for event in events if isinstance(event, ImagesMet)}


@pytest.mark.parametrize(
    ("steps", "size"),
    [
        ("T.Resize((256, 256)), T.ToTensor()", (256, 256)),
        ("T.Resize([240, 320]), T.ColorJitter(), T.ToTensor()", (240, 320)),
        ("T.Resize(256), T.CenterCrop(224), T.ToTensor(), T.Normalize(0.5, 0.5)", (224, 224)),
        ("T.RandomResizedCrop(size=192), T.RandomApply([T.GaussianBlur(3)]), T.ToTensor()", (192, 192)),
        ("T.Compose([T.Resize((96, 96))]), T.ToTensor()", (96, 96)),
    ],
)
def test_the_last_transform_that_changes_the_size_settles_it(steps, size):
    data = f"data = datasets.ImageFolder('photos', transform=T.Compose([{steps}]))\n"
    assert met(data + "for images, labels in DataLoader(data, 8):\n    model(images.cuda())\n") == {size}


@pytest.mark.parametrize(
    "steps",
    [
        "T.Resize(256), T.ToTensor()",
        "T.Resize((256, 256)), T.RandomRotation(20, expand=True), T.ToTensor()",
        "T.Resize((256, 256)), T.Lambda(lambda image: image), T.ToTensor()",
        "T.Resize((256, 256)), T.RandomApply([T.CenterCrop(224)]), T.ToTensor()",
        "T.Resize((side(), side())), T.ToTensor()",
        "*extra, T.ToTensor()",
    ],
)
def test_an_open_step_leaves_the_size_open(steps):
    data = f"data = datasets.ImageFolder('photos', transform=T.Compose([{steps}]))\n"
    assert met(data + "for images, labels in DataLoader(data, 8):\n    model(images)\n") == set()


@pytest.mark.parametrize(
    "text",
    [
        "model(T.Compose([T.Resize((256, 256)), T.ToTensor()])(Image.open('a.png')).unsqueeze(0).to('cuda'))\n",
        "model(torch.randn(1, 3, 256, 256))\n",
        "data = datasets.CIFAR10('data', True, T.Resize((256, 256)))\nmodel(next(iter(DataLoader(data)))[0])\n",
        "data = datasets.CIFAR10('d')\ndata.transform = T.Resize((256, 256))\nfor x, y in DataLoader(data): model(x)\n",
        "data = Subset(datasets.ImageFolder('d', T.CenterCrop(256)), [1])\nfor x, y in DataLoader(data): model(x)\n",
    ],
)
def test_images_are_followed_to_the_model(text):
    assert met(text) == {(256, 256)}


@pytest.mark.parametrize(
    "text",
    [
        "for x, y in DataLoader(data):\n    model(torch.nn.functional.interpolate(x, 224))\n",
        "for x, y in DataLoader(data, collate_fn=mixed):\n    model(x)\n",
        "for x, y in DataLoader(data):\n    x = mixed(x)\n    model(x)\n",
        "try:\n    model(torch.randn(1, 3, 256, 256))\nexcept AssertionError:\n    pass\n",
        "model.patch_embed.strict_img_size = False\nfor x, y in DataLoader(data):\n    model(x)\n",
        "model.set_input_size(img_size=256)\nfor x, y in DataLoader(data):\n    model(x)\n",
    ],
)
def test_silent_where_they_are_changed_or_the_model_is(text):
    assert met("data = datasets.ImageFolder('d', transform=T.CenterCrop(256))\n" + text) == set()
