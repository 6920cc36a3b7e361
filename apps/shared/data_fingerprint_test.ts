import { assertEquals } from "@std/assert";
import { describeChange, fingerprints } from "./data_fingerprint.ts";

const rows = (count: number) => Array.from({ length: count }, (_, i) => `row ${i}`);
const data = (rows: string[]) => ({ train: { file: "t.csv", rows } });
const change = (before: string[], now: string[]) => describeChange(fingerprints(data(before)), data(now));

Deno.test("describeChange() says where many rows differ as closely as is kept of them", () => {
  const before = rows(5000); // 5 rows a block
  assertEquals(fingerprints(data(before)).train!.blocks.length, 1000);
  assertEquals(change(before, [...before]), undefined);
  assertEquals(
    change(before, before.with(4321, "other")),
    "t.csv (train) is not what it was: 5000 rows as before, the first difference within rows 4321 to 4325",
  );
  assertEquals(
    change(before, rows(6000)),
    "t.csv (train) is not what it was: 5000 rows before, 6000 now, the first 5000 are the same",
  );
  assertEquals(
    change(before, before.toSpliced(0, 1)),
    "t.csv (train) is not what it was: 5000 rows before, 4999 now, the first difference within rows 1 to 5",
  );
});

Deno.test("describeChange() names splits that came or went", () => {
  const two = { ...data(rows(3)), test: { file: "x.csv", rows: rows(2) } };
  assertEquals(describeChange(fingerprints(two), data(rows(3))), "x.csv (test) is not there any more");
  assertEquals(describeChange(fingerprints(data(rows(3))), two), "x.csv (test) was not there");
});
