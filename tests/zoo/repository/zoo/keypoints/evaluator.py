"""What happens around a keypoint model: people before it, skeletons after it."""

import cv2
import numpy as np
from megengine import tensor

from zoo.detection.evaluator import DetEvaluator

HEIGHT, WIDTH = 256, 192
EXTENSION = 1.1
MEAN, STD = (103.530, 116.280, 123.675), (57.375, 57.120, 58.395)

# Left and right change places in a mirror.
MIRRORED = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]
LIMBS = [(5, 7), (7, 9), (6, 8), (8, 10), (5, 6), (11, 12), (5, 11), (6, 12), (11, 13), (13, 15), (12, 14), (14, 16)]


class KeypointEvaluator:
    """Finds people with a detector and their joints with a keypoint model."""

    def __init__(self, detect_model, keypoint_model):
        self.detector = detect_model
        self.keypoint_model = keypoint_model

    def detect_persons(self, image):
        """Boxes (P, 5) of the people in a picture as cv2 reads it: x1, y1, x2, y2, score."""
        cfg = self.detector.cfg
        data, im_info = DetEvaluator.process_inputs(image, cfg.test_image_short_size, cfg.test_image_max_size)
        found = DetEvaluator(self.detector).predict(image=tensor(data), im_info=tensor(im_info)).reshape(-1, 6)
        return found[found[:, 5] == 0, :5]

    def predict(self, image, bboxes):
        """For each box the joints (17, 3): x, y, and the height of the heatmap's peak / 255 + 1."""
        normalised = (image - np.array(MEAN)) / np.array(STD)
        return [self.predict_single_person(normalised, bbox) for bbox in bboxes]

    def predict_single_person(self, image, bbox):
        """The same for one box of a normalised picture."""
        left, top, right, bottom = bbox[:4]
        # Pixels of the picture for one of the crop: the side that is too short is extended.
        scale = max((right - left) / WIDTH, (bottom - top) / HEIGHT) * EXTENSION
        corner = np.array([(left + right - WIDTH * scale) / 2, (top + bottom - HEIGHT * scale) / 2])
        crop_of = np.array([[1 / scale, 0, -corner[0] / scale], [0, 1 / scale, -corner[1] / scale]])
        crop = cv2.warpAffine(image, crop_of, (WIDTH, HEIGHT))
        both = np.stack([crop, crop[:, ::-1]]).transpose(0, 3, 1, 2)
        direct, mirrored = self.keypoint_model.predict(tensor(np.ascontiguousarray(both, np.float32))).numpy()
        heatmaps = (direct + mirrored[MIRRORED][:, :, ::-1]) / 2

        cells = heatmaps.shape[2]
        peaks = heatmaps.reshape(len(heatmaps), -1).argmax(axis=1)
        places = np.stack([peaks % cells, peaks // cells], axis=1) + 0.5
        heights = heatmaps.reshape(len(heatmaps), -1).max(axis=1) / 255 + 1
        return np.column_stack([corner + places * (WIDTH / cells) * scale, heights]).astype(np.float32)

    @staticmethod
    def vis_skeletons(img, all_keypoints):
        """A copy of the picture with the limbs of everybody."""
        canvas = img.copy()
        for keypoints in all_keypoints:
            for limb in LIMBS:
                start, end = (tuple(int(part) for part in keypoints[joint, :2]) for joint in limb)
                cv2.line(canvas, start, end, (60, 200, 255), 3, cv2.LINE_AA)
        return canvas
