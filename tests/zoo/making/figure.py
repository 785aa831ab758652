"""The picture that pages call skier.jpg: somebody in a red jacket on a slope."""

import cv2
import numpy as np

WIDTH, HEIGHT = 640, 425

# Blue, green, red.
SKY, SNOW, SHADOW = (225, 180, 120), (250, 248, 246), (215, 205, 195)
RED, DARK, SKIN = (50, 45, 205), (60, 50, 45), (165, 190, 230)

# Of the person: neck, hips, and what the limbs go through.
NECK, HIPS, HEAD = (330, 140), (310, 235), (342, 102)
ARMS = [[NECK, (375, 190), (425, 180)], [NECK, (295, 185), (255, 205)]]
LEGS = [[HIPS, (350, 290), (335, 355)], [HIPS, (305, 295), (275, 350)]]
SKIS = [[(255, 378), (430, 352)], [(200, 372), (370, 347)]]


def draw_figure():
    """The picture as the bytes of a JPEG file, 640 wide and 425 high; the same bytes every time."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[:] = SKY
    slope = np.array([(0, 260), (WIDTH, 170), (WIDTH, HEIGHT), (0, HEIGHT)])
    cv2.fillConvexPoly(picture, slope, SNOW, cv2.LINE_AA)
    cv2.ellipse(picture, (310, 372), (130, 12), -8, 0, 360, SHADOW, -1, cv2.LINE_AA)
    for points, colour, width in [*((ski, DARK, 6) for ski in SKIS), *((leg, DARK, 24) for leg in LEGS)]:
        cv2.polylines(picture, [np.array(points)], False, colour, width, cv2.LINE_AA)
    cv2.line(picture, NECK, HIPS, RED, 52, cv2.LINE_AA)
    for arm in ARMS:
        cv2.polylines(picture, [np.array(arm)], False, RED, 18, cv2.LINE_AA)
        cv2.circle(picture, arm[-1], 9, SKIN, -1, cv2.LINE_AA)
    cv2.circle(picture, HEAD, 24, SKIN, -1, cv2.LINE_AA)
    cv2.ellipse(picture, HEAD, (25, 25), 10, 180, 360, DARK, -1, cv2.LINE_AA)
    encoded, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
    if not encoded:
        raise RuntimeError("cv2 cannot write JPEG")
    return data.tobytes()
