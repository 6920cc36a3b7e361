import { placedNgrams, type TextClassifier } from "@taxon/classifier";
import { countPlaced } from "@taxon/explain";
import { predictLogits, scores } from "@taxon/model";
import { foldIn, keyFromSeed, permutation } from "@taxon/tensor";

/** How well integrated gradients say what a model goes by; means over the texts. */
export interface ImportanceFigures {
  texts: number;
  /** Texts whose values sum to the change of the logit within 5 % or 0.02, whichever is larger. */
  complete: number;
  /** Largest |sum − change of the logit|. */
  worstError: number;
  /** Most points of the path that a text took. */
  mostSteps: number;
  /** Fall of the predicted label's score when the five tokens of the highest values are taken out. */
  dropWithoutTop: number;
  /** The same for five tokens drawn at random. */
  dropWithoutRandom: number;
}

/** Explains the predicted label of each text, takes tokens out and classifies again. */
export async function importanceFigures(
  classifier: TextClassifier,
  texts: readonly string[],
): Promise<ImportanceFigures> {
  const { model, config, tokenizer } = classifier;
  const figures = { texts: texts.length, complete: 0, worstError: 0, mostSteps: 0 };
  const drops = { top: 0, random: 0 };
  for (const [number, text] of texts.entries()) {
    const encoding = tokenizer.encode(text, undefined, { truncation: { maxLength: config.maxTokens } });
    const { ids, specialTokensMask } = encoding;
    const ngrams = model.ngrams ? placedNgrams({ text }, encoding) : [];
    const scoresWithout = async (out: readonly number[]) => {
      const kept = ids.filter((_, i) => !out.includes(i));
      const left = countPlaced(ngrams.filter(({ tokens }) => !tokens.some((token) => out.includes(token))));
      return scores(await predictLogits(model, [{ ids: kept, ngrams: left }]), config);
    };
    const whole = await scoresWithout([]);
    const label = whole.indexOf(Math.max(...whole));
    const { importance } = await classifier.explain({ text }, {
      importance: ["integrated_gradients"],
      layers: [],
    });
    const { values, logitChange, steps } = importance![0];
    const error = Math.abs(values.reduce((a, b) => a + b, 0) - logitChange!);
    if (error <= Math.max(0.05 * Math.abs(logitChange!), 0.02)) figures.complete++;
    figures.worstError = Math.max(figures.worstError, error);
    figures.mostSteps = Math.max(figures.mostSteps, steps!);

    const words = [...ids.keys()].filter((i) => !specialTokensMask[i]);
    const top = words.toSorted((a, b) => values[b] - values[a]).slice(0, 5);
    const order = permutation(foldIn(keyFromSeed(1), number), words.length);
    const random = Array.from(order.slice(0, 5), (i) => words[i]);
    drops.top += whole[label] - (await scoresWithout(top))[label];
    drops.random += whole[label] - (await scoresWithout(random))[label];
  }
  return {
    ...figures,
    dropWithoutTop: drops.top / texts.length,
    dropWithoutRandom: drops.random / texts.length,
  };
}
