"""What happens around a detector: the picture before it, the boxes after it."""

import cv2
import numpy as np
from megengine import functional as F  # noqa: N812
from megengine import tensor


class DetEvaluator:
    """Turns a detector's raw output into few boxes; its static methods prepare and draw pictures."""

    def __init__(self, model):
        self.model = model

    @staticmethod
    def get_hw_by_short_size(im_height, im_width, short_size, max_size):
        """The height and width at which the shorter side is ``short_size`` and the longer at most ``max_size``."""
        scale = min(short_size / min(im_height, im_width), max_size / max(im_height, im_width))
        return round(im_height * scale), round(im_width * scale)

    @staticmethod
    def process_inputs(img, short_size, max_size, flip=False):
        """An (H, W, 3) picture as cv2 reads it to float32 arrays: image (1, 3, h, w) in 0..255, im_info (1, 4)."""
        original_height, original_width = img.shape[:2]
        height, width = DetEvaluator.get_hw_by_short_size(original_height, original_width, short_size, max_size)
        resized = cv2.resize(img, (width, height), interpolation=cv2.INTER_LINEAR)
        if flip:
            resized = cv2.flip(resized, 1)
        # Contiguous, because megengine.tensor refuses some views.
        image = np.ascontiguousarray(resized.transpose(2, 0, 1)[None], dtype=np.float32)
        im_info = np.array([[height, width, original_height, original_width]], dtype=np.float32)
        return image, im_info

    def predict(self, image, im_info):
        """The boxes worth showing: (M, 6) rows of x1, y1, x2, y2, score, class, best first; (0,) if there are none."""
        cfg = self.model.cfg
        scores, boxes = (output.numpy() for output in self.model(image=image, im_info=im_info))
        found = []
        for label in range(cfg.num_classes):
            rows = np.flatnonzero(scores[:, label] > cfg.test_cls_threshold)
            if not rows.size:
                continue
            own = boxes[rows, label] if cfg.class_aware_box else boxes[rows]
            kept = F.vision.nms(tensor(own), tensor(scores[rows, label]), cfg.test_nms).numpy()
            labels = np.full((kept.size, 1), label, dtype=np.float32)
            found.append(np.concatenate([own[kept], scores[rows[kept], label, None], labels], axis=1))
        if not found:
            return np.array([])
        found = np.concatenate(found)
        best = np.argsort(-found[:, 4], kind="stable")[: cfg.test_max_boxes_per_image]
        return found[best].astype(np.float64)

    @staticmethod
    def vis_det(img, dets, is_show_label=True, classes=None, thresh=0.3, name="detection", return_img=True):
        """A copy of the picture with its boxes; those of at least ``thresh`` with their labels, or all without.

        With ``return_img=False`` it is shown in a window of that name instead.
        """
        img = img.copy()
        for x1, y1, x2, y2, score, label in np.reshape(dets, (-1, 6)):
            if is_show_label and score < thresh:
                continue
            colour = tuple(int(part) for part in np.random.RandomState(int(label)).randint(40, 220, 3))
            cv2.rectangle(img, (int(x1), int(y1)), (int(x2), int(y2)), colour, 2)
            if is_show_label:
                text = f"{classes[int(label)] if classes is not None else int(label)}: {score:.2f}"
                origin = (int(x1) + 3, max(int(y1) - 4, 12))
                cv2.putText(img, text, origin, cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, 1, cv2.LINE_AA)
        if return_img:
            return img
        cv2.imshow(name, img)
        cv2.waitKey(0)
        return None
