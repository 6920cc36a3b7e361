import { isDataColumns } from "./data_columns.ts";
import type { LocalAttention, Setting, SpecialValues } from "./settings.ts";

/** What a value of a setting must be, in a model of some labels. */
interface Rule {
  holds(value: unknown, labels: readonly string[]): boolean;
  /** In words, behind "it must be". */
  right(name: string, labels: readonly string[]): string;
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isPositive = (value: unknown): boolean => isNumber(value) && value > 0;
const isWhole = (value: unknown, least: number): boolean =>
  Number.isInteger(value) && value as number >= least;

const special: Readonly<Record<keyof SpecialValues, Rule>> = {
  boolean: { holds: (value) => typeof value === "boolean", right: () => "true or false" },
  share: {
    holds: (value) => isNumber(value) && value >= 0 && value < 1,
    right: (name) => `0 ≤ ${name} < 1`,
  },
  positive: { holds: isPositive, right: () => "a positive number" },
  names: {
    holds: (value) =>
      Array.isArray(value) && value.every((name) => typeof name === "string") &&
      new Set(value).size === value.length,
    right: () => "distinct strings",
  },
  probabilities: {
    holds: (value, labels) =>
      Array.isArray(value) && value.length === labels.length &&
      value.every((one) => isNumber(one) && one >= 0 && one <= 1),
    right: (_, labels) => `${labels.length} probabilities, one a label`,
  },
  localAttention: {
    holds(value) {
      const { window, globalEvery, rotaryTheta } = (value ?? {}) as LocalAttention;
      return isWhole(window, 0) && isWhole(globalEvery, 1) && isPositive(rotaryTheta);
    },
    right: () => "a window from 0, globalEvery from 1 and a positive rotaryTheta",
  },
  dataColumns: { holds: isDataColumns, right: () => "an object with a joiner and columns by name or number" },
};

/** The rule that the values of a setting follow. */
export function ruleOf([, values]: Setting): Rule {
  if (typeof values === "string") return special[values];
  const [least, most] = values;
  if (typeof least === "string") {
    return {
      holds: (value) => (values as readonly unknown[]).includes(value),
      right: () => `one of ${values.join(", ")}`,
    };
  }
  return {
    holds: (value) => isWhole(value, least) && value as number <= (most as number),
    right: () => `an integer ${least} … ${most}`,
  };
}
