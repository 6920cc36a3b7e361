/** A sum of two doubles, the second less than half a last digit of the first: some 32 decimal digits. */
type Pair = readonly [number, number];

const LN2: Pair = [0.6931471805599453, 2.3190468138462996e-17];

/** exp(x) is computed for x / 2^HALVINGS and squared as often. */
const HALVINGS = 10;

/**
 * eˣ for x ≤ 0, rounded to the nearest double (to one of the two below 1e−307), of additions and multiplications alone: what `Math.exp` gives differs in
 * its last digit from engine to engine. Deno's agrees, Node's does for nine of ten numbers.
 *
 * @see {@link https://doi.org/10.1007/BF01397083 | Dekker 1971}, for the arithmetic of pairs.
 */
export function exp(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x < -746) return 0; // half of the smallest double is e^−745.1
  const power = Math.round(x / LN2[0]);
  const rest = scaled(add([x, 0], multiply([-power, 0], LN2)), 2 ** -HALVINGS); // below 0.0004
  let sum: Pair = [1, 0];
  let term: Pair = [1, 0];
  for (let n = 1; n < 10; n++) {
    term = divide(multiply(term, rest), n);
    sum = add(sum, term);
  }
  for (let i = 0; i < HALVINGS; i++) sum = multiply(sum, sum);
  return power < -1000 ? sum[0] * 2 ** (power + 100) * 2 ** -100 : sum[0] * 2 ** power;
}

function add(a: Pair, b: Pair): Pair {
  const [sum, error] = twoSum(a[0], b[0]);
  return twoSum(sum, error + a[1] + b[1]);
}

function multiply(a: Pair, b: Pair): Pair {
  const [product, error] = twoProduct(a[0], b[0]);
  return twoSum(product, error + a[0] * b[1] + a[1] * b[0]);
}

function divide(a: Pair, by: number): Pair {
  const quotient = a[0] / by;
  const [product, error] = twoProduct(quotient, by);
  return twoSum(quotient, (a[0] - product - error + a[1]) / by);
}

function scaled([high, low]: Pair, powerOfTwo: number): Pair {
  return [high * powerOfTwo, low * powerOfTwo];
}

/** a + b and its rounding error. */
function twoSum(a: number, b: number): Pair {
  const sum = a + b;
  const other = sum - a;
  return [sum, a - (sum - other) + (b - other)];
}

/** a · b and its rounding error, by halves of 26 bits. */
function twoProduct(a: number, b: number): Pair {
  const [aHigh, aLow] = split(a);
  const [bHigh, bLow] = split(b);
  const product = a * b;
  return [product, aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow];
}

function split(a: number): Pair {
  const high = a * 134217729 - (a * 134217729 - a); // 2²⁷ + 1
  return [high, a - high];
}
