"""The picture that pages call cat.jpg: an orange cat before a grey wall, with a plant, a clock and a ball.

Its four things have the colours that the detectors know, and sizes and places that suit a cell of their maps.
"""

import cv2
import numpy as np

WIDTH, HEIGHT = 459, 612

# Blue, green, red.
ORANGE, DARK_ORANGE, CREAM = (40, 140, 238), (20, 95, 200), (215, 235, 245)
BLUE, GREEN, DARK_GREEN, PURPLE = (225, 115, 30), (50, 165, 55), (35, 130, 40), (205, 60, 190)
WHITE, BLACK, PINK, GREY = (248, 248, 248), (30, 30, 30), (165, 150, 235), (120, 122, 124)

# Each is the middle of a cell of the map that sees things of its size, once the shorter side is 800 pixels.
CAT, BALL, PLANT, CLOCK = (257, 404), (413, 523), (92, 202), (385, 128)


def draw_picture():
    """The picture as the bytes of a JPEG file, 459 wide and 612 high; the same bytes every time."""
    picture = draw_room()
    draw_plant(picture, *PLANT)
    draw_clock(picture, *CLOCK)
    draw_cat(picture, *CAT)
    draw_ball(picture, *BALL)
    # Grain, as a camera leaves it, so that nothing is perfectly flat.
    grain = np.random.RandomState(612).normal(0, 3, picture.shape)
    picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
    encoded, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
    if not encoded:
        raise RuntimeError("cv2 cannot write JPEG")
    return data.tobytes()


def draw_room():
    """A wall with a window of fog, a skirting board and a floor of planks, all of them grey."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    shade = np.linspace(206, 178, HEIGHT)[:, None, None] + np.linspace(8, -8, WIDTH)[None, :, None]
    picture[:] = np.clip(shade + np.array([2, 0, -2]), 0, 255)
    cv2.rectangle(picture, (170, 30), (300, 190), (238, 236, 233), -1)
    for left, top, right, bottom in ((170, 30, 300, 190), (170, 30, 235, 110), (235, 110, 300, 190)):
        cv2.rectangle(picture, (left, top), (right, bottom), GREY, 3, cv2.LINE_AA)
    cv2.rectangle(picture, (0, 262), (150, 272), GREY, -1)
    cv2.rectangle(picture, (0, 470), (WIDTH, HEIGHT), (138, 142, 145), -1)
    cv2.rectangle(picture, (0, 458), (WIDTH, 470), (225, 226, 226), -1)
    for row, y in enumerate(range(470, HEIGHT, 36)):
        cv2.line(picture, (0, y), (WIDTH, y), GREY, 2)
        for x in range(60 * (row % 2), WIDTH, 150):
            cv2.line(picture, (x, y), (x, y + 36), GREY, 2)
    return picture


def draw_plant(picture, x, y):
    """Leaves about (x, y) in a white pot that stands on the shelf."""
    for angle, reach in ((-150, 46), (-120, 50), (-60, 50), (-30, 46), (20, 44), (160, 44), (-90, 50), (90, 26)):
        tip = np.radians(angle)
        leaf = (int(x + np.cos(tip) * reach / 2), int(y + np.sin(tip) * reach / 2))
        cv2.ellipse(picture, leaf, (30, 19), angle, 0, 360, GREEN, -1, cv2.LINE_AA)
        end = (int(x + np.cos(tip) * reach), int(y + np.sin(tip) * reach))
        cv2.line(picture, (x, y), end, DARK_GREEN, 2, cv2.LINE_AA)
    pot = np.array([(x - 30, y + 34), (x + 30, y + 34), (x + 21, y + 60), (x - 21, y + 60)])
    cv2.fillConvexPoly(picture, pot, WHITE, cv2.LINE_AA)


def draw_clock(picture, x, y):
    """A purple clock that shows ten past ten, as clocks in pictures do."""
    cv2.circle(picture, (x, y), 55, PURPLE, -1, cv2.LINE_AA)
    cv2.circle(picture, (x, y), 55, WHITE, 3, cv2.LINE_AA)
    for hour in range(12):
        turn = np.radians(30 * hour)
        end = (int(x + 45 * np.sin(turn)), int(y - 45 * np.cos(turn)))
        cv2.circle(picture, end, 3, WHITE, -1, cv2.LINE_AA)
    for turn, length, width in ((305, 24, 4), (60, 36, 3)):
        turn = np.radians(turn)
        end = (int(x + length * np.sin(turn)), int(y - length * np.cos(turn)))
        cv2.line(picture, (x, y), end, WHITE, width, cv2.LINE_AA)


def draw_ball(picture, x, y):
    """A blue ball with a pale seam, and its shadow."""
    cv2.ellipse(picture, (x, y + 27), (30, 6), 0, 0, 360, GREY, -1, cv2.LINE_AA)
    cv2.circle(picture, (x, y), 29, BLUE, -1, cv2.LINE_AA)
    cv2.ellipse(picture, (x, y), (29, 9), 20, 0, 180, WHITE, 2, cv2.LINE_AA)
    cv2.circle(picture, (x - 9, y - 11), 4, WHITE, -1, cv2.LINE_AA)


def draw_cat(picture, x, y):
    """A sitting cat, about 220 wide and 250 high, whose body is centred at (x, y)."""
    cv2.ellipse(picture, (x, y + 112), (125, 16), 0, 0, 360, GREY, -1, cv2.LINE_AA)
    tail = [(x - 70, y + 100), (x - 112, y + 84), (x - 122, y + 40), (x - 104, y + 8), (x - 116, y - 22)]
    cv2.polylines(picture, [np.array(tail)], False, ORANGE, 24, cv2.LINE_AA)
    cv2.circle(picture, tail[-1], 12, DARK_ORANGE, -1, cv2.LINE_AA)

    cv2.ellipse(picture, (x, y + 40), (98, 78), 0, 0, 360, ORANGE, -1, cv2.LINE_AA)
    head = (x, y - 52)
    for side in (-1, 1):
        ear = [(x + side * 84, head[1] - 80), (x + side * 82, head[1] - 4), (x + side * 22, head[1] - 52)]
        cv2.fillConvexPoly(picture, np.array(ear), ORANGE, cv2.LINE_AA)
        inner = [(x + side * 76, head[1] - 64), (x + side * 72, head[1] - 28), (x + side * 44, head[1] - 48)]
        cv2.fillConvexPoly(picture, np.array(inner), PINK, cv2.LINE_AA)
    cv2.ellipse(picture, head, (92, 66), 0, 0, 360, ORANGE, -1, cv2.LINE_AA)
    for stripe in (-22, 0, 22):
        cv2.line(picture, (x + stripe, head[1] - 60), (x + stripe * 3 // 4, head[1] - 38), DARK_ORANGE, 7, cv2.LINE_AA)
    for side in (-1, 1):
        for height in (28, 50, 72):
            outer = (x + side * 90, y + height)
            cv2.line(picture, outer, (x + side * 62, y + height + 6), DARK_ORANGE, 8, cv2.LINE_AA)
        cv2.ellipse(picture, (x + side * 34, y + 106), (26, 13), 0, 0, 360, CREAM, -1, cv2.LINE_AA)
        for toe in (-9, 0, 9):
            start = (x + side * 34 + toe, y + 106)
            cv2.line(picture, start, (start[0], start[1] + 9), GREY, 1, cv2.LINE_AA)
    draw_face(picture, *head)


def draw_face(picture, x, y):
    """Eyes that look at the ball, nose, mouth and whiskers."""
    for side in (-1, 1):
        eye = (x + side * 36, y - 8)
        cv2.ellipse(picture, eye, (17, 14), 0, 0, 360, WHITE, -1, cv2.LINE_AA)
        cv2.ellipse(picture, (eye[0] + 5, eye[1] + 3), (6, 10), 0, 0, 360, BLACK, -1, cv2.LINE_AA)
        cv2.circle(picture, (eye[0] + 3, eye[1] - 1), 2, WHITE, -1, cv2.LINE_AA)
        cv2.ellipse(picture, (x + side * 11, y + 30), (12, 9), 0, 0, 180, BLACK, 2, cv2.LINE_AA)
        for drop in (-6, 4, 14):
            start = (x + side * 30, y + 24 + drop // 3)
            cv2.line(picture, start, (x + side * 104, y + 16 + drop), WHITE, 1, cv2.LINE_AA)
    nose = np.array([(x - 9, y + 18), (x + 9, y + 18), (x, y + 29)])
    cv2.fillConvexPoly(picture, nose, PINK, cv2.LINE_AA)
