"""Checks that the Python package `tensorboard` reads our event files.

    pip install tensorboard
    python tests/interop/tensorboard_check.py [RUN]

Without a run (a folder that `deno task train` wrote) a log made up here is written by @taxon/train and read back. The
scalars must be those of the log, step by step and to float32's precision. Exit code 0 if so.
"""

import json
import math
import pathlib
import struct
import subprocess
import sys
import tempfile

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

HERE = pathlib.Path(__file__).resolve().parent


def made_up_log():
    log = []
    for step in range(1, 301):
        log.append({"step": step, "epoch": step / 100, "loss": 2 * math.exp(-step / 90), "learning_rate": 1e-3 / step,
                    "grad_norm": 1e30 if step == 7 else 1 + math.sin(step)})
        if step % 100 == 0:
            log.append({"step": step, "epoch": step / 100, "eval_macro_f1": step / 400, "eval_längster_Name": -0.0})
    return log + [{"step": 2**40, "loss": 0.25}]


def expected_scalars(log):
    scalars = {}
    for entry in log:
        for name, value in entry.items():
            tag = f"eval/{name[5:]}" if name.startswith("eval_") else f"train/{name}"
            if name != "step":
                scalars.setdefault(tag, []).append((entry["step"], struct.unpack("f", struct.pack("f", value))[0]))
    return scalars


def check(folder, log):
    events = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    events.Reload()
    read = {tag: [(event.step, event.value) for event in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
    expected = expected_scalars(log)
    assert read.keys() == expected.keys(), f"tags {sorted(read)}, expected {sorted(expected)}"
    for tag, points in expected.items():
        assert read[tag] == points, f"{tag}: {read[tag][:5]} …, expected {points[:5]} …"
    print(f"tensorboard reads {len(read)} scalars with {sum(map(len, read.values()))} points as they were logged")


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if len(sys.argv) > 1:
    run = pathlib.Path(sys.argv[1])
    check(run / "runs", lines(run / "metrics.jsonl"))
else:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "events.out.tfevents.1000000000.taxon"
        text = "\n".join(json.dumps(entry) for entry in made_up_log())
        subprocess.run(["deno", "run", f"--allow-write={path}", str(HERE / "tensorboard_write.ts"), str(path)],
                       input=text.encode(), check=True)
        check(folder, made_up_log())
