import { selectEdges } from "./edges.ts";
import type { Mark, Scene, Target } from "./scene.ts";
import type { ShownMap } from "./shown_maps.ts";
import { headStyle, type Theme } from "./theme.ts";
import { describeToken, fitLabel, type Side } from "./token_labels.ts";
import type { Unit } from "./units.ts";

/** What a scene is made for. */
export interface SceneOptions {
  /** Pixels. */
  readonly width: number;
  readonly theme: Theme;
  /** Width of a text in the size of token labels, in pixels. */
  readonly measure: (text: string) => number;
  readonly threshold: number;
  readonly topK: number;
  /** What the maps are, such as "layer 0, all heads". */
  readonly description: string;
}

/** The token under the pointer or the focus. */
export interface ActiveToken {
  readonly side: Side;
  /** Position among the units of its side. */
  readonly position: number;
}

const FONT_SIZE = 13;
const TOP = 30; // the captions of the two sides
const MAX_WIDTH = 860;
const MAX_LINES = 60_000; // strongest first: beyond these nothing can be told apart, and a frame takes too long

/** Tokens left and right with a line for each weight; heads by colour. */
export class HeadScene {
  readonly scene: Scene;
  readonly #labelWidth: number;
  readonly #boxWidth: number;
  readonly #rowHeight: number;
  readonly #x: { left: number; right: number };

  constructor(readonly maps: readonly ShownMap[], readonly options: SceneOptions) {
    const { rows, columns } = maps[0];
    const { theme, description } = options;
    const width = Math.min(options.width, MAX_WIDTH);
    this.#rowHeight = Math.max(rows.length, columns.length) > 60 ? 20 : 24;
    this.#boxWidth = Math.max(2, Math.min(6, width * 0.05 / maps.length));
    const widest = Math.max(30, ...[...rows, ...columns].map(({ label }) => options.measure(label)));
    this.#labelWidth = Math.ceil(Math.min(widest, width * 0.26)) + 10;
    const gutter = this.#boxWidth * maps.length + 6;
    this.#x = { left: this.#labelWidth + gutter, right: width - this.#labelWidth - gutter };

    const { marks, omitted } = this.#lines();
    const captions: Mark[] = (["query", "key"] as const).map((side) => ({
      kind: "text",
      at: [side === "query" ? this.#labelWidth - 5 : width - this.#labelWidth + 5, 14],
      anchor: side === "query" ? "end" : "start",
      text: side === "query" ? "from" : "to",
      fill: theme.muted,
      size: 12,
    }));
    this.scene = {
      width,
      height: TOP + Math.max(rows.length, columns.length) * this.#rowHeight + 6,
      background: theme.background,
      marks: [...marks, ...captions],
      targets: [...this.#targets("query", rows), ...this.#targets("key", columns)],
      summary: `Attention of ${description}: lines from ${rows.length} tokens to ${columns.length}`,
      omitted,
    };
  }

  /** The lines of one token, with a box a head at each token on the other side. */
  activeMarks({ side, position }: ActiveToken): Mark[] {
    const { rows, columns } = this.maps[0];
    const others = side === "query" ? columns : rows;
    const marks: Mark[] = [];
    for (const [m, { head, weights }] of this.maps.entries()) {
      const style = headStyle(this.options.theme, head);
      for (let other = 0; other < others.length; other++) {
        const [row, column] = side === "query" ? [position, other] : [other, position];
        const weight = weights[row * columns.length + column];
        if (weight < Math.max(this.options.threshold, 0.005)) continue;
        marks.push(this.#line(row, column, weight, style), {
          kind: "rect",
          ...this.#headBox(side === "query" ? "key" : "query", other, m),
          fill: style.stroke,
          opacity: Math.min(1, 0.1 + 0.9 * Math.sqrt(weight)),
        });
      }
    }
    return [
      { kind: "rect", ...this.#rowBox(side, position), fill: this.options.theme.highlight, radius: 4 },
      ...marks,
      ...this.scene.marks.slice(-2), // the captions
    ];
  }

  #lines(): { marks: Mark[]; omitted: number } {
    let omitted = 0;
    const lines = this.maps.flatMap((map) => {
      const found = selectEdges(map, this.options, Math.floor(MAX_LINES / this.maps.length));
      omitted += found.omitted;
      const style = headStyle(this.options.theme, map.head);
      return found.edges.map((edge) => ({ edge, style }));
    }).sort((a, b) => a.edge.weight - b.edge.weight);
    const marks = lines.map(({ edge, style }) => this.#line(edge.row, edge.column, edge.weight, style));
    return { marks, omitted };
  }

  #line(row: number, column: number, weight: number, style: { stroke: string; dash?: string }): Mark {
    return {
      kind: "line",
      from: [this.#x.left, this.#middle(row)],
      to: [this.#x.right, this.#middle(column)],
      width: 1 + 1.8 * weight,
      opacity: Math.min(1, weight),
      ...style,
    };
  }

  #middle(position: number): number {
    return TOP + (position + 0.5) * this.#rowHeight;
  }

  #rowBox(side: Side, position: number) {
    const x = side === "query" ? 0 : this.#x.right + 6;
    return { x, y: TOP + position * this.#rowHeight, width: this.#x.left - 6, height: this.#rowHeight };
  }

  #headBox(side: Side, position: number, map: number) {
    const first = side === "query" ? this.#labelWidth : this.#x.right + 6;
    const height = this.#rowHeight - 6;
    return {
      x: first + map * this.#boxWidth,
      y: TOP + position * this.#rowHeight + 3,
      width: this.#boxWidth - 0.5,
      height,
    };
  }

  #targets(side: Side, units: readonly Unit[]): Target[] {
    const { theme, measure } = this.options;
    return units.map((unit, position) => ({
      box: this.#rowBox(side, position),
      name: unit.label,
      label: describeToken(this.maps, side, position),
      data: { tokenIndex: unit.index, side, position },
      marks: [{
        kind: "text",
        at: [
          side === "query" ? this.#labelWidth - 5 : this.#x.right + this.#x.left - this.#labelWidth + 5,
          this.#middle(position) + FONT_SIZE * 0.35,
        ],
        anchor: side === "query" ? "end" : "start",
        text: fitLabel(unit.label, this.#labelWidth - 8, measure),
        fill: unit.special ? theme.muted : theme.text,
        size: FONT_SIZE,
      }],
    }));
  }
}
