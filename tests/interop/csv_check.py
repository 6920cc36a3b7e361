"""Checks that Python's own module `csv` reads what is written as CSV and TSV, cell by cell.

    python tests/interop/csv_check.py

Random tables are written by apps/shared/delimited_text.ts; Python must find the same rows. Exit code 0 if so.
"""

import csv
import io
import json
import pathlib
import random
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
PARTS = ["a", "é", "😀", '"', "'", ",", ";", "\t", "\r", "\n", "\r\n", " ", "=", "\\", "\u2028", "\x85", "|"]


def random_table(draw):
    width = draw.randint(1, 6)
    return [["".join(draw.choices(PARTS, k=draw.randint(0, 8))) for _ in range(width)] for _ in range(20)]


draw = random.Random(7)
cases = [{"rows": random_table(draw), "separator": separator, "lineEnd": end}
         for separator in [",", "\t", ";"] for end in ["\n", "\r\n"] for _ in range(200)]
written = subprocess.run(["deno", "run", str(HERE / "csv_write.ts")], input=json.dumps(cases).encode(), check=True,
                         stdout=subprocess.PIPE).stdout
for case, text in zip(cases, json.loads(written), strict=True):
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=case["separator"], strict=True))
    assert read == case["rows"], next(pair for pair in zip(read, case["rows"]) if pair[0] != pair[1])
print(f"csv reads {len(cases)} tables as they were written")
