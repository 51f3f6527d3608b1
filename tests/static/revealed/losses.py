import timm
import torch
import torch.nn.functional as F
from asking import reveal
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset, random_split
from torchvision import datasets, models

model = models.resnet18(weights="DEFAULT")
model.fc = nn.Sequential(nn.Linear(512, 10), nn.Softmax(dim=1))


class Classifier(nn.Module):
    def __init__(self, classes=5):
        super().__init__()
        self.backbone = models.resnet34(weights="DEFAULT")
        self.backbone.fc = nn.Identity()
        self.head = nn.Linear(512, classes)

    def forward(self, images):
        scores = self.head(self.backbone(images))
        return scores if self.training else F.softmax(scores, dim=1)


class Unsure(Classifier):
    def forward(self, images):
        scores = self.head(self.backbone(images))
        if images.is_cuda:
            return F.softmax(scores, dim=1)
        return scores


train = datasets.CIFAR100("data", train=True)
part, rest = random_split(train, [40000, 10000])
loaders = {"train": DataLoader(part, batch_size=8), "few": DataLoader(Subset(train, [0]))}
net = Classifier()

for step, (images, labels) in enumerate(loaders["train"]):
    reveal(labels)  # revealed: labels (batch) of CIFAR100, 100 classes
    reveal(labels.to("cuda").float().unsqueeze(1))  # revealed: labels (batch, 1) of CIFAR100, 100 classes, no indices
    reveal(model(images.cuda()))  # revealed: output (batch, 10) of resnet18 after Softmax
    reveal(nn.DataParallel(model)(images))  # revealed: output (batch, 10) of DataParallel after Softmax
    reveal(model(images).log())  # revealed: output (batch, 10) of resnet18 after Softmax, Log
    reveal(net(images))  # revealed: output (batch, 5) of Classifier after nothing
    reveal(net.backbone(images))  # revealed: output (batch, 512) of resnet34 after ?
    reveal(torch.sigmoid(net(images)).squeeze())  # revealed: output (batch, 5) of Classifier after Sigmoid
    reveal(nn.LogSoftmax(dim=-1)(net(images)))  # revealed: output (batch, 5) of Classifier after LogSoftmax
    reveal(Unsure()(images))  # revealed: unknown: what it returns depends on a condition
    reveal(net(images) / 2)  # revealed: unknown: its numbers are only known when the script runs

for images, labels in loaders["few"]:
    reveal(labels)  # revealed: labels (batch) of CIFAR100, ? classes

reveal(len(train.classes))  # revealed: 100
reveal(len(loaders["train"].dataset.classes))  # revealed: 100
reveal(len(datasets.ImageFolder("data").classes))  # revealed: unknown: headlint doesn't know how many classes ImageFolder has


class Ages(Dataset):
    def __getitem__(self, index):
        return load(index), float(self.rows[index]["age"])


for images, ages in DataLoader(Ages(), batch_size=4):
    reveal(ages)  # revealed: labels (batch) of , ? classes, no indices
    reveal(ages.view(-1, 1))  # revealed: labels (batch, 1) of , ? classes, no indices

images, labels = torch.randn(8, 3, 224, 224), torch.randint(0, 10, (8,))
reveal(labels)  # revealed: labels (8) of `torch.randint(0, 10, (8,))`, 10 classes
reveal(torch.tensor([[1.0], [0.0]]))  # revealed: labels (2, 1) of , ? classes, no indices
reveal(torch.zeros(8, dtype=torch.long))  # revealed: labels (8) of , ? classes
reveal(torch.tensor([1, 0]).float())  # revealed: labels (2) of `torch.tensor([1, 0])`, 2 classes, no indices
reveal(model(images))  # revealed: output (batch, 10) of resnet18 after Softmax

convnext = timm.create_model("convnext_tiny", num_classes=7)
reveal(convnext(images))  # revealed: output (batch, 7) of convnext_tiny after nothing
squeezenet = models.squeezenet1_0()
squeezenet.classifier[1] = nn.Conv2d(512, 4, 1)
reveal(squeezenet(images))  # revealed: output (batch, 4) of squeezenet1_0 after nothing
vgg = models.vgg16()
vgg.classifier = nn.Sequential(nn.Linear(25088, 3), nn.Sigmoid())
reveal(vgg(images))  # revealed: output (batch, 3) of vgg16 after Sigmoid
