from asking import reveal, reveal_training
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForImageClassification,
    AutoModelForSequenceClassification,
    BertConfig,
    BertForSequenceClassification,
    DistilBertForSequenceClassification,
    ViTForImageClassification,
)

bert = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=4)
reveal(bert)  # revealed: BertForSequenceClassification with 4 classes
reveal(bert.classifier)  # revealed: Linear 768 -> 4
reveal(bert.config.hidden_size)  # revealed: 768
reveal(bert.num_labels)  # revealed: 4
for parameter in bert.base_model.parameters():
    parameter.requires_grad = False
reveal_training(bert)  # revealed: 2 train, 199 frozen

config = AutoConfig.from_pretrained("roberta-large")
config.num_labels = 6
roberta = AutoModelForSequenceClassification.from_config(config)
reveal(roberta.classifier.out_proj)  # revealed: Linear 1024 -> 6

named = ViTForImageClassification.from_pretrained("google/vit-base-patch16-224-in21k", id2label={0: "cat", 1: "dog", 2: "owl"})
reveal(named)  # revealed: ViTForImageClassification with 3 classes
named.fc = nn.Linear(768, 3)
reveal(named.classifier.in_features)  # revealed: 768

fine = AutoModelForImageClassification.from_pretrained("microsoft/resnet-18")
reveal(fine)  # revealed: ResNetForImageClassification with 1000 classes
reveal(fine.classifier[1])  # revealed: Linear 512 -> 1000

own = DistilBertForSequenceClassification.from_pretrained("./my-checkpoint", num_labels=5)
reveal(own)  # revealed: DistilBertForSequenceClassification with 5 classes
reveal(own.classifier)  # revealed: Linear ? -> 5

fresh = BertForSequenceClassification(BertConfig(num_labels=8))
reveal(fresh)  # revealed: BertForSequenceClassification with 8 classes


class Wrapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.bert = AutoModelForSequenceClassification.from_pretrained("bert-large-cased", num_labels=7)
        self.bert.classifier = nn.Identity()
        self.head = nn.Linear(1024, 3)

    def forward(self, input_ids, attention_mask):
        features = self.bert(input_ids=input_ids, attention_mask=attention_mask).logits
        reveal(features)  # revealed: tensor (batch, 1024)
        return self.head(features)


model = Wrapped()
