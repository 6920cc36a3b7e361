import { keyFromSeed, normals, rotary, scope, type Tensor, tensor } from "@taxon/tensor";
import { rotaryAngles, sinusoidalTable } from "@taxon/nn";
import { figure, linePlot } from "@taxon/visualization";

const count = 65;

/** Columns of the table, and how alike its rows are. */
export function sinusoidFigure(): string {
  const size = 32;
  const table = sinusoidalTable(count, size);
  const column = (feature: number) =>
    Float32Array.from({ length: count }, (_, p) => table[p * size + feature]);
  const row = (p: number) => table.subarray(p * size, (p + 1) * size);
  const products = (p: number) => Float32Array.from({ length: count }, (_, q) => dot(row(p), row(q)));
  return figure({
    title: "Sinusoidal positions",
    description:
      "Four sines of falling frequency, and products of the rows 16 and 40 with all rows: two equal hills.",
    drawings: [
      linePlot({
        title: "even features of the table: sines, each slower than the one before",
        x: "position",
        lines: [0, 4, 8, 12].map((feature) => ({ name: `feature ${feature}`, values: column(feature) })),
      }),
      linePlot({
        title: "row p · row q: the same hill around each p",
        x: "position q",
        lines: [16, 40].map((p) => ({ name: `p = ${p}`, values: products(p) })),
      }),
    ],
  });
}

/** Scores of one query with one key at growing distance, from two places. */
export function rotaryFigure(): string {
  const size = 8;
  const [query, key] = [1, 2].map((seed) => tensor(normals(keyFromSeed(seed), size), [1, 1, size]));
  const turned = (x: Tensor, position: number) => {
    const { cos, sin } = rotaryAngles([position], size);
    const [c, s] = [cos, sin].map((values) => tensor(values, [1, size / 2]));
    return rotary(x, c, s).dataSync();
  };
  const scoresFrom = (place: number) =>
    Float32Array.from({ length: count }, (_, distance) => {
      return scope(() => dot(turned(query, place), turned(key, place + distance)));
    });
  return figure({
    title: "Rotary positions",
    description: "The score of one query with one key against their distance; two curves lie on each other.",
    drawings: [
      linePlot({
        title: "query at p · key at p + distance: both curves are the same",
        x: "distance",
        lines: [0, 500].map((p) => ({ name: `p = ${p}`, values: scoresFrom(p) })),
      }),
    ],
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
