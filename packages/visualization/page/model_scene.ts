import type { HeadStatistics } from "@taxon/decision";
import { selectEdges } from "./edges.ts";
import type { SceneOptions } from "./head_scene.ts";
import type { Box, Mark, Scene, Target } from "./scene.ts";
import type { ShownMap } from "./shown_maps.ts";
import { headStyle } from "./theme.ts";

/** What the model view shows of a model. */
export interface ModelSceneInput {
  readonly layers: number;
  readonly heads: number;
  /** The map of a head, or undefined while its layer has not arrived. */
  readonly map: (layer: number, head: number) => ShownMap | undefined;
  readonly statistics: HeadStatistics;
  /** Heads that are switched off are faint. */
  readonly hiddenHeads: readonly number[];
}

const LABEL = 26;
const GAP = 6;
const MAX_LINES = 60_000;

/** A thumbnail of every head, layers down and heads across; each is a button that opens the head. */
export function modelScene(input: ModelSceneInput, options: SceneOptions): Scene {
  const { layers, heads } = input;
  const { theme } = options;
  const room = (Math.min(options.width, 1100) - LABEL) / heads;
  const tile = Math.max(44, Math.min(room - GAP, 160));
  const linesOfTile = Math.floor(MAX_LINES / (layers * heads));
  let omitted = 0;

  const marks: Mark[] = [];
  const targets: Target[] = [];
  const caption = { kind: "text", fill: theme.muted, size: 11, anchor: "middle" } as const;
  for (let head = 0; head < heads; head++) {
    marks.push({
      ...caption,
      at: [LABEL + head * (tile + GAP) + tile / 2, 16],
      text: tile < 60 ? String(head) : `head ${head}`,
    });
  }
  for (let layer = 0; layer < layers; layer++) {
    const y = LABEL + layer * (tile + GAP);
    const rotate = tile < 60 ? undefined : -90;
    const text = tile < 60 ? String(layer) : `layer ${layer}`;
    marks.push({ ...caption, at: [LABEL / 2 + 3, y + tile / 2 + 3], rotate, text });
    for (let head = 0; head < heads; head++) {
      const box: Box = { x: LABEL + head * (tile + GAP), y, width: tile, height: tile };
      marks.push({ kind: "rect", ...box, fill: "none", stroke: theme.grid, radius: 4 });
      const map = input.map(layer, head);
      if (map) {
        const lines = thumbnail(map, box, options, linesOfTile, input.hiddenHeads.includes(head));
        omitted += lines.omitted;
        marks.push(...lines.marks);
      } else {
        marks.push({ ...caption, at: [box.x + tile / 2, y + tile / 2 + 4], text: "…" });
      }
      targets.push({
        box,
        name: `Layer ${layer}, head ${head}`,
        label: `Open layer ${layer}, head ${head}: ${describeHead(input.statistics, layer, head)}`,
        data: { layer, head },
        marks: [],
      });
    }
  }
  return {
    width: LABEL + heads * (tile + GAP),
    height: LABEL + layers * (tile + GAP),
    background: theme.background,
    marks,
    targets,
    summary: `Attention of all heads: ${layers} layers down, ${heads} heads across`,
    omitted,
  };
}

/** The figures of a head in words. */
export function describeHead(statistics: HeadStatistics, layer: number, head: number): string {
  const percent = (figures: readonly (readonly number[])[]) => `${Math.round(100 * figures[layer][head])} %`;
  return `entropy ${statistics.entropy[layer][head].toFixed(2)}, special tokens ${
    percent(statistics.special)
  }, ` +
    `previous token ${percent(statistics.previous)}, next token ${percent(statistics.next)}, ` +
    `itself ${percent(statistics.self)}`;
}

function thumbnail(
  map: ShownMap,
  { x, y, width, height }: Box,
  options: SceneOptions,
  most: number,
  faint: boolean,
): { marks: Mark[]; omitted: number } {
  const { edges, omitted } = selectEdges(map, options, most);
  const inset = 4;
  const step = (height - 2 * inset) / Math.max(map.rows.length, map.columns.length);
  const middle = (position: number) => y + inset + (position + 0.5) * step;
  const { stroke } = headStyle(options.theme, map.head);
  const marks = edges.map(({ row, column, weight }): Mark => ({
    kind: "line",
    from: [x + inset + 2, middle(row)],
    to: [x + width - inset - 2, middle(column)],
    stroke,
    width: 0.6 + 0.8 * weight,
    opacity: (faint ? 0.2 : 1) * Math.min(1, weight ** 0.85),
  }));
  return { marks, omitted };
}
