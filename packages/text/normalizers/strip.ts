import type { AlignedText } from "../aligned_text.ts";
import type { JsonObject, ObjectReader } from "../json.ts";
import type { Normalizer } from "./normalizer.ts";

const WHITE_SPACE = /\p{White_Space}/u; // all of it in the basic plane

/** Takes white space off the ends of a text. */
export class Strip implements Normalizer {
  constructor(readonly left: boolean, readonly right: boolean) {}

  static read(this: void, fields: ObjectReader): Strip {
    return new Strip(fields.boolean("strip_left"), fields.boolean("strip_right"));
  }

  normalize(source: AlignedText): AlignedText {
    const { text } = source;
    let start = 0;
    let end = text.length;
    if (this.left) { while (start < end && WHITE_SPACE.test(text[start])) start++; }
    if (this.right) { while (start < end && WHITE_SPACE.test(text[end - 1])) end--; }
    return source.slice(start, end);
  }

  toJson(): JsonObject {
    return { type: "Strip", strip_left: this.left, strip_right: this.right };
  }
}
