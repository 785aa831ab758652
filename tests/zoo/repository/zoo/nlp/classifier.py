"""A classifier of sentences on top of a text encoder."""

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812


class BertConfig:
    """The sizes of an encoder, by default those of the base models."""

    def __init__(
        self,
        vocab_size_or_config_json_file,
        hidden_size=768,
        num_hidden_layers=12,
        num_attention_heads=12,
        intermediate_size=3072,
        hidden_act="gelu",
        hidden_dropout_prob=0.1,
        attention_probs_dropout_prob=0.1,
        max_position_embeddings=512,
        type_vocab_size=2,
        initializer_range=0.02,
    ):
        self.vocab_size = vocab_size_or_config_json_file
        self.hidden_size = hidden_size
        self.num_hidden_layers = num_hidden_layers
        self.num_attention_heads = num_attention_heads
        self.intermediate_size = intermediate_size
        self.hidden_act = hidden_act
        self.hidden_dropout_prob = hidden_dropout_prob
        self.attention_probs_dropout_prob = attention_probs_dropout_prob
        self.max_position_embeddings = max_position_embeddings
        self.type_vocab_size = type_vocab_size
        self.initializer_range = initializer_range


class BertForSequenceClassification(M.Module):
    """Logits (N, num_labels) of sentences, from the encoder's one vector of each; the zoo has no encoder of its own."""

    def __init__(self, config, num_labels, bert=None):
        super().__init__()
        if bert is None:
            raise NotImplementedError("hand over a loaded encoder")
        self.bert = bert
        self.num_labels = num_labels
        self.dropout = M.Dropout(config.hidden_dropout_prob)
        self.classifier = M.Linear(config.hidden_size, num_labels)

    def forward(self, input_ids, token_type_ids=None, attention_mask=None, labels=None):
        """The logits and, where labels (N,) are given, the loss; otherwise None."""
        _, pooled = self.bert(input_ids, token_type_ids, attention_mask, output_all_encoded_layers=False)
        logits = self.classifier(self.dropout(pooled))
        if labels is None:
            return logits, None
        return logits, F.nn.cross_entropy(logits.reshape(-1, self.num_labels), labels.reshape(-1))
