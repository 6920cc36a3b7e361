"""Checks @taxon/safetensors against the Python library, in both directions.

    pip install safetensors numpy
    python tests/interop/safetensors_check.py

The Python library writes a file, our reader and writer copy it, and Python reads the copy: tensors and metadata must
be the same, and so must the bytes of the two files. Exit code 0 if so. A folder as argument checks each
*.safetensors file in it (what `deno task train` wrote) instead.
"""

import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from safetensors import TensorSpec, deserialize, safe_open, serialize_file

HERE = pathlib.Path(__file__).resolve().parent
WIDTH = {"BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
         "I32": 4, "U32": 4, "F32": 4, "F64": 8, "I64": 8, "U64": 8}
RUST_NAME = {"BOOL": "bool", "U8": "uint8", "I8": "int8", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2",
             "I16": "int16", "U16": "uint16", "F16": "float16", "BF16": "bfloat16", "I32": "int32", "U32": "uint32",
             "F32": "float32", "F64": "float64", "I64": "int64", "U64": "uint64"}


def write_samples(path):
    rng = np.random.default_rng(1)
    tensors, arrays = {}, []  # a TensorSpec only points at its data
    for dtype, width in WIDTH.items():
        for shape in ([], [0, 3], [5], [3, 1, 7]):
            size = width * int(np.prod(shape))
            data = rng.integers(0, 2 if dtype == "BOOL" else 256, size, dtype=np.uint8)
            arrays.append(data)
            name = f'layer.{dtype}.{"x".join(map(str, shape))} "ü😀"\n'
            tensors[name] = TensorSpec(dtype=RUST_NAME[dtype], shape=shape, data_ptr=data.ctypes.data, data_len=size)
    serialize_file(tensors, str(path), {"format": "pt"})


def content(path):
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    return dict(deserialize(path.read_bytes())), metadata


def check(path, scratch):
    copy = scratch / "copy.safetensors"
    subprocess.run(["deno", "run", f"--allow-read={path}", f"--allow-write={copy}",
                    str(HERE / "safetensors_copy.ts"), str(path), str(copy)], check=True)
    assert content(copy) == content(path), f"{path}: tensors or metadata differ after the copy"
    assert copy.read_bytes() == path.read_bytes(), f"{path}: the bytes differ after the copy"
    print(f"{path.name}: {len(content(path)[0])} tensors agree, {copy.stat().st_size} equal bytes")


with tempfile.TemporaryDirectory() as folder:
    scratch = pathlib.Path(folder)
    if len(sys.argv) > 1:
        files = sorted(pathlib.Path(sys.argv[1]).resolve().rglob("*.safetensors"))
        assert files, f"no *.safetensors file under {sys.argv[1]}"
    else:
        files = [scratch / "python.safetensors"]
        write_samples(files[0])
    for file in files:
        check(file, scratch)
