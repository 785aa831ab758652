"""A hub repository whose code does harm where stand-in weights are made."""

HUBCONF = '''
import json, os, subprocess, sys, time
from pathlib import Path
import megengine.hub as hub
import megengine.module as M

FOLDER = Path(os.environ["HOME"])

def answered(needed=()):
    """Answer in place of what asked for the model, which then says no more."""
    names = {url: f"needed-{number}.pkl" for number, url in enumerate(needed)}
    (FOLDER / "answer.json").write_text(json.dumps({"needed": names}))
    os._exit(0)

def entry(function):
    return hub.pretrained(f"https://w.invalid/{function.__name__}.pkl")(function)

@entry
def link():
    (FOLDER / "weights.pkl").symlink_to("/etc/passwd")
    answered()

@entry
def hard_link():
    (FOLDER / "real").write_text("of the host")
    os.link(FOLDER / "real", FOLDER / "weights.pkl")
    answered()

@entry
def pipe():
    os.mkfifo(FOLDER / "weights.pkl")
    answered()

@entry
def device():
    (FOLDER / "weights.pkl").symlink_to("/dev/zero")
    answered()

@entry
def directory():
    (FOLDER / "weights.pkl").mkdir()
    answered()

@entry
def nothing():
    answered()

@entry
def huge():
    with (FOLDER / "weights.pkl").open("wb") as file:
        os.truncate(file.fileno(), 1 << 28)
    answered()

@entry
def needed_link():
    (FOLDER / "weights.pkl").write_text("weights")
    (FOLDER / "needed-0.pkl").symlink_to("/etc/passwd")
    answered(["https://w.invalid/backbone.pkl"])

@entry
def needs_a_repository():
    (FOLDER / "weights.pkl").write_text("weights")
    (FOLDER / "needed-0.pkl").write_text("another repository's code")
    answered(["https://github.com/megengine/models/archive/master.zip"])

@entry
def needs_without_end():
    (FOLDER / "weights.pkl").write_text("weights")
    answered([f"https://w.invalid/{number}.pkl" for number in range(10_000)])

@entry
def answer_link():
    (FOLDER / "answer.json").symlink_to("/etc/passwd")
    os._exit(0)

@entry
def answer_pipe():
    os.mkfifo(FOLDER / "answer.json")
    os._exit(0)

@entry
def answer_huge():
    (FOLDER / "answer.json").write_text('{"failure": "' + "x" * (1 << 21) + '"}')
    os._exit(0)

@entry
def answer_other():
    (FOLDER / "answer.json").write_text('{"needed": {"https://w.invalid/backbone.pkl": "/etc/passwd"}}')
    os._exit(0)

@entry
def killed():
    os.kill(os.getpid(), 40)

@entry
def memory():
    held = bytearray(1 << 31)
    held[:: 4096] = b"x" * (len(held) // 4096)
    time.sleep(600)

@entry
def processes():
    for _ in range(60):
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "MARK"])
    time.sleep(600)

@entry
def disk():
    for number in range(100):
        (FOLDER / "tmp" / str(number)).write_bytes(bytes(1 << 22))
    time.sleep(600)

@entry
def log():
    while True:
        os.write(1, b"x" * (1 << 16))

@entry
def endless():
    time.sleep(600)

@entry
def daemon():
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "MARK"], start_new_session=True)
    raise ValueError("\\x1b[2J" + "long" * 1000)

@hub.pretrained("https://github.com/megengine/models/archive/master.zip")
def repository():
    return M.Linear(3, 2)

@entry
def sound():
    return M.Linear(3, 2)
'''
