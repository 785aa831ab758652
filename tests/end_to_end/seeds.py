"""Pages as real ones of this format are: what they download, how they call the models, and what they get wrong."""

from pathlib import Path

_PAGE = """---
template: hub1
title: {title}
summary:
    en_US: {title} pre-trained on COCO
    zh_CN: {title}（COCO 预训练权重）
author: MegEngine Team
tags: [vision, detection]
github-link: https://github.com/megengine/models
---

```python
from megengine import hub
model = hub.load(
    "megengine/models",
    "{entry}",
    pretrained=True,
    use_cache=False,
)
model.eval()

models_api = hub.import_module(
    "megengine/models",
    git_host="github.com",
)
```
<!-- section: zh_CN -->

输入为 BGR 图片。

```python
{code}
```

### 性能

| model | mAP<br>@5-95 |
| ---   | :---:        |
| {title} | 38.8       |

<!-- section: en_US -->

The input is a BGR image,
and there is a second line to tell the languages apart.

```python
{code}
```

### Results

| model | mAP<br>@5-95 |
| ---   | :---:        |
| {title} | 38.8       |
"""

_PREPARE = """\
import urllib
url, filename = ("https://data.megengine.org.cn/images/cat.jpg", "cat.jpg")
try: urllib.URLopener().retrieve(url, filename)
except: urllib.request.urlretrieve(url, filename)

import cv2
import megengine as mge
image = cv2.imread("cat.jpg")

data, im_info = models_api.DetEvaluator.process_inputs(image, 800, 1333)
"""

_OUT_OF_DATE = """\
model.inputs["image"].set_value(data)
model.inputs["im_info"].set_value(im_info)

from megengine import jit
@jit.trace(symbolic=True)
def infer():
    return model(model.inputs)

print(infer())"""

_SOUND = """\
predictions = model(image=mge.tensor(data), im_info=mge.tensor(im_info))
print(predictions)"""

SEEDS = {
    "faster_rcnn": _PAGE.format(
        title="Faster-RCNN", entry="faster_rcnn_res50_coco_1x_800size", code=_PREPARE + _OUT_OF_DATE
    ),
    "freeanchor": _PAGE.format(title="FreeAnchor", entry="freeanchor_res50_coco_1x_800size", code=_PREPARE + _SOUND),
}


def write_seeds(folder: Path) -> Path:
    """A folder with both pages."""
    for name, text in SEEDS.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder
