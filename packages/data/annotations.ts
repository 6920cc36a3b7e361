import type { TableRecord } from "./table_record.ts";

/** Columns by which annotation tools tell what became of a row, and which of their values set it aside. */
const MARKS: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  answer: { accept: false, reject: true, ignore: true }, // Prodigy
  status: { // Argilla
    validated: false,
    edited: false,
    default: false,
    submitted: false,
    completed: false,
    pending: false,
    draft: false,
    discarded: true,
  },
  ...Object.fromEntries(
    ["was_cancelled", "rejected", "discarded", "skipped", "ignored"].map((
      name,
    ) => [name, { true: true, false: false }]),
  ),
};

/**
 * Tells which rows annotators set aside, by a column such as `answer` that holds nothing but the words of their tool.
 *
 * @param read Columns that hold texts and labels, which mark nothing.
 * @returns What gives the mark of a row that is to be left out, such as `answer: reject`.
 */
export function markReader(
  records: readonly TableRecord[],
  read: readonly string[],
): (record: TableRecord) => string | undefined {
  const names = new Set(records.flatMap(({ names }) => names.filter((name) => Object.hasOwn(MARKS, name))));
  const marking = [...names].filter((name) =>
    !read.includes(name) &&
    records.every((record) => {
      const word = wordIn(record, name);
      return word === undefined || Object.hasOwn(MARKS[name], word);
    })
  );
  return (record) => {
    const name = marking.find((name) => MARKS[name][wordIn(record, name) ?? ""]);
    return name === undefined ? undefined : `${name}: ${wordIn(record, name)}`;
  };
}

/** Undefined where nothing was said. */
function wordIn({ names, values }: TableRecord, name: string): string | undefined {
  const value = values[names.indexOf(name)] ?? "";
  return value === "" ? undefined : String(value).toLowerCase();
}

/** A task of Label Studio's full export. */
interface Task {
  data: Record<string, unknown>;
  annotations: {
    was_cancelled?: boolean;
    result?: { from_name?: string; type?: string; value?: unknown }[];
  }[];
}

/**
 * Rows of Label Studio's full export with the columns of their data, and one for each choice that annotators had,
 * which holds their answers; other rows as they are.
 */
export function flattenTasks(records: readonly TableRecord[]): TableRecord[] {
  const tasks = records.map(taskOf);
  const questions = new Set(tasks.flatMap((task) => task?.annotations.flatMap(choicesOf) ?? []));
  return records.map((record, i) => {
    const task = tasks[i];
    if (!task) return record;
    const answers = [...questions].map((name) => answersTo(name, task));
    return {
      row: record.row,
      names: [...Object.keys(task.data), ...questions],
      values: [...Object.values(task.data), ...answers],
    };
  });
}

function taskOf({ names, values }: TableRecord): Task | undefined {
  const [data, annotations] = ["data", "annotations"].map((name) => values[names.indexOf(name)]);
  const isTask = typeof data === "object" && data !== null && !Array.isArray(data) &&
    Array.isArray(annotations);
  return isTask ? { data, annotations } as Task : undefined;
}

function choicesOf({ result = [] }: Task["annotations"][number]): string[] {
  return result.filter(({ type }) => type === "choices").map(({ from_name }) => String(from_name));
}

/** What each annotator chose, as `labelReader` takes it. */
function answersTo(name: string, { annotations }: Task): unknown[] {
  const answers = annotations.map(({ was_cancelled, result = [] }) => {
    const found = result.find(({ from_name }) => from_name === name);
    return { value: found?.value ?? [], status: was_cancelled || !found ? "discarded" : "submitted" };
  });
  return answers.length > 0 ? answers : [{ value: [], status: "pending" }];
}
