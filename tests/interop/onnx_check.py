"""Checks the ONNX files of random models of the whole configuration space with ONNX Runtime.

    pip install onnx onnxruntime numpy
    python tests/interop/onnx_check.py

Logits must be Taxon's for each text alone, for a batch padded behind and for one padded in front; a text longer than
the model takes must be refused. Exit code 0 if so.
"""

import json
import pathlib
import subprocess
import tempfile

import numpy as np
import onnx
import onnxruntime

HERE = pathlib.Path(__file__).resolve().parent
COUNT = 200
ALLOWED = 1e-4  # of logits of size 1


def padded(rows, front, width):
    """Padding of random ids, which nothing may depend on."""
    noise = np.random.default_rng(1).integers(0, 30, (len(rows), width))
    mask = np.zeros((len(rows), width), np.int64)
    for i, row in enumerate(rows):
        place = slice(width - len(row), width) if front else slice(0, len(row))
        noise[i, place], mask[i, place] = row, 1
    return noise, mask


def run(session, types_count, texts, front=False, extra=0):
    width = max(len(text["ids"]) for text in texts) + extra
    ids, mask = padded([text["ids"] for text in texts], front, width)
    types, _ = padded([text["typeIds"] for text in texts], front, width)
    given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types % max(1, types_count)}
    return session.run(["logits"], {each.name: given[each.name] for each in session.get_inputs()})[0]


def check(path):
    recorded = json.loads(path.with_suffix(".json").read_text())
    config, texts = recorded["config"], recorded["texts"]
    types = config["typeVocabSize"]
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    expected = np.array(recorded["logits"], np.float32).reshape(len(texts), -1)
    results = {"alone": np.concatenate([run(session, types, [text]) for text in texts]), "padded behind": run(session, types, texts),
               "padded in front": run(session, types, texts, front=True), "padded wider": run(session, types, texts, extra=7)}
    gaps = {how: float(np.abs(got - expected).max()) for how, got in results.items()}
    worst = max(gaps.values()) / max(1, float(np.abs(expected).max()))
    assert worst < ALLOWED, f"{path.name}: {gaps}, logits of size {np.abs(expected).max()}, config {config}"
    if config["positions"] != "none":
        long = {"ids": [1] * (config["maxTokens"] + 1), "typeIds": [0] * (config["maxTokens"] + 1)}
        try:
            run(session, types, [long])
        except Exception as error:
            assert "out of data bounds" in str(error), error
        else:
            raise AssertionError(f"{path.name}: a text of {config['maxTokens'] + 1} tokens was not refused")
    return worst


with tempfile.TemporaryDirectory() as scratch:
    onnxruntime.set_default_logger_severity(4)  # of the refusals that are wanted
    subprocess.run(["deno", "run", "-A", str(HERE / "onnx_write.ts"), scratch, str(COUNT)], check=True)
    files = sorted(pathlib.Path(scratch).glob("*.onnx"))
    assert len(files) == COUNT
    worst = [check(file) for file in files]
    print(f"{COUNT} models: logits of ONNX Runtime {onnxruntime.__version__} apart by at most {max(worst):.1e} of their size")
