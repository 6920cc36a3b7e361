/** Prints the entry points of all published packages, as `deno doc` takes them. */
import { readText, repositoryFiles, roomsAmong } from "./support/repository.ts";

const entryPoints = roomsAmong(repositoryFiles()).flatMap(({ folder }) => {
  const { exports, publish } = JSON.parse(readText(`${folder}/deno.json`)!);
  if (publish === false) return [];
  const paths: string[] = typeof exports === "string" ? [exports] : Object.values(exports);
  return paths.map((path) => path.replace(".", folder));
});
console.log(entryPoints.join(" "));
