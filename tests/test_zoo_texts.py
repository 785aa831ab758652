"""The zoo's families of text and of pictures with text: what pages that load them may count on."""

from pathlib import Path

import pytest

from tests.zoo.names import AUTOENCODERS, BERTS, CLIPS
from tests.zoo.offline import home_of, last_line, run_in_kernel


@pytest.fixture(scope="module")
def root(zoo_root: Path) -> Path:
    """A hub root that replays the zoo."""
    return zoo_root


@pytest.fixture
def home(root: Path, tmp_path: Path) -> Path:
    """An MGE_HOME in which all weights are cached."""
    return home_of(root, tmp_path)


def test_every_text_encoder_gives_vectors_of_its_own_width(root: Path, home: Path) -> None:
    """Each BERT loads its weights; padding changes nothing, and without a repair MegEngine 1.13.0 stops them all."""
    code = """
import numpy as np, megengine as mge, megengine.functional as F
from megengine import hub
models = {name: hub.load("megengine/models", name, pretrained=True) for name in %r}
ids = mge.tensor(np.array([[2, 9, 10, 3, 0], [2, 9, 12, 13, 3]]), dtype="int32")
mask = mge.tensor(np.array([[1, 1, 1, 1, 0], [1, 1, 1, 1, 1]]), dtype="float32")
raised = []
for model in models.values():
    model.eval()
    try:
        model(ids)
    except TypeError as error:
        raised.append(str(error))
concat = F.concat
F.concat = lambda parts, *rest, **named: concat(
    [part if isinstance(part, mge.Tensor) else mge.tensor(part, dtype="int32").reshape(-1) for part in parts],
    *rest, **named)
shapes = {}
for name, model in models.items():
    layers, pooled = model(ids, attention_mask=mask)
    last, _ = model(ids[:1, :4], output_all_encoded_layers=False)
    same = bool(np.allclose(last.numpy()[0], layers[-1].numpy()[0, :4], atol=1e-5))
    shapes[name] = [len(layers), list(layers[-1].shape), list(pooled.shape), same]
print(json.dumps([len(set(raised)), len(raised), shapes]))
""" % sorted(BERTS)  # noqa: UP031 (the code is full of braces)
    kinds, raised, shapes = last_line(run_in_kernel(code, root, home))
    assert (kinds, raised) == (1, len(BERTS))
    sizes = {name: (24, 1024) if "L_24" in name else (12, 768) for name in BERTS}
    assert shapes == {name: [layers, [2, 5, width], [2, width], True] for name, (layers, width) in sizes.items()}


def test_the_tokenizer_splits_words_that_its_vocabulary_lacks(root: Path, home: Path) -> None:
    """Pieces, case and special tokens are as pages expect, in the module that they import it from."""
    code = """
from megengine import hub
hub.import_module("megengine/models", git_host="github.com")
from official.nlp.bert.tokenization import BertTokenizer
open("small.txt", "w").write("\\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "bank", "##s", "the", "."]))
tokenizer = BertTokenizer("small.txt", do_lower_case=True)
tokens = tokenizer.tokenize("[CLS] The banks.  Thé river")
print(json.dumps([tokens, tokenizer.convert_tokens_to_ids(tokens), tokenizer.convert_ids_to_tokens([4, 5])]))
"""
    tokens, ids, back = last_line(run_in_kernel(code, root, home))
    assert tokens == ["[CLS]", "the", "bank", "##s", ".", "the", "[UNK]"]
    assert (ids, back) == ([2, 6, 4, 5, 7, 6, 1], ["bank", "##s"])


def test_every_clip_puts_pictures_and_sentences_into_one_space(root: Path, home: Path) -> None:
    """Vectors have the real models' widths; a ResNet's come with two more axes, with which calling it fails."""
    code = """
import numpy as np, megengine as mge
from megengine import hub
from collections import Counter
seen = {}
for name in %r:
    model = hub.load("megengine/models", name, pretrained=True)
    from official.multimodal.clip import tokenize
    side = model.image_resolution
    image, text = mge.tensor(np.ones((2, 3, side, side), "float32")), tokenize(["a cat", "a dog", "a cat"])
    try:
        called = [list(part.shape) for part in model(image, text)]
    except Exception as error:
        called = "raised"
    vectors = model.encode_text(text).numpy()
    seen[name] = [side, list(model.encode_image(image).shape), list(vectors.shape), called,
                  bool((vectors[0] == vectors[2]).all()), bool((vectors[0] == vectors[1]).all())]
print(json.dumps(seen))
""" % sorted(CLIPS)  # noqa: UP031 (the code is full of braces)
    seen = last_line(run_in_kernel(code, root, home))
    sides = {"rn50x4": 288, "rn50x16": 384, "rn50x64": 448, "vit_l_14_336px": 336}
    widths = {"rn50": 1024, "rn50x4": 640, "rn50x16": 768, "rn50x64": 1024, "vit_l_14": 768, "vit_l_14_336px": 768}
    for name in CLIPS:
        resnet, width = name.startswith("rn"), widths.get(name, 512)
        image = [1, 1, 2, width] if resnet else [2, width]
        called = "raised" if resnet else [[2, 3], [3, 2]]
        assert seen[name] == [sides.get(name, 224), image, [3, width], called, True, False]


def test_autoencoders_restore_what_they_encode(root: Path, home: Path) -> None:
    """A grid of the real size, codes as the real models give them, and a picture that is nearer than a grey one."""
    code = """
import urllib.request
import numpy as np, megengine as mge
from megengine import hub
urllib.request.urlretrieve("https://data.megengine.org.cn/images/cat.jpg", "cat.jpg")
tools = hub.import_module("megengine/models", git_host="github.com")
seen = {}
for name in %r:
    model = hub.load("megengine/models", name, pretrained=True)
    tool = tools.Reconstruction(model)
    picture = tool.preprocess("cat.jpg")
    latent, _, (_, _, codes) = model.encode(picture)
    restored = model.decode(latent)
    same = bool((tool("cat.jpg", "copy.png").numpy() == restored.numpy()).all())
    error = float(np.abs(restored.numpy() - picture.numpy()).mean())
    seen[name] = [list(picture.shape), list(latent.shape), list(codes.shape), list(restored.shape), same,
                  model.quantize.num_embeddings, error < 0.2]
print(json.dumps(seen))
""" % sorted(AUTOENCODERS)  # noqa: UP031 (the code is full of braces)
    picture = [1, 3, 256, 256]
    assert last_line(run_in_kernel(code, root, home)) == {
        "vqgan_imagenet_f16_1024": [picture, [1, 256, 16, 16], [256], picture, True, 1024, True],
        "vqgan_imagenet_f16_16384": [picture, [1, 256, 16, 16], [256], picture, True, 16384, True],
        "vqgan_gumbel_f8": [picture, [1, 256, 32, 32], [1, 32, 32], picture, True, 8192, True],
    }


def test_a_gan_makes_one_picture_of_a_class_from_noise(root: Path, home: Path) -> None:
    """Its side is in the name; it wants a row of noise and of classes for each layer, and one more."""
    code = """
import numpy as np, megengine as mge
from megengine import hub
seen = []
for side in (128, 256, 512):
    model = hub.load("megengine/models", f"biggan_{side}", pretrained=True)
    rows = len(model.config.layers) + 1
    noise = mge.tensor(np.random.RandomState(0).standard_normal((rows, 128)), dtype="float32")
    pictures = [model(noise, mge.tensor(np.eye(1000)[[number] * rows], dtype="float32"), 0.4) for number in (1, 2)]
    one, two = (picture.numpy() for picture in pictures)
    seen.append([rows, list(one.shape), bool(abs(one).max() <= 1), bool((one == two).all())])
print(json.dumps(seen))
"""
    assert last_line(run_in_kernel(code, root, home)) == [
        [11, [1, 3, 128, 128], True, False],
        [13, [1, 3, 256, 256], True, False],
        [15, [1, 3, 512, 512], True, False],
    ]


def test_the_halves_of_an_autoencoder_fit_each_other(root: Path, home: Path) -> None:
    """Loaded one by one, they make 1024 tokens of a picture and a picture of the tokens, nearer than a grey one."""
    code = """
import urllib.request
import cv2, numpy as np, megengine as mge
from megengine import hub
urllib.request.urlretrieve("https://data.megengine.org.cn/images/cat.jpg", "cat.jpg")
tools = hub.import_module("megengine/models", git_host="github.com")
both = tools.OpenAIDiscreteVAE(pretrained=False)
both.encoder = hub.load("megengine/models", "openai_discrete_VAE_encoder", pretrained=True)
both.decoder = hub.load("megengine/models", "openai_discrete_VAE_decoder", pretrained=True)
picture = cv2.resize(cv2.imread("cat.jpg"), (256, 256)).transpose(2, 0, 1)
picture = np.ascontiguousarray(picture, dtype="float32").reshape(1, 3, 256, 256) / 255
tokens = both.get_codebook_indices(mge.tensor(picture))
restored = both.decode(tokens).numpy()
print(json.dumps([list(tokens.shape), list(restored.shape), float(abs(restored - picture).mean())]))
"""
    tokens, restored, error = last_line(run_in_kernel(code, root, home))
    assert (tokens, restored) == ([1, 1024], [1, 3, 256, 256])
    assert error < 0.1


def test_a_classifier_on_an_encoder_learns(root: Path, home: Path) -> None:
    """It gives logits, a loss where it is told the labels, and its layer can be trained until it knows them."""
    code = """
import numpy as np, megengine as mge, megengine.functional as F, megengine.optimizer as optim
from megengine import hub
from megengine.autodiff import GradManager
model = hub.load("megengine/models", "uncased_L_12_H_768_A_12", pretrained=True)
from official.nlp.bert.model import BertConfig, BertForSequenceClassification
concat = F.concat
F.concat = lambda parts, *rest, **named: concat(
    [part if isinstance(part, mge.Tensor) else mge.tensor(part, dtype="int32").reshape(-1) for part in parts],
    *rest, **named)
ids = mge.tensor(np.array([[2, 9, 10, 3], [2, 20, 30, 3]]), dtype="int32")
labels = mge.tensor([1, 0], dtype="int32")
classifier = BertForSequenceClassification(BertConfig(30522), num_labels=2, bert=model)
classifier.eval()
trained = list(classifier.classifier.parameters())
manager, optimizer = GradManager().attach(trained), optim.Adam(trained, lr=1e-2)
losses = []
for _ in range(30):
    with manager:
        logits, loss = classifier(ids, labels=labels)
        manager.backward(loss)
    optimizer.step().clear_grad()
    losses.append(loss.item())
logits, none = classifier(ids)
print(json.dumps([list(logits.shape), none, losses[-1] < losses[0] / 2, logits.numpy().argmax(1).tolist()]))
"""
    assert last_line(run_in_kernel(code, root, home)) == [[2, 2], None, True, [1, 0]]
