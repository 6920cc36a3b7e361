import type { Table, TableRecord } from "@taxon/data";

/** Names of the fields of a table, each once, in the order of their first appearance. */
export function fieldNamesOf({ columns, records }: Pick<Table, "columns" | "records">): string[] {
  if (columns) return distinctNames(columns);
  const names = new Set<string>();
  for (const record of records) for (const name of record.names) names.add(name);
  return [...names];
}

/** What a row holds, by the names that `fieldNamesOf` gives. */
export function fieldsOf({ columns }: Pick<Table, "columns">, fieldNames: readonly string[]) {
  return ({ names, values }: TableRecord): Map<string, unknown> => {
    const own = columns ? fieldNames : names;
    return new Map(own.map((name, i) => [name, values[i]]));
  };
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
