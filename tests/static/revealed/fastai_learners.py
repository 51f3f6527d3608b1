import fastai.vision.learner as learners
from asking import reveal
from fastai.vision.all import *
from torch import nn

learn = vision_learner(data, resnet34, metrics=accuracy)
reveal(learn)  # revealed: unknown: fastai's `vision_learner` cuts the model, and puts a head of its own on it for the data
learn.model[1][-1] = nn.Linear(512, 3)
older = learners.cnn_learner(data, resnet18)
reveal(older)  # revealed: unknown: fastai's `cnn_learner` cuts the model, and puts a head of its own on it for the data


def unet_learner(data):
    return data


reveal(unet_learner(3))  # revealed: 3
