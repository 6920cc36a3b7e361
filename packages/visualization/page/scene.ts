/** A drawing as data: a canvas, the page's SVG and the exported files are all made from the same marks. */
export type Mark =
  | {
    readonly kind: "line";
    readonly from: Point;
    readonly to: Point;
    readonly stroke: string;
    readonly width: number;
    readonly opacity: number;
    /** Lengths of dashes and gaps. */
    readonly dash?: string;
  }
  | ({
    readonly kind: "rect";
    readonly fill: string;
    readonly opacity?: number;
    readonly stroke?: string;
    readonly radius?: number;
  } & Box)
  | {
    readonly kind: "text";
    readonly at: Point;
    readonly text: string;
    readonly fill: string;
    readonly size: number;
    readonly anchor?: "start" | "middle" | "end";
    readonly bold?: boolean;
    /** Degrees, clockwise around `at`. */
    readonly rotate?: number;
  }
  | ({ readonly kind: "image"; readonly pixels: Pixels } & Box);

/** x and y in pixels, from the top left. */
export type Point = readonly [number, number];

/** A rectangle in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A picture of one colour and many opacities, which is all a large heat map is. */
export interface Pixels {
  readonly columns: number;
  readonly rows: number;
  /** RGBA, row-major. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Something that can be pointed at, focused and clicked. */
export interface Target {
  readonly box: Box;
  /** Its text, or what stands for it. */
  readonly name: string;
  /** What it is and what it shows, for those who do not see it. */
  readonly label: string;
  /** Written to the element as `data-…`. */
  readonly data: Readonly<Record<string, string | number>>;
  /** What is seen of it. */
  readonly marks: readonly Mark[];
}

/** One view of the attention. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly background: string;
  /** What is drawn while nothing is pointed at. */
  readonly marks: readonly Mark[];
  /** Drawn over the marks, and kept while the pointer moves. */
  readonly targets: readonly Target[];
  /** What the scene shows, in one sentence. */
  readonly summary: string;
  /** Number of marks left out because nobody could tell them apart. */
  readonly omitted: number;
}

/** Marks above which a canvas is faster than an SVG. */
export const CANVAS_FROM_MARKS = 20_000;
