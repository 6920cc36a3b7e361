import type { Recipe } from "./recipe.ts";
import type { RecipeName } from "./settle_recipe.ts";

/** Operations a minute that a budget is counted in: about what two cores do. Never the clock, so that it always ends alike. */
const OPERATIONS_PER_MINUTE = 6e12;
/** Fewer folds than this tell nothing. */
const FEWEST_FOLDS = 2;

/** A recipe that is not tried, and the minutes that it would take. */
export interface LeftOut {
  recipe: RecipeName;
  minutes: number;
}

/** Estimated minutes of so many operations. */
export function minutesOf(operations: number): number {
  return operations / OPERATIONS_PER_MINUTE;
}

/** What there is to do. */
export interface WorkToPlan {
  /** Into how many parts the judged rows are split; each needs a training. */
  parts: number;
  /** Whether one more training follows for the recipe that is taken. */
  finalTraining: boolean;
  /** Rows of a training. */
  rows: number;
  /** Whether a recipe is tried whatever it costs. */
  always: (name: RecipeName) => boolean;
}

/** A recipe with the number of parts that it is to answer. */
export interface PlannedRecipe {
  recipe: Recipe;
  parts: number;
  /** Of all its trainings. */
  work: number;
}

/** Divides the budget: a costly recipe is tried on fewer folds, or left out. */
export function planWithin(
  minutes: number,
  recipes: readonly Recipe[],
  { parts, finalTraining, rows, always }: WorkToPlan,
): { planned: PlannedRecipe[]; leftOut: LeftOut[] } {
  const planned: PlannedRecipe[] = [];
  const leftOut: LeftOut[] = [];
  let left = minutes * OPERATIONS_PER_MINUTE;
  const fewest = Math.min(FEWEST_FOLDS, parts);
  for (const recipe of recipes) {
    const once = recipe.work(rows);
    const spare = once === 0 ? parts : Math.floor(left / once) - Number(finalTraining);
    const affordable = Math.max(Math.min(spare, parts), always(recipe.name) ? fewest : 0);
    if (affordable < fewest) {
      leftOut.push({ recipe: recipe.name, minutes: minutesOf((fewest + Number(finalTraining)) * once) });
      continue;
    }
    const work = (affordable + Number(finalTraining)) * once;
    left -= work;
    planned.push({ recipe, parts: affordable, work });
  }
  return { planned, leftOut };
}
