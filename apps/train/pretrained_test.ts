import { assertEquals } from "@std/assert";
import { parseFlags } from "@taxon/app-shared";
import { command } from "./command.ts";
import { withFineTuningDefaults } from "./pretrained.ts";

function recipe(...args: string[]) {
  const { flags, given } = parseFlags(["--from", "model", ...args], command);
  const { lr, epochs, dropout, tokenDropout, labelSmoothing } = withFineTuningDefaults(flags, given);
  return { lr, epochs, dropout, tokenDropout, labelSmoothing };
}
const usual = { lr: 5e-5, epochs: 3, dropout: 0.1, tokenDropout: 0, labelSmoothing: 0 };

Deno.test("what --from trains decides rate and epochs, unless they are written", () => {
  assertEquals(recipe(), usual);
  assertEquals(recipe("--train-layers", "2"), usual);
  assertEquals(recipe("--train-layers", "0"), { ...usual, lr: 5e-3, epochs: 20 });
  assertEquals(recipe("--lora", "8"), { ...usual, lr: 1e-3 });
  assertEquals(recipe("--lora", "8", "--lr", "3e-4", "--epochs", "5"), { ...usual, lr: 3e-4, epochs: 5 });
});
