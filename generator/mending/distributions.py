"""What to install for a module that is missing: what PyPI calls the distribution that has it.

A module's name alone does not tell, and anybody may publish a package under it: what is not on this list is never
installed. Source: the wheels of these distributions on PyPI, each of which has the module.
"""

from collections.abc import Mapping

_SAME = """
    accelerate addict albumentations audioread blobfile braceexpand click cloudpickle datasets decord diffusers
    easydict editdistance einops fastapi fire flask fsspec ftfy gdown h5py imageio imgaug inflect ipywidgets
    joblib jsonlines kornia lazy_loader librosa lmdb lxml matplotlib moviepy nltk numba onnx onnxruntime
    opencc openpyxl packaging pandas peft plotly portalocker prettytable psutil pyarrow pycocotools pydantic
    pydub pyparsing pypinyin regex requests resampy rich sacrebleu sacremoses safetensors scipy seaborn
    sentencepiece shapely six soundfile sympy tabulate tensorboardX termcolor tiktoken timm tokenizers tqdm
    transformers ujson unidecode webdataset xlrd xmltodict yacs zstandard
"""

DISTRIBUTIONS: Mapping[str, str] = {
    **{name: name for name in _SAME.split()},
    "Crypto": "pycryptodome",
    "Cython": "Cython",
    "IPython": "ipython",
    "Levenshtein": "Levenshtein",
    "PIL": "Pillow",
    "absl": "absl-py",
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "fitz": "PyMuPDF",
    "mpl_toolkits": "matplotlib",
    "pywt": "PyWavelets",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "typing_extensions": "typing-extensions",
    "umap": "umap-learn",
    "yaml": "PyYAML",
}
"""Name of a module of the top level to the name of its distribution."""
