import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { mcnemarTest } from "./mcnemar.ts";

// SciPy 1.17.1: binomtest(min(b, c), b + c).pvalue; from 25 on 2·binom.cdf(k, n, ½) − binom.pmf(k, n, ½)
const scipy: [number, number, number, string][] = [
  [0, 0, 1, "exact binomial"],
  [0, 5, 0.0625, "exact binomial"],
  [1, 7, 0.0703125, "exact binomial"], // also in Fagerland, Lydersen & Laake 2013, airway hyper-responsiveness
  [3, 3, 1, "exact binomial"],
  [16, 6, 0.052478790283203125, "exact binomial"],
  [12, 12, 1, "exact binomial"],
  [13, 12, 0.8450189828872681, "binomial mid-p"],
  [25, 10, 0.011330984183587134, "binomial mid-p"],
  [0, 30, 9.313225746154769e-10, "binomial mid-p"],
  [59, 6, 2.7258031986068867e-12, "binomial mid-p"],
  [400, 520, 7.513739122081995e-05, "binomial mid-p"],
  [5300, 5000, 0.003116273688675258, "binomial mid-p"], // 2⁻¹⁰³⁰⁰ underflows
];

Deno.test("mcnemarTest() equals SciPy's binomial distribution, and says which form it used", () => {
  for (const [b, c, expected, method] of scipy) {
    const { pValue, ...rest } = mcnemarTest(b, c);
    assertEquals(rest, { onlyFirst: b, onlySecond: c, method } as typeof rest);
    assertAlmostEquals(pValue / expected, 1, 1e-9, `${b} and ${c}: ${pValue}, expected ${expected}`);
    assertEquals(mcnemarTest(c, b).pValue, pValue);
  }
});

Deno.test("mcnemarTest() refuses what is no count", () => {
  for (const bad of [-1, 0.5, NaN]) assertThrows(() => mcnemarTest(bad, 1), RangeError, `${bad} rows`);
});
