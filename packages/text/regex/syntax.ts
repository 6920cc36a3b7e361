import type { CharacterSet } from "./character_set.ts";

/** What a regular expression says; what is not here cannot be matched in linear time, or no tokenizer needs it. */
export type RegexNode =
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "sequence"; readonly items: readonly RegexNode[] }
  | { readonly kind: "choice"; readonly options: readonly RegexNode[] }
  | {
    readonly kind: "repeat";
    readonly body: RegexNode;
    readonly min: number;
    readonly max: number; // Infinity for no limit
    readonly lazy: boolean;
  }
  | Look;

/** Whether the next (or, `behind`, the last) character is in the set; past the end of the text it is not. */
export interface Look {
  readonly kind: "look";
  readonly set: CharacterSet;
  readonly behind: boolean;
  readonly negative: boolean;
}

/** One thing after another. */
export function sequence(...items: RegexNode[]): RegexNode {
  return items.length === 1 ? items[0] : { kind: "sequence", items };
}

/** The first of several that leads to a match. */
export function choice(...options: RegexNode[]): RegexNode {
  return options.length === 1 ? options[0] : { kind: "choice", options };
}

/** A condition on the next or the last character. */
export function look(set: CharacterSet, where: "ahead" | "behind", negative: boolean): Look {
  return { kind: "look", set, behind: where === "behind", negative };
}

/** Whether it may match without consuming a character. */
export function canBeEmpty(node: RegexNode): boolean {
  switch (node.kind) {
    case "set":
      return false;
    case "look":
      return true;
    case "sequence":
      return node.items.every(canBeEmpty);
    case "choice":
      return node.options.some(canBeEmpty);
    case "repeat":
      return node.min === 0 || canBeEmpty(node.body);
  }
}
