import type { Mark, Pixels, Scene } from "./scene.ts";

/** A PNG of pixels as a data: URL; made by a canvas, which only a browser has. */
export type EncodePixels = (pixels: Pixels) => string;

/** One mark as SVG: presentation attributes only, so that a strict content security policy lets it pass. */
export function markToSvg(mark: Mark, encodePixels: EncodePixels): string {
  switch (mark.kind) {
    case "line":
      return `<line${
        attributes({
          x1: mark.from[0],
          y1: mark.from[1],
          x2: mark.to[0],
          y2: mark.to[1],
          stroke: mark.stroke,
          "stroke-width": mark.width,
          "stroke-opacity": mark.opacity,
          "stroke-dasharray": mark.dash,
        })
      }/>`;
    case "rect": {
      const { x, y, width, height, fill, opacity, stroke, radius } = mark;
      return `<rect${
        attributes({ x, y, width, height, fill, "fill-opacity": opacity, stroke, rx: radius })
      }/>`;
    }
    case "text": {
      const { at: [x, y], text, fill, size, anchor, bold, rotate } = mark;
      return `<text${
        attributes({
          x,
          y,
          fill,
          "font-size": size,
          "font-family": FONT,
          "text-anchor": anchor,
          "font-weight": bold ? 600 : undefined,
          transform: rotate === undefined ? undefined : `rotate(${round(rotate)} ${round(x)} ${round(y)})`,
        })
      }>${escapeXml(text)}</text>`;
    }
    case "image": {
      const { x, y, width, height, pixels } = mark;
      return `<image${
        attributes({
          x,
          y,
          width,
          height,
          preserveAspectRatio: "none",
          "image-rendering": "pixelated",
          href: encodePixels(pixels),
        })
      }/>`;
    }
  }
}

/** A whole scene as an SVG file; `marks` replaces those of the scene, as when a token is pinned. */
export function sceneToSvg(scene: Scene, marks: readonly Mark[], encodePixels: EncodePixels): string {
  const { width, height, background, summary, targets } = scene;
  const drawn = [...marks, ...targets.flatMap((target) => target.marks)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg"${
      attributes({ width, height, viewBox: `0 0 ${round(width)} ${round(height)}`, role: "img" })
    }>`,
    `<title>${escapeXml(summary)}</title>`,
    `<rect${attributes({ width, height, fill: background })}/>`,
    ...drawn.map((mark) => markToSvg(mark, encodePixels)),
    "</svg>",
    "",
  ].join("\n");
}

/** The typeface of all text in scenes. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";

/** Text as XML content or attribute; characters that XML cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex -- these are what XML 1.0 forbids
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function attributes(values: Record<string, string | number | undefined>): string {
  return Object.entries(values).map(([name, value]) => {
    if (value === undefined) return "";
    return ` ${name}="${typeof value === "number" ? round(value) : escapeXml(value)}"`;
  }).join("");
}

const round = (value: number) => String(Math.round(value * 1000) / 1000);
