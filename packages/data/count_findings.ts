import { type DataReport, FEW_ROWS_OF_LABEL, type RareLabel } from "./check.ts";
import { visibleLabel } from "./labels.ts";
import { places, plural } from "./places.ts";

/** Figures of fewer rows are mostly chance. */
const FEW_ROWS_TO_JUDGE = 30;
/** A label that is rarer than another by more than this is easily never answered. */
const UNEVEN = 20;
const SHOWN_LABELS = 5;

/** What the numbers of rows ask for, a sentence each: too few to learn from or to judge on, uneven labels, cut texts. */
export function countFindings(report: DataReport): string[] {
  return [
    ...rareLabelFindings(report),
    ...unevenFindings(report),
    ...judgeFindings(report),
    ...cutFindings(report),
  ];
}

function rareLabelFindings({ splits, rareLabels }: DataReport): string[] {
  const [single, few] = [1, 2].map((least) =>
    rareLabels.filter(({ rows }) => least === 1 ? rows.length === 1 : rows.length > 1)
  );
  const { split } = splits[0] ?? {};
  const lines: string[] = [];
  if (single.length > 0) {
    lines.push(
      `${plural(single.length, "label")} with one row in ${split}: ${
        shown(single)
      }; it is learnt or judged by, never ` +
        `both: add rows, or give them a label of others`,
    );
  }
  if (few.length > 0) {
    lines.push(
      `${plural(few.length, "label")} with fewer than ${FEW_ROWS_OF_LABEL} rows in ${split}: ${
        shown(few)
      }; add rows, or ` +
        `join labels that are alike`,
    );
  }
  return lines;
}

function shown(labels: readonly RareLabel[]): string {
  const first = labels.slice(0, SHOWN_LABELS).map(({ label, rows }) => {
    const where = rows.length === 1 ? places(rows) : `${rows.length} rows: ${places(rows)}`;
    return `"${visibleLabel(label)}" (${where})`;
  });
  const rest = labels.length - first.length;
  return first.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function unevenFindings({ splits }: DataReport): string[] {
  const { split, classCounts } = splits[0] ?? { split: "", classCounts: {} };
  const present = Object.entries(classCounts).filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  const [[most, many] = ["", 0]] = present;
  const rare = present.filter(([, count]) => count * UNEVEN < many).toReversed();
  if (rare.length === 0) return [];
  const names = rare.slice(0, SHOWN_LABELS).map(([label, count]) =>
    `"${visibleLabel(label)}" (${plural(count, "row")}, 1 to ${Math.round(many / count)})`
  );
  const rest = rare.length - names.length;
  return [
    `${plural(rare.length, "label")} more than ${UNEVEN} times rarer than "${
      visibleLabel(most)
    }" (${many} rows) in ` +
    `${split}: ${names.join(", ")}${
      rest > 0 ? ` and ${rest} more` : ""
    }; judge by macro F1, not accuracy, and try ` +
    `class weights`,
  ];
}

function judgeFindings({ splits }: DataReport): string[] {
  const judged = splits.length > 1 ? splits.slice(1) : splits;
  return judged.filter(({ rows }) => rows < FEW_ROWS_TO_JUDGE).map(({ split, rows }) => {
    // half the width of a 95 % interval around a share of one half
    const chance = rows === 0 ? 1 : Math.min(0.98 / Math.sqrt(rows), 1);
    return `${
      plural(rows, "row")
    } to judge on in ${split}, fewer than ${FEW_ROWS_TO_JUDGE}: by chance alone a share of ` +
      `right answers may be off by ${chance.toFixed(2)}; give more rows before trusting a figure`;
  });
}

function cutFindings({ splits, maxTokens }: DataReport): string[] {
  return splits.filter(({ truncated }) => truncated !== undefined && truncated.length > 0).map(
    ({ split, truncated, lengths }) =>
      `${
        plural(truncated!.length, "text")
      } longer than ${maxTokens} tokens in ${split}, up to ${lengths.max}: ${
        places(truncated!)
      }; what is behind is not read: allow more tokens, or put what matters first`,
  );
}
