import type { Box, Mark, Pixels } from "./scene.ts";
import { FONT } from "./scene_svg.ts";

/** Draws marks on a canvas; lines that cannot touch `visible` are left out. */
export function drawMarks(context: CanvasRenderingContext2D, marks: readonly Mark[], visible?: Box): void {
  for (const mark of marks) {
    switch (mark.kind) {
      case "line": // one path a line: a path of many lines is filled as a whole, which is slower
        if (!visible || touches(visible, mark.from[1], mark.to[1])) drawLine(context, mark);
        break;
      case "rect":
        drawRect(context, mark);
        break;
      case "text":
        drawText(context, mark);
        break;
      case "image":
        context.imageSmoothingEnabled = false;
        context.drawImage(pixelsToCanvas(mark.pixels), mark.x, mark.y, mark.width, mark.height);
    }
  }
}

/** A PNG of the pixels as a data: URL. */
export function encodePixels(pixels: Pixels): string {
  return pixelsToCanvas(pixels).toDataURL("image/png");
}

const canvases = new WeakMap<Pixels, HTMLCanvasElement>();

function pixelsToCanvas(pixels: Pixels): HTMLCanvasElement {
  const made = canvases.get(pixels);
  if (made) return made;
  const canvas = document.createElement("canvas");
  canvas.width = pixels.columns;
  canvas.height = pixels.rows;
  canvas.getContext("2d")!.putImageData(new ImageData(pixels.rgba, pixels.columns, pixels.rows), 0, 0);
  canvases.set(pixels, canvas);
  return canvas;
}

function touches({ y, height }: Box, from: number, to: number): boolean {
  return Math.max(from, to) >= y && Math.min(from, to) <= y + height;
}

type MarkOf<Kind extends Mark["kind"]> = Extract<Mark, { kind: Kind }>;

const FAINT = 0.3; // below this opacity dashes cannot be seen, and dashing takes ten times as long

function drawLine(context: CanvasRenderingContext2D, mark: MarkOf<"line">): void {
  context.globalAlpha = mark.opacity;
  context.strokeStyle = mark.stroke;
  context.lineWidth = mark.width;
  context.setLineDash(mark.dash && mark.opacity > FAINT ? mark.dash.split(" ").map(Number) : []);
  context.beginPath();
  context.moveTo(...mark.from);
  context.lineTo(...mark.to);
  context.stroke();
  context.globalAlpha = 1;
}

function drawRect(context: CanvasRenderingContext2D, mark: MarkOf<"rect">): void {
  context.beginPath();
  context.roundRect(mark.x, mark.y, mark.width, mark.height, mark.radius ?? 0);
  context.globalAlpha = mark.opacity ?? 1;
  if (mark.fill !== "none") {
    context.fillStyle = mark.fill;
    context.fill();
  }
  context.globalAlpha = 1;
  if (!mark.stroke) return;
  context.setLineDash([]);
  context.lineWidth = 1;
  context.strokeStyle = mark.stroke;
  context.stroke();
}

function drawText(context: CanvasRenderingContext2D, mark: MarkOf<"text">): void {
  context.save();
  context.translate(...mark.at);
  context.rotate((mark.rotate ?? 0) * Math.PI / 180);
  context.font = `${mark.bold ? "600 " : ""}${mark.size}px ${FONT}`;
  context.textAlign = mark.anchor === "middle" ? "center" : mark.anchor ?? "start";
  context.fillStyle = mark.fill;
  context.fillText(mark.text, 0, 0);
  context.restore();
}
