import { assertEquals, assertThrows } from "@std/assert";
import { encoderConfig } from "@taxon/model";
import { architectureFlags, architectureOf, settingFlags } from "./architecture_flags.ts";
import { defineCommand } from "./command.ts";
import { parseFlags, UsageError } from "./flags.ts";

Deno.test("a flag that is a setting has its values, its description, and a default of the command", () => {
  const flags = settingFlags({ layers: 7, finalNorm: "none", normAffine: true, dropout: 0.25 });
  assertEquals<unknown>(flags, {
    layers: {
      type: "number",
      integer: true,
      min: 0,
      max: 1000,
      default: 7,
      description: "Encoder layers",
      group: "model",
    },
    finalNorm: {
      type: "string",
      choices: ["none", "plain", "affine"],
      default: "none",
      description: "Norm after the last layer",
      group: "model",
    },
    normAffine: {
      type: "boolean",
      default: true,
      description: "Train scale and shift of the norms",
      group: "model",
    },
    dropout: {
      type: "number",
      min: 0,
      max: 0.95,
      default: 0.25,
      description: "Dropout while training",
      group: "model",
    },
  });
});

Deno.test("flags take the ends of what a model takes, and refuse what is beyond", () => {
  const command = defineCommand({ name: "make", summary: "", flags: architectureFlags, examples: [] });
  const read = (...args: string[]) => encoderConfig(architectureOf(parseFlags(args, command).flags));
  assertEquals(read("--layers", "1000").layers, 1000);
  assertEquals(read("--heads", "1", "--final-norm", "affine").finalNorm, "affine");
  assertThrows(() => read("--layers", "1001"), UsageError, "expected an integer from 0 to 1000");
  assertThrows(() => read("--final-norm", "middle"), UsageError, "choose none, plain, affine");
});

Deno.test("what a command has no flag for is as train makes it", () => {
  const { modelSize, positions, finalNorm } = architectureOf({ modelSize: 6 });
  assertEquals([modelSize, positions, finalNorm], [6, "rotary", "none"]);
});
