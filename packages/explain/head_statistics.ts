/** Figures of the heads of one layer, [heads]: means over the queries of one text. */
export interface LayerStatistics {
  /** Entropy of a row of weights, in nats: 0 if all goes to one token, ln(tokens) if it is spread evenly. */
  entropy: number[];
  /** Share of the attention that goes to special tokens. */
  special: number[];
  /** Share that goes to the token before, over the queries that have one. */
  previous: number[];
  /** Share that goes to the token after, over the queries that have one. */
  next: number[];
  /** Share that stays on the token itself. */
  self: number[];
}

/**
 * Where the heads of a layer look (Clark et al. 2019, What Does BERT Look At?, section 3).
 *
 * @param weights [heads, tokens, tokens], as `attentionOf` gives them.
 * @param special For each token, whether it is a special one.
 * @returns Shares 0 … 1; `previous` and `next` are 0 for a single token.
 */
export function headStatistics(weights: Float32Array, special: ArrayLike<boolean | number>): LayerStatistics {
  const tokens = special.length;
  const heads = weights.length / tokens ** 2;
  const statistics: LayerStatistics = { entropy: [], special: [], previous: [], next: [], self: [] };
  for (let head = 0; head < heads; head++) {
    const total = { entropy: 0, special: 0, previous: 0, next: 0, self: 0 };
    for (let query = 0; query < tokens; query++) {
      const from = (head * tokens + query) * tokens;
      for (let key = 0; key < tokens; key++) {
        const weight = weights[from + key];
        if (weight > 0) total.entropy -= weight * Math.log(weight); // 0 · log 0 = 0
        if (special[key]) total.special += weight;
      }
      total.self += weights[from + query];
      if (query > 0) total.previous += weights[from + query - 1];
      if (query < tokens - 1) total.next += weights[from + query + 1];
    }
    const withNeighbour = Math.max(1, tokens - 1);
    statistics.entropy.push(total.entropy / tokens);
    statistics.special.push(total.special / tokens);
    statistics.previous.push(total.previous / withNeighbour);
    statistics.next.push(total.next / withNeighbour);
    statistics.self.push(total.self / tokens);
  }
  return statistics;
}
