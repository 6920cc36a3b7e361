import { assertEquals } from "@std/assert";
import type { Recipe } from "./recipe.ts";
import { planWithin } from "./work_budget.ts";

/** A recipe of which one training takes so many minutes. */
const taking = (name: Recipe["name"], minutes: number): Recipe => ({
  name,
  work: () => minutes * 6e12,
  answers: () => Promise.reject(),
  train: () => Promise.reject(),
});
const recipes = [taking("linear", 0), taking("fine-tune", 1)];

function plan(minutes: number, changes = {}) {
  const work = { parts: 5, finalTraining: true, rows: 100, always: () => false, ...changes };
  const { planned, leftOut } = planWithin(minutes, recipes, work);
  return [planned.map(({ recipe, parts }) => `${recipe.name} ${parts}`), leftOut];
}

Deno.test("planWithin() tries a costly recipe on as many folds as the budget has room for", () => {
  assertEquals(plan(6), [["linear 5", "fine-tune 5"], []]);
  assertEquals(plan(20), [["linear 5", "fine-tune 5"], []]);
  assertEquals(plan(4.5), [["linear 5", "fine-tune 3"], []]);
});

Deno.test("planWithin() leaves out what has no room for two folds, and says what they would take", () => {
  assertEquals(plan(2.9), [["linear 5"], [{ recipe: "fine-tune", minutes: 3 }]]);
  assertEquals(plan(0.9, { parts: 1, finalTraining: false }), [["linear 1"], [{
    recipe: "fine-tune",
    minutes: 1,
  }]]);
});

Deno.test("planWithin() keeps what must be tried, on two folds at least", () => {
  assertEquals(plan(0, { always: () => true }), [["linear 5", "fine-tune 2"], []]);
});
