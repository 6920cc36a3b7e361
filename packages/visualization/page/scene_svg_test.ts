import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Mark, Scene } from "./scene.ts";
import { escapeXml, markToSvg, sceneToSvg } from "./scene_svg.ts";

const noPixels = () => "data:image/png;base64,";
const word = (text: string): Mark => ({ kind: "text", at: [10, 20], text, fill: "#000", size: 13 });

Deno.test("escapeXml() leaves nothing that could end an element, and nothing that XML forbids", () => {
  assertEquals(escapeXml(`</text><script>"&'`), "&lt;/text&gt;&lt;script&gt;&quot;&amp;'");
  assertEquals(escapeXml("a\u0000b\u001bc\ud800d\tz"), "a\ufffdb\ufffdc\ufffdd\tz");
});

Deno.test("marks use attributes, which a policy without inline styles lets pass", () => {
  const marks: Mark[] = [
    {
      kind: "line",
      from: [0, 1],
      to: [2.00049, 3],
      stroke: "#123456",
      width: 1.5,
      opacity: 1 / 3,
      dash: "2 3",
    },
    { kind: "rect", x: 0, y: 0, width: 4, height: 5, fill: "#fff", radius: 2 },
    {
      kind: "text",
      at: [10, 20],
      text: "a<b",
      fill: "#000",
      size: 13,
      anchor: "end",
      bold: true,
      rotate: -90,
    },
  ];
  assertEquals(marks.map((mark) => markToSvg(mark, noPixels)), [
    '<line x1="0" y1="1" x2="2" y2="3" stroke="#123456" stroke-width="1.5" stroke-opacity="0.333" stroke-dasharray="2 3"/>',
    '<rect x="0" y="0" width="4" height="5" fill="#fff" rx="2"/>',
    `<text x="10" y="20" fill="#000" font-size="13" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" ` +
    'text-anchor="end" font-weight="600" transform="rotate(-90 10 20)">a&lt;b</text>',
  ]);
});

Deno.test("sceneToSvg() is a file of its own: namespace, size, title, background, marks and targets", () => {
  const scene: Scene = {
    width: 100,
    height: 50,
    background: "#fff",
    summary: "Layer 0",
    marks: [],
    omitted: 0,
    targets: [{
      box: { x: 0, y: 0, width: 1, height: 1 },
      name: "",
      label: "",
      data: {},
      marks: [word("river")],
    }],
  };
  const svg = sceneToSvg(scene, [word("bank")], noPixels);
  assertStringIncludes(
    svg,
    '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 100 50"',
  );
  assertStringIncludes(svg, "<title>Layer 0</title>");
  assertEquals(svg.indexOf("bank") < svg.indexOf("river"), true);
});
