import { assertEquals, assertRejects } from "@std/assert";
import { inScratch, namesIn } from "../../tests/support/scratch.ts";
import {
  createOutputFolder,
  createRunFolder,
  largestRunNumber,
  readIfPresent,
  refuseOccupied,
  removeAtomic,
  writeFileAtomic,
  writeFolderAtomic,
} from "./files.ts";
import { UsageError } from "./flags.ts";

Deno.test("writeFileAtomic() replaces a file and leaves nothing else behind", () =>
  inScratch(async (folder) => {
    await writeFileAtomic(`${folder}/a.json`, "old");
    await writeFileAtomic(`${folder}/a.json`, Uint8Array.of(110, 101, 119));
    assertEquals(await Deno.readTextFile(`${folder}/a.json`), "new");
    assertEquals(namesIn(folder), ["a.json"]);
  }));

Deno.test("writeFileAtomic() keeps the old file if the new one cannot be written", () =>
  inScratch(async (folder) => {
    await Deno.writeTextFile(`${folder}/a.json`, "old");
    await Deno.mkdir(`${folder}/a.json.tmp`); // in the way of the new content
    await assertRejects(() => writeFileAtomic(`${folder}/a.json`, "new"));
    assertEquals(await Deno.readTextFile(`${folder}/a.json`), "old");
  }));

Deno.test("writeFolderAtomic() shows a folder only when it is complete", () =>
  inScratch(async (folder) => {
    await writeFolderAtomic(`${folder}/checkpoint-1`, async (temporary) => {
      await Deno.mkdir(`${temporary}/nested`);
      await Deno.writeTextFile(`${temporary}/nested/a`, "1");
      assertEquals(namesIn(folder), ["checkpoint-1.tmp"]);
    });
    assertEquals(namesIn(folder), ["checkpoint-1"]);
    assertEquals(await Deno.readTextFile(`${folder}/checkpoint-1/nested/a`), "1");
  }));

Deno.test("writeFolderAtomic() keeps the old folder if filling the new one fails, and then starts clean", () =>
  inScratch(async (folder) => {
    const path = `${folder}/checkpoint-1`;
    await writeFolderAtomic(path, (temporary) => Deno.writeTextFile(`${temporary}/old`, ""));
    await assertRejects(
      () =>
        writeFolderAtomic(path, async (temporary) => {
          await Deno.writeTextFile(`${temporary}/half`, "");
          throw new Error("disk full");
        }),
      Error,
      "disk full",
    );
    assertEquals(namesIn(path), ["old"]);
    await writeFolderAtomic(path, (temporary) => Deno.writeTextFile(`${temporary}/new`, ""));
    assertEquals(namesIn(path), ["new"]);
    assertEquals(namesIn(folder), ["checkpoint-1"]);
  }));

Deno.test("createRunFolder() takes the number after the largest of its name", () =>
  inScratch(async (folder) => {
    const parent = `${folder}/runs`;
    assertEquals(await createRunFolder("desk", parent), `${parent}/desk-1`);
    for (const other of ["desk-9", "desk-09x", "desk-extra-20", "desks-30"]) {
      await Deno.mkdir(`${parent}/${other}`);
    }
    assertEquals(await createRunFolder("desk", parent), `${parent}/desk-10`);
  }));

Deno.test("createRunFolder() gives runs that start together a folder each", () =>
  inScratch(async (folder) => {
    const paths = await Promise.all(Array.from({ length: 8 }, () => createRunFolder("desk", folder)));
    assertEquals(new Set(paths).size, 8);
  }));

Deno.test("createOutputFolder() takes a new or empty folder and refuses one that holds something", () =>
  inScratch(async (folder) => {
    const path = `${folder}/new/run`;
    await createOutputFolder(path, "pass --overwrite");
    await createOutputFolder(path, "pass --overwrite");
    await Deno.writeTextFile(`${path}/config.json`, "{}");
    await assertRejects(
      () => createOutputFolder(path, "pass --overwrite"),
      UsageError,
      `Cannot write to ${path}: it already holds config.json; pass --overwrite`,
    );
    await assertRejects(
      () => createOutputFolder(`${path}/config.json`, "choose another"),
      UsageError,
      "is a file",
    );
  }));

Deno.test("refuseOccupied() refuses what createOutputFolder() would, and makes nothing", () =>
  inScratch(async (folder) => {
    await refuseOccupied(`${folder}/new`, "choose another");
    assertEquals(namesIn(folder), []);
    await Deno.writeTextFile(`${folder}/note`, "");
    await assertRejects(() => refuseOccupied(folder, "choose another"), UsageError, "it already holds note");
    await assertRejects(() => refuseOccupied(`${folder}/note`, "choose another"), UsageError, "is a file");
  }));

Deno.test("removeAtomic() removes a file or folder, also where an earlier removal was cut off", () =>
  inScratch(async (folder) => {
    for (const path of [`${folder}/a`, `${folder}/a.tmp`]) {
      await Deno.mkdir(path);
      await Deno.writeTextFile(`${path}/part`, "");
    }
    await Deno.writeTextFile(`${folder}/b`, "");
    await removeAtomic(`${folder}/a`);
    await removeAtomic(`${folder}/b`);
    assertEquals(namesIn(folder), []);
  }));

Deno.test("largestRunNumber() and readIfPresent() take what is not there for nothing", () =>
  inScratch(async (folder) => {
    assertEquals(await largestRunNumber("desk", `${folder}/runs`), 0);
    assertEquals(await readIfPresent(`${folder}/none`), undefined);
    await Deno.writeTextFile(`${folder}/some`, "text");
    assertEquals(await readIfPresent(`${folder}/some`), "text");
  }));
