import type { CharacterSet } from "./character_set.ts";
import type { RegexNode } from "./syntax.ts";

/** What a step of a {@linkcode Program} does. */
export enum Op {
  /** Consume one character of the set. */
  Set,
  /** Consume as many characters of the set as there are; fewer, one by one, if what follows fails. */
  Span,
  /** Go on at `target`; at `other` if that fails. */
  Split,
  /** Go on at `target`. */
  Jump,
  /** Go on if the next character is in the set, or is not. */
  Ahead,
  /** The same for the character before. */
  Behind,
  /** The end of the match. */
  Match,
}

/** A step; which fields count depends on `op`. */
export interface Step {
  readonly op: Op;
  readonly set?: CharacterSet;
  readonly negative?: boolean;
  target: number;
  other: number;
  /** Number of a step that can be tried in vain, −1 for others; the matcher remembers those by place. */
  readonly slot: number;
}

/** A compiled regular expression. */
export interface Program {
  readonly steps: readonly Step[];
  readonly slots: number;
}

/** Bounds the matcher's memory, which is so many bits a character; GPT-4's pattern has 28. */
const MAX_SLOTS = 512;
const MAX_STEPS = 8192;

/**
 * Compiles a regular expression into steps of a backtracking matcher.
 *
 * @throws {SyntaxError} If that takes too many steps, as for `(\w{1,1000}){1,1000}`.
 */
export function compile(node: RegexNode): Program {
  const compiler = new Compiler();
  compiler.add(node);
  compiler.step(Op.Match);
  return { steps: compiler.steps, slots: compiler.slots };
}

class Compiler {
  readonly steps: Step[] = [];
  slots = 0;

  step(op: Op, set?: CharacterSet, negative?: boolean): Step {
    const slot = op === Op.Split || op === Op.Span ? this.slots++ : -1;
    if (this.steps.length >= MAX_STEPS || this.slots > MAX_SLOTS) {
      throw new SyntaxError(`takes more than ${MAX_STEPS} steps or ${MAX_SLOTS} choices`);
    }
    const step = { op, set, negative, target: this.steps.length + 1, other: -1, slot };
    this.steps.push(step);
    return step;
  }

  add(node: RegexNode): void {
    switch (node.kind) {
      case "set":
        this.step(Op.Set, node.set);
        break;
      case "look":
        this.step(node.behind ? Op.Behind : Op.Ahead, node.set, node.negative);
        break;
      case "sequence":
        for (const item of node.items) this.add(item);
        break;
      case "choice":
        this.#addChoice(node.options);
        break;
      case "repeat":
        for (let i = 0, before = -1; i < node.min && before < this.steps.length; i++) {
          before = this.steps.length; // an empty body stays empty, however often
          this.add(node.body);
        }
        if (node.max === Infinity) this.#addLoop(node.body, node.lazy);
        else this.#addOptional(node.body, node.max - node.min, node.lazy);
    }
  }

  #addChoice(options: readonly RegexNode[]): void {
    const jumps: Step[] = [];
    options.forEach((option, i) => {
      const split = i < options.length - 1 ? this.step(Op.Split) : undefined;
      this.add(option);
      if (!split) return;
      jumps.push(this.step(Op.Jump));
      split.other = this.steps.length;
    });
    for (const jump of jumps) jump.target = this.steps.length;
  }

  #addLoop(body: RegexNode, lazy: boolean): void {
    if (body.kind === "set" && !lazy) {
      this.step(Op.Span, body.set);
      return;
    }
    const start = this.steps.length;
    const split = this.step(Op.Split);
    this.add(body);
    this.step(Op.Jump).target = start;
    this.#skipTo(split, lazy);
  }

  #addOptional(body: RegexNode, count: number, lazy: boolean): void {
    const splits: Step[] = [];
    for (let i = 0; i < count; i++) {
      splits.push(this.step(Op.Split));
      this.add(body);
    }
    for (const split of splits) this.#skipTo(split, lazy);
  }

  /** Lets `split` choose between its body, which follows it, and the end of the program so far. */
  #skipTo(split: Step, lazy: boolean): void {
    const [body, end] = [split.target, this.steps.length];
    [split.target, split.other] = lazy ? [end, body] : [body, end];
  }
}
