import type { ActiveToken, SceneOptions } from "./head_scene.ts";
import { type Box, CANVAS_FROM_MARKS, type Mark, type Pixels, type Scene, type Target } from "./scene.ts";
import type { ShownMap } from "./shown_maps.ts";
import { headStyle } from "./theme.ts";
import { describeToken, fitLabel, formatWeight, type Side } from "./token_labels.ts";

const FONT_SIZE = 12;
const READABLE = 13; // least cell with a label of its own, in pixels
const SPARSE = 20; // distance of labels where cells are smaller
const LARGEST = 30;
const LEGEND = 44;

/** A cell of the map. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** Queries down, keys across, the weight as strength of colour. */
export class HeatScene {
  readonly scene: Scene;
  readonly #cell: number;
  readonly #label: number;
  readonly #max: number;

  constructor(readonly map: ShownMap, readonly options: SceneOptions) {
    const { rows, columns, weights } = map;
    const { theme, measure, description } = options;
    const widest = Math.max(30, ...[...rows, ...columns].map(({ label }) => measure(label)));
    const label = Math.ceil(Math.min(widest * FONT_SIZE / 13, options.width * 0.26, 130)) + 10;
    const room = (options.width - label - 2) / columns.length;
    // Long texts fit the width without labels; shorter ones get readable cells, and scroll where the page is narrow
    const readable = columns.length <= 64 ? Math.max(room, READABLE) : room;
    this.#cell = Math.max(1, Math.min(readable, LARGEST));
    this.#label = label;
    this.#max = weights.reduce((max, weight) => Math.max(max, weight), 1e-6);
    this.scene = {
      width: Math.max(label + columns.length * this.#cell + 2, Math.min(options.width, 230)),
      height: label + rows.length * this.#cell + LEGEND,
      background: theme.background,
      marks: [...this.#cells(), ...this.#legend()],
      targets: [...this.#targets("query"), ...this.#targets("key")],
      summary: `Heat map of ${description}: ${rows.length} tokens down attend to ${columns.length} across`,
      omitted: 0,
    };
  }

  /** The cell at a point of the scene. */
  cellAt(x: number, y: number): Cell | undefined {
    const column = Math.floor((x - this.#label) / this.#cell);
    const row = Math.floor((y - this.#label) / this.#cell);
    const { rows, columns } = this.map;
    return row >= 0 && column >= 0 && row < rows.length && column < columns.length
      ? { row, column }
      : undefined;
  }

  /** A sentence on one cell. */
  describeCell({ row, column }: Cell): string {
    const { rows, columns, weights } = this.map;
    const weight = formatWeight(weights[row * columns.length + column]);
    return `${rows[row].label} (token ${rows[row].index}) attends to ${columns[column].label} ` +
      `(token ${columns[column].index}) with ${weight}`;
  }

  /** Frames around the row of a query, the column of a key, or both; drawn over the cells. */
  activeMarks(active: ActiveToken | Cell): Mark[] {
    const row = "row" in active ? active.row : active.side === "query" ? active.position : undefined;
    const column = "row" in active ? active.column : active.side === "key" ? active.position : undefined;
    const frames: Box[] = [];
    if (row !== undefined) frames.push(this.#band("query", row));
    if (column !== undefined) frames.push(this.#band("key", column));
    return frames.map((box) => ({ kind: "rect", ...box, fill: "none", stroke: this.options.theme.text }));
  }

  #band(side: Side, position: number): Box {
    const { rows, columns } = this.map;
    const at = this.#label + position * this.#cell;
    return side === "query"
      ? { x: this.#label, y: at, width: columns.length * this.#cell, height: this.#cell }
      : { x: at, y: this.#label, width: this.#cell, height: rows.length * this.#cell };
  }

  #cells(): Mark[] {
    const { rows, columns, weights, head } = this.map;
    const { stroke } = headStyle(this.options.theme, head);
    const grid: Box = {
      x: this.#label,
      y: this.#label,
      width: columns.length * this.#cell,
      height: rows.length * this.#cell,
    };
    const frame: Mark = { kind: "rect", ...grid, fill: "none", stroke: this.options.theme.grid };
    if (weights.length > CANVAS_FROM_MARKS) {
      return [{ kind: "image", ...grid, pixels: this.#pixels(stroke) }, frame];
    }
    const gap = this.#cell > 8 ? 1 : 0;
    const cells: Mark[] = [];
    for (let i = 0; i < weights.length; i++) {
      const opacity = this.#opacity(weights[i]);
      if (opacity < 0.004) continue;
      cells.push({
        kind: "rect",
        x: this.#label + (i % columns.length) * this.#cell,
        y: this.#label + Math.floor(i / columns.length) * this.#cell,
        width: this.#cell - gap,
        height: this.#cell - gap,
        fill: stroke,
        opacity,
      });
    }
    return [...cells, frame];
  }

  #opacity(weight: number): number {
    return weight < this.options.threshold ? 0 : Math.sqrt(weight / this.#max);
  }

  #pixels(colour: string): Pixels {
    const { rows, columns, weights } = this.map;
    const rgba = new Uint8ClampedArray(weights.length * 4);
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    for (let i = 0; i < weights.length; i++) {
      rgba.set([red, green, blue, 255 * this.#opacity(weights[i])], 4 * i);
    }
    return { columns: columns.length, rows: rows.length, rgba };
  }

  #legend(): Mark[] {
    const { theme } = this.options;
    const { stroke } = headStyle(theme, this.map.head);
    const y = this.#label + this.map.rows.length * this.#cell + 14;
    const text = { kind: "text", fill: theme.muted, size: 11 } as const;
    const steps = Array.from({ length: 20 }, (_, i): Mark => ({
      kind: "rect",
      x: this.#label + i * 6,
      y,
      width: 6,
      height: 10,
      fill: stroke,
      opacity: Math.sqrt((i + 0.5) / 20),
    }));
    return [
      ...steps,
      { kind: "rect", x: this.#label, y, width: 120, height: 10, fill: "none", stroke: theme.grid },
      { ...text, at: [this.#label, y + 23], text: "0" },
      { ...text, at: [this.#label + 120, y + 23], text: formatWeight(this.#max), anchor: "end" },
    ];
  }

  #targets(side: Side): Target[] {
    const { theme, measure } = this.options;
    const units = side === "query" ? this.map.rows : this.map.columns;
    const every = this.#cell + 0.5 < READABLE ? Math.ceil(SPARSE / this.#cell) : 1;
    return units.map((unit, position) => {
      const middle = this.#label + (position + 0.5) * this.#cell;
      const along = { width: this.#label - 2, height: this.#cell };
      const label: Mark = {
        kind: "text",
        at: side === "query" ? [this.#label - 6, middle + 4] : [middle + 4, this.#label - 6],
        rotate: side === "query" ? undefined : -90,
        anchor: side === "query" ? "end" : "start",
        text: fitLabel(unit.label, (this.#label - 8) * 13 / FONT_SIZE, measure),
        fill: unit.special ? theme.muted : theme.text,
        size: FONT_SIZE,
      };
      return {
        box: side === "query"
          ? { x: 0, y: middle - this.#cell / 2, ...along }
          : { x: middle - this.#cell / 2, y: 0, width: along.height, height: along.width },
        name: unit.label,
        label: describeToken([this.map], side, position),
        data: { tokenIndex: unit.index, side, position },
        marks: position % every === 0 ? [label] : [],
      };
    });
  }
}
