/**
 * Functions in WGSL whose error is known. The built-in ones may be off by 2⁻¹¹ (sin, cos), by 3 + 2|x| units in the
 * last place (exp), and need not know NaN and infinities at all; here they are computed from +, ·, fma and bits.
 */
export const MATH = /* wgsl */ `
// Constants would be refused as values that are not finite; variables are not looked through.
var<private> nanBits: u32 = 0x7fc00000u;
var<private> infinityBits: u32 = 0x7f800000u;

fn nan() -> f32 { return bitcast<f32>(nanBits); }
fn infinity() -> f32 { return bitcast<f32>(infinityBits); }

/* Comparisons of x with itself may be optimised away. */
fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }

fn maxOf(a: f32, b: f32) -> f32 {
  if (isNan(a)) { return a; }
  if (isNan(b)) { return b; }
  return select(b, a, a > b);
}

fn minOf(a: f32, b: f32) -> f32 {
  if (isNan(a)) { return a; }
  if (isNan(b)) { return b; }
  return select(b, a, a < b);
}

fn powerOfTwo(n: i32) -> f32 { return bitcast<f32>(u32(n + 127) << 23u); }

/* Within 2 ulp. x = n·ln 2 + r, ln 2 in two parts (Cody & Waite); (eʳ − 1 − r) / r² as in Cephes' expf. */
fn expOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  let bounded = clamp(x, -104.0, 89.0); // beyond, the result is 0 or ∞ in any case
  let n = round(bounded * 1.44269504);
  // Drivers may join two products with n into one, whose rounding is what the two parts avoid; they cannot through 3n.
  let r = fma(f32(i32(n) * 3), 7.0731480e-5, fma(n, -0.693359375, bounded));
  var q = fma(1.9875691e-4, r, 1.3981999e-3);
  q = fma(q, r, 8.3334519e-3);
  q = fma(q, r, 4.1665796e-2);
  q = fma(q, r, 1.6666665e-1);
  q = fma(q, r, 0.5);
  let half = i32(n) / 2; // 2ⁿ itself may not be finite
  return (1.0 + fma(q * r, r, r)) * powerOfTwo(half) * powerOfTwo(i32(n) - half);
}

/* x = 2ᵉ·m with √½ ≤ m < √2, and Cephes' logf of m. */
fn logOf(x: f32) -> f32 {
  if (isNan(x) || x < 0.0) { return nan(); }
  if (x == 0.0) { return -infinity(); }
  if (x == infinity()) { return x; }
  let bits = bitcast<i32>(x);
  let exponent = (bits - 0x3f3504f3) >> 23u;
  let t = bitcast<f32>(bits - (exponent << 23u)) - 1.0;
  var q = fma(7.0376836e-2, t, -1.1514610e-1);
  q = fma(q, t, 1.1676999e-1);
  q = fma(q, t, -1.2420141e-1);
  q = fma(q, t, 1.4249323e-1);
  q = fma(q, t, -1.6668058e-1);
  q = fma(q, t, 2.0000714e-1);
  q = fma(q, t, -2.4999994e-1);
  q = fma(q, t, 3.3333331e-1);
  let e = f32(exponent);
  let y = fma(-0.5, t * t, fma(-2.12194440e-4, e, q * t * t * t));
  return fma(0.693359375, e, t + y);
}

/* An odd rational function that is flat beyond ±limit; relatively within 5e-7. Coefficients of Eigen's ptanh_float. */
fn tanhOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (abs(x) >= 9.0) { return sign(x); } // 1 − tanh(9) = 3e-8; 1 − tanh² must end in 0
  let y = clamp(x, -7.9988117, 7.9988117);
  let s = y * y;
  var p = fma(-2.7607685e-16, s, 2.0001880e-13);
  p = fma(p, s, -8.6046720e-11);
  p = fma(p, s, 5.1222971e-8);
  p = fma(p, s, 1.4857222e-5);
  p = fma(p, s, 6.3726193e-4);
  p = fma(p, s, 4.8935246e-3);
  var q = fma(1.1982584e-6, s, 1.1853471e-4);
  q = fma(q, s, 2.2684346e-3);
  q = fma(q, s, 4.8935250e-3);
  return y * p / q;
}

/* As tanhOf; coefficients of XLA's ErfImpl32. */
fn erfOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (abs(x) >= 4.0) { return sign(x); } // 1 − erf(4) = 1.5e-8
  let s = x * x;
  var p = fma(-2.7261424e-10, s, 2.7706815e-8);
  p = fma(p, s, -2.1010240e-6);
  p = fma(p, s, -5.6925065e-5);
  p = fma(p, s, -7.3499060e-4);
  p = fma(p, s, -2.9546000e-3);
  p = fma(p, s, -1.6096033e-2);
  var q = fma(-1.4566072e-5, s, -2.1337406e-4);
  q = fma(q, s, -1.6828270e-3);
  q = fma(q, s, -7.3733290e-3);
  q = fma(q, s, -1.4264740e-2);
  return x * p / q;
}

/* sin(x + quarters · π/2): π/2 in three parts (Cody & Waite), and Cephes' sinf and cosf within ±π/4. */
fn sinOfShifted(x: f32, quarters: i32) -> f32 {
  if (isNan(x) || abs(x) == infinity()) { return nan(); }
  let n = round(x * 0.63661977);
  let r = fma(n, -7.54978995e-8, fma(n, -4.83751297e-4, fma(n, -1.5703125, x)));
  let s = r * r;
  let sine = fma(fma(fma(-1.9515296e-4, s, 8.3321609e-3), s, -1.6666655e-1) * s, r, r);
  let cosine = fma(fma(fma(2.4433157e-5, s, -1.3887316e-3), s, 4.1666646e-2), s * s, fma(-0.5, s, 1.0));
  let quadrant = i32(n) + quarters;
  let value = select(sine, cosine, (quadrant & 1) == 1);
  return select(value, -value, (quadrant & 2) == 2);
}

fn sinOf(x: f32) -> f32 { return sinOfShifted(x, 0); }
fn cosOf(x: f32) -> f32 { return sinOfShifted(x, 1); }
`;
