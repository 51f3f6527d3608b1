import lightning as L
import torch
from accelerate import Accelerator
from asking import reveal, reveal_training
from lightning.fabric import Fabric
from torch import nn
from torchvision import models


class Classifier(L.LightningModule):
    def __init__(self, backbone="resnet34", classes=7, lr=1e-3, **options):
        super().__init__()
        self.save_hyperparameters(ignore=["lr"])
        self.net = getattr(models, self.hparams.backbone)(weights="DEFAULT")
        self.net.fc = nn.Linear(512, self.hparams["classes"])
        reveal(self.hparams.lr)  # revealed: unknown: it is no argument that was saved as a hyperparameter
        reveal(self.hparams.depth)  # revealed: 3

    def configure_optimizers(self):
        return torch.optim.Adam(self.net.fc.parameters())


module = Classifier(depth=3)
reveal(module.net.fc)  # revealed: Linear 512 -> 7
module.freeze()
reveal_training(module)  # revealed: 0 train, 110 frozen
module.unfreeze()
reveal_training(module)  # revealed: 110 train, 0 frozen


class Older(L.LightningModule):
    def __init__(self, hparams):
        super().__init__()
        self.save_hyperparameters(hparams)
        self.net = models.resnet18(num_classes=self.hparams["classes"])


reveal(Older({"classes": 6}).net)  # revealed: resnet18 with 6 classes

fabric = Fabric(accelerator="cuda")
model = models.resnet18()
model, optimizer = fabric.setup(model, torch.optim.SGD(model.parameters(), 0.1))
reveal(model.fc)  # revealed: Linear 512 -> 1000
accelerator = Accelerator()
same = accelerator.prepare(model)
reveal(same.fc)  # revealed: Linear 512 -> 1000


class Fitted(L.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = models.resnet18(weights="DEFAULT")

    def setup(self, stage=None):
        if stage == "fit":
            self.net.fc = nn.Linear(512, 4)

    def on_fit_start(self):
        reveal_training(self)  # revealed: 62 train, 0 frozen
        for p in self.net.layer1.parameters():
            p.requires_grad = False

    def configure_optimizers(self):
        reveal(self.net.fc)  # revealed: Linear 512 -> 4
        optimizer = torch.optim.Adam(self.net.parameters())
        return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 3)]

    def training_step(self, batch, index):
        images, labels = batch
        scores = self.net(images)
        reveal(scores)  # revealed: output (batch, 4) of resnet18 after nothing
        return nn.functional.cross_entropy(scores, labels)


fitted = Fitted()
reveal(fitted.net.fc)  # revealed: Linear 512 -> 1000
L.Trainer(max_epochs=3).fit(fitted)
reveal_training(fitted)  # revealed: 50 train, 12 frozen
