"""Checks the cache of downloaded models against Python's huggingface_hub.

    pip install huggingface_hub
    python tests/interop/hub_cache_check.py

Python and Taxon download the same model from a server of this machine, each into a cache of its own: names, contents
and links must be the same. Then each finds, without network, what the other has downloaded. Exit code 0 if so.
"""

import os
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
WANTED = ["config.json", "tokenizer.json", "tokenizer_config.json", "modules.json", "1_Pooling/config.json",
          "model.safetensors"]


def deno(script):
    return ["deno", "run", "--quiet", "--allow-read", "--allow-write", "--allow-env", "--allow-net=127.0.0.1",
            str(HERE / script)]


def entries(cache):
    """Every file of a model in a cache with its content and, for a link, where it leads."""
    model = cache / "models--org--tiny"
    parts = ["blobs", "refs", "snapshots"]  # `trees`, which Python makes as well, only saves it a request
    return {str(path.relative_to(model)): (os.readlink(path) if path.is_symlink() else None, path.read_bytes())
            for part in parts for path in sorted((model / part).rglob("*")) if path.is_file()}


def taxon(cache, **env):
    command = deno("../support/download_tiny.ts")
    env = {**os.environ, "HF_HUB_CACHE": str(cache), **env}
    return subprocess.run(command, check=True, env=env, capture_output=True, text=True).stdout.strip()


hub = subprocess.Popen(deno("hub_serve.ts"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
os.environ["HF_ENDPOINT"] = hub.stdout.readline().strip()  # huggingface_hub reads it when it is imported
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
from huggingface_hub import scan_cache_dir, snapshot_download

with tempfile.TemporaryDirectory() as folder:
    ours, theirs = pathlib.Path(folder, "ours"), pathlib.Path(folder, "theirs")
    taxon(ours)
    snapshot_download("org/tiny", cache_dir=theirs, allow_patterns=WANTED)
    assert entries(ours).keys() == entries(theirs).keys(), (entries(ours).keys(), entries(theirs).keys())
    assert entries(ours) == entries(theirs), "contents or links differ"
    hub.communicate()

    scanned = scan_cache_dir(ours)
    assert not scanned.warnings and [repo.nb_files for repo in scanned.repos] == [len(WANTED)], scanned
    found = snapshot_download("org/tiny", cache_dir=ours, local_files_only=True)
    assert taxon(theirs, HF_HUB_OFFLINE="1") == found.replace(str(ours), str(theirs))
    print(f"{len(entries(ours))} files and links of two caches are the same, and each is read by the other")
