import type { Checkup } from "./checkup.ts";

/**
 * The checkup for a person.
 *
 * @param folder Where it is read: paths in it are written from there on.
 */
export function render(checkup: Checkup, folder = ""): string {
  const { version, cores, backends, auto, adapter, library, permissions } = checkup;
  const near = (text: string) => folder === "" ? text : text.replace(`${folder}/`, "");
  const sections = [
    [`${version}, ${cores} ${cores === 1 ? "core" : "cores"}`],
    [
      "Backends",
      ...backends.flatMap(({ name, state, description, remedy, dtypes, maxBufferBytes }) => [
        `  ${name.padEnd(8)} ${state.padEnd(8)} ${description}`,
        ...remedy === undefined ? [] : [`  ${" ".repeat(17)} ${remedy}`],
        ...dtypes === undefined || maxBufferBytes === undefined
          ? []
          : [`  ${" ".repeat(17)} ${dtypes.join(", ")}; tensors of up to ${mebibytes(maxBufferBytes)}`],
      ]),
      `  auto takes ${auto}`,
    ],
    [
      "Graphics adapter",
      ...adapter === undefined ? ["  none"] : [
        `  ${adapter.description}${adapter.software ? ", which auto leaves alone" : ""}`,
        `  features: ${adapter.features.join(", ")}`,
        ...Object.entries(adapter.limits).map(([name, value]) => `  ${name}: ${value.toLocaleString("en")}`),
      ],
    ],
    [
      "Native library",
      `  ${near(library.path)}: ${
        library.upToDate ? "built from the sources as they are" : "not built from the sources as they are"
      }`,
      `  cargo: ${library.cargo ? "found" : "not found; install Rust to build the library"}`,
    ],
    [
      "Permissions",
      ...permissions.map(({ flag, purpose, granted }) =>
        `  ${granted ? "granted" : "missing"}  ${near(flag)}  ${purpose}`
      ),
    ],
  ];
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20).toLocaleString("en")} MiB`;
}
