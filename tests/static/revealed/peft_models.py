from asking import reveal, reveal_training
from peft import IA3Config, LoraConfig, PrefixTuningConfig, TaskType, get_peft_model
from torchvision import models
from transformers import AutoModelForSequenceClassification

CHECKPOINT = "bert-base-uncased"

classifier = AutoModelForSequenceClassification.from_pretrained(CHECKPOINT, num_labels=3)
config = LoraConfig(task_type=TaskType.SEQ_CLS, r=8, target_modules=["query", "value"])
model = get_peft_model(classifier, config)
reveal(model.base_model.model)  # revealed: BertForSequenceClassification with 3 classes
reveal_training(model.bert)  # revealed: 0 train, 199 frozen
reveal_training(classifier.classifier)  # revealed: 2 train, 0 frozen
reveal(model.classifier)  # revealed: unknown: peft puts a copy that trains in its place

biased = AutoModelForSequenceClassification.from_pretrained(CHECKPOINT, num_labels=3)
get_peft_model(biased, LoraConfig(task_type="SEQ_CLS", bias="lora_only"))
reveal_training(biased.bert.encoder.layer[0].attention)  # revealed: 0 train, 5 frozen, 5 unknown

scaled = get_peft_model(models.resnet18(), IA3Config(target_modules=["fc"], feedforward_modules=[]))
reveal(scaled.base_model.model)  # revealed: resnet18 with 1000 classes
reveal_training(scaled.layer4)  # revealed: 0 train, 15 frozen

prompted = AutoModelForSequenceClassification.from_pretrained(CHECKPOINT, num_labels=3)
reveal(get_peft_model(prompted, PrefixTuningConfig(task_type="SEQ_CLS")))  # revealed: unknown: headlint can't look into `peft.get_peft_model`

asked = AutoModelForSequenceClassification.from_pretrained(CHECKPOINT, num_labels=3)
get_peft_model(asked, LoraConfig(task_type=chosen_elsewhere))
reveal_training(asked.classifier)  # revealed: 0 train, 0 frozen, 2 unknown
