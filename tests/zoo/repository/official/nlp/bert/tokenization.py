"""Text to the tokens of a vocabulary and their numbers."""

import re
import unicodedata
from pathlib import Path

SPECIAL = ("[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]")
# Words of Latin letters and digits; anything else that can be seen is a token of its own.
_WORD = re.compile(r"\[(?:UNK|SEP|PAD|CLS|MASK)\]|[A-Za-z0-9]+|\S")


class BertTokenizer:
    """Splits text at white space and punctuation, and unknown words into pieces; a vocabulary has a token a line."""

    def __init__(self, vocab_file, do_lower_case=True):
        lines = Path(vocab_file).read_text(encoding="utf-8").splitlines()
        self.vocab = {token: number for number, token in enumerate(lines)}
        self.tokens = lines
        self.do_lower_case = do_lower_case

    def tokenize(self, text):
        """The tokens of a text, in order."""
        text = unicodedata.normalize("NFD", text) if self.do_lower_case else text
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
        words = _WORD.findall(text)
        if self.do_lower_case:
            words = [word if word in SPECIAL else word.lower() for word in words]
        return [piece for word in words for piece in self.split(word)]

    def split(self, word):
        """The longest pieces that the vocabulary has, from left to right, or [UNK] where it has none."""
        pieces, start = [], 0
        while start < len(word):
            prefix = "##" if start else ""
            ends = (end for end in range(len(word), start, -1) if prefix + word[start:end] in self.vocab)
            end = next(ends, None)
            if end is None:
                return ["[UNK]"]
            pieces.append(prefix + word[start:end])
            start = end
        return pieces

    def convert_tokens_to_ids(self, tokens):
        """The number of each token; KeyError for one that is not in the vocabulary."""
        return [self.vocab[token] for token in tokens]

    def convert_ids_to_tokens(self, ids):
        """The token of each number."""
        return [self.tokens[number] for number in ids]
