// deno-lint-ignore-file no-undef -- `tf` is TensorFlow.js, loaded before

/** The same model in TensorFlow.js, as its users would write it: weights [in, out], all texts of a batch at once. */
globalThis.prepareTheirs = async ({ sizes, ids, state }) => {
  await tf.setBackend("webgpu");
  await tf.ready();
  tf.enableProdMode();
  const { modelSize, layers, heads, headDim } = sizes;
  const weights = {};
  for (const [name, { shape, data }] of Object.entries(state)) {
    const stored = tf.tensor(data, shape);
    const isLinear = shape.length === 2 && name !== "embedding.weight";
    weights[name] = isLinear ? tf.transpose(stored) : stored;
  }
  const tokens = tf.tensor1d(Array.from(ids), "int32");
  const positions = tf.tensor2d(sinusoids(ids.length, modelSize), [ids.length, modelSize]);
  const linear = (x, name) => tf.add(tf.matMul(x, weights[`${name}.weight`]), weights[`${name}.bias`]);
  const split = (x) => tf.transpose(tf.reshape(x, [1, ids.length, heads, headDim]), [0, 2, 1, 3]);
  const layer = (x, name) => {
    const normed = layerNorm(x);
    const [q, k, v] = ["query", "key", "value"].map((part) =>
      split(linear(normed, `${name}.attention.${part}`))
    );
    const attention = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(headDim)));
    const byToken = tf.transpose(tf.matMul(attention, v), [0, 2, 1, 3]);
    const joined = tf.reshape(byToken, [ids.length, heads * headDim]);
    const attended = tf.add(x, linear(joined, `${name}.attention.output`));
    const up = gelu(linear(layerNorm(attended), `${name}.feedForward.up`));
    return tf.add(attended, linear(up, `${name}.feedForward.down`));
  };
  const logits = () => {
    let x = tf.add(tf.gather(weights["embedding.weight"], tokens), positions);
    for (let i = 0; i < layers; i++) {
      const before = x;
      x = tf.tidy(() => layer(before, `encoder.layers.${i}`));
    }
    return linear(tf.mean(x, 0, true), "head");
  };
  return async () => {
    const y = tf.tidy(logits);
    const values = await y.data();
    y.dispose();
    return values;
  };
};

function layerNorm(x) {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-6)));
}

function gelu(x) {
  const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.mul(x, tf.mul(x, x)))));
  return tf.mul(tf.mul(x, 0.5), tf.add(1, tf.tanh(inner)));
}

function sinusoids(tokens, size) {
  const table = new Float32Array(tokens * size);
  for (let at = 0; at < tokens; at++) {
    for (let i = 0; i < size; i += 2) {
      const angle = at * Math.exp(i * -(Math.log(10000) / size));
      table[at * size + i] = Math.sin(angle);
      table[at * size + i + 1] = Math.cos(angle);
    }
  }
  return table;
}
