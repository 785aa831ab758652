"""What pages need of BERT to classify sentences."""

from zoo.nlp.classifier import BertConfig, BertForSequenceClassification

__all__ = ["BertConfig", "BertForSequenceClassification"]
