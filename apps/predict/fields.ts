import type { Table, TableRecord } from "@taxon/text";

/** Reads the rows of a table as values by name, each name once. */
export function fieldReader(
  { columns }: Pick<Table, "columns">,
): (record: TableRecord) => Map<string, unknown> {
  const names = columns && distinctNames(columns);
  return ({ names: own, values }) => new Map((names ?? own).map((name, i) => [name, values[i]]));
}

/** A column without a name goes by its number; one whose name was there before has the next free number behind it. */
export function distinctNames(columns: readonly string[]): string[] {
  const taken = new Set<string>();
  return columns.map((column, i) => {
    const name = column === "" ? String(i + 1) : column;
    let distinct = name;
    for (let n = 2; taken.has(distinct) || (distinct !== column && columns.includes(distinct)); n++) {
      distinct = `${name}_${n}`;
    }
    taken.add(distinct);
    return distinct;
  });
}
