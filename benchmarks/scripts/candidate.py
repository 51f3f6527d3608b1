"""Fine-tunes a pretrained ResNet on a folder of images: a script of the length and shape that people write."""

import argparse
import json
import os
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, random_split
from torchvision import datasets, models, transforms

MEAN = [0.485, 0.456, 0.406]
STD = [0.229, 0.224, 0.225]


def parse_args():
    parser = argparse.ArgumentParser(description="Fine-tune a ResNet on a folder of images")
    parser.add_argument("--data", type=str, default="data/images", help="a folder with one folder a class")
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=str, default="runs/finetune")
    parser.add_argument("--freeze", action="store_true", help="train the head alone")
    return parser.parse_args()


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    if torch.cuda.is_available():
        torch.cuda.manual_seed_all(seed)


def build_transforms(size=224):
    train = transforms.Compose(
        [
            transforms.RandomResizedCrop(size),
            transforms.RandomHorizontalFlip(),
            transforms.ColorJitter(0.2, 0.2, 0.2),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, STD),
        ]
    )
    test = transforms.Compose(
        [
            transforms.Resize(int(size * 1.14)),
            transforms.CenterCrop(size),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, STD),
        ]
    )
    return train, test


def build_loaders(args):
    train_transform, test_transform = build_transforms()
    full = datasets.ImageFolder(args.data, transform=train_transform)
    held_out = max(1, len(full) // 5)
    train_set, val_set = random_split(full, [len(full) - held_out, held_out])
    val_set.dataset.transform = test_transform
    loaders = {
        "train": DataLoader(train_set, batch_size=args.batch_size, shuffle=True, num_workers=args.workers),
        "val": DataLoader(val_set, batch_size=args.batch_size, shuffle=False, num_workers=args.workers),
    }
    return loaders, full.classes


def build_model(num_classes, freeze):
    model = models.resnet50(weights=models.ResNet50_Weights.IMAGENET1K_V2)
    if freeze:
        for param in model.parameters():
            param.requires_grad = False
    in_features = model.fc.in_features
    model.fc = nn.Sequential(
        nn.Dropout(0.2),
        nn.Linear(in_features, 256),
        nn.ReLU(inplace=True),
        nn.Linear(256, num_classes),
    )
    return model


def accuracy(output, target, topk=(1,)):
    with torch.no_grad():
        maxk = max(topk)
        _, pred = output.topk(maxk, 1, True, True)
        pred = pred.t()
        correct = pred.eq(target.view(1, -1).expand_as(pred))
        return [correct[:k].reshape(-1).float().sum(0) * (100.0 / target.size(0)) for k in topk]


class AverageMeter:
    def __init__(self, name):
        self.name = name
        self.reset()

    def reset(self):
        self.value = 0.0
        self.total = 0.0
        self.count = 0

    def update(self, value, n=1):
        self.value = value
        self.total += value * n
        self.count += n

    @property
    def average(self):
        return self.total / max(self.count, 1)


def train_one_epoch(model, loader, criterion, optimizer, device, epoch):
    model.train()
    losses, top1 = AverageMeter("loss"), AverageMeter("acc@1")
    for step, (images, labels) in enumerate(loader):
        images, labels = images.to(device, non_blocking=True), labels.to(device, non_blocking=True)
        optimizer.zero_grad()
        outputs = model(images)
        loss = criterion(outputs, labels)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        losses.update(loss.item(), images.size(0))
        top1.update(accuracy(outputs, labels)[0].item(), images.size(0))
        if step % 50 == 0:
            print(f"epoch {epoch} step {step}: loss {losses.average:.4f}, acc {top1.average:.2f}")
    return losses.average, top1.average


@torch.no_grad()
def evaluate(model, loader, criterion, device):
    model.eval()
    losses, top1 = AverageMeter("loss"), AverageMeter("acc@1")
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        outputs = model(images)
        losses.update(criterion(outputs, labels).item(), images.size(0))
        top1.update(accuracy(outputs, labels)[0].item(), images.size(0))
    return losses.average, top1.average


def save_checkpoint(state, folder, is_best):
    Path(folder).mkdir(parents=True, exist_ok=True)
    path = os.path.join(folder, "last.pt")
    torch.save(state, path)
    if is_best:
        torch.save(state, os.path.join(folder, "best.pt"))


def main():
    args = parse_args()
    set_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    loaders, classes = build_loaders(args)
    model = build_model(len(classes), args.freeze).to(device)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    trainable = [param for param in model.parameters() if param.requires_grad]
    optimizer = optim.SGD(trainable, lr=args.lr, momentum=args.momentum, weight_decay=args.weight_decay)
    scheduler = lr_scheduler.CosineAnnealingLR(optimizer, T_max=args.epochs)
    history, best = [], 0.0
    for epoch in range(args.epochs):
        start = time.time()
        train_loss, train_acc = train_one_epoch(model, loaders["train"], criterion, optimizer, device, epoch)
        val_loss, val_acc = evaluate(model, loaders["val"], criterion, device)
        scheduler.step()
        history.append({"epoch": epoch, "train_loss": train_loss, "val_loss": val_loss, "val_acc": val_acc})
        print(f"epoch {epoch}: {train_acc:.2f} / {val_acc:.2f} in {time.time() - start:.0f} s")
        is_best = val_acc > best
        best = max(best, val_acc)
        state = {"epoch": epoch, "model": model.state_dict(), "optimizer": optimizer.state_dict(), "best": best}
        save_checkpoint(state, args.output, is_best)
    with open(os.path.join(args.output, "history.json"), "w") as file:
        json.dump(history, file, indent=2)


if __name__ == "__main__":
    main()
