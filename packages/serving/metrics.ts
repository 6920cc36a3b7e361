type Labels = Readonly<Record<string, string>>;

/** A number that something else keeps. */
export interface ReadGauge {
  /** Name as Prometheus knows it. */
  readonly name: string;
  /** One line. */
  readonly help: string;
  /** The number now; called whenever the metrics are fetched. */
  read(): number;
}

/** Counters, gauges and histograms in the text format of Prometheus 0.0.4. */
export class MetricsRegistry {
  #metrics: { render(): string }[] = [];

  counter(name: string, help: string): Counter {
    return this.#add(new Counter(name, help, "counter"));
  }

  /** A gauge whose value is read when it is asked for. */
  readGauge({ name, help, read }: ReadGauge): void {
    this.#add({ render: () => `${header(name, help, "gauge")}${name} ${read()}\n` });
  }

  gauge(name: string, help: string): Counter {
    return this.#add(new Counter(name, help, "gauge"));
  }

  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    return this.#add(new Histogram(name, help, bounds));
  }

  render(): string {
    return this.#metrics.map((metric) => metric.render()).join("");
  }

  #add<T extends { render(): string }>(metric: T): T {
    this.#metrics.push(metric);
    return metric;
  }
}

const header = (name: string, help: string, type: string) =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;

/** A number by labels, which only grows (counter) or is set (gauge). Label values come from fixed lists. */
class Counter {
  #values = new Map<string, number>();

  constructor(readonly name: string, readonly help: string, readonly type: "counter" | "gauge") {}

  add(n = 1, labels: Labels = {}): void {
    const key = show(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + n);
  }

  set(value: number, labels: Labels = {}): void {
    this.#values.set(show(labels), value);
  }

  render(): string {
    const lines = Array.from(this.#values, ([labels, value]) => `${this.name}${labels} ${value}\n`);
    return header(this.name, this.help, this.type) + lines.join("");
  }
}

class Histogram {
  #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(readonly name: string, readonly help: string, readonly bounds: readonly number[]) {
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    const bucket = this.bounds.findIndex((bound) => value <= bound);
    if (bucket >= 0) this.#counts[bucket]++;
    this.#sum += value;
    this.#count++;
  }

  render(): string {
    let cumulative = 0;
    const buckets = this.bounds.map((bound, i) =>
      `${this.name}_bucket{le="${bound}"} ${cumulative += this.#counts[i]}\n`
    );
    return header(this.name, this.help, "histogram") + buckets.join("") +
      `${this.name}_bucket{le="+Inf"} ${this.#count}\n${this.name}_sum ${this.#sum}\n${this.name}_count ${this.#count}\n`;
  }
}

function show(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length ? `{${pairs.join(",")}}` : "";
}

const powersOfTwo = (n: number) => Array.from({ length: n }, (_, i) => 2 ** i);
// text-embeddings-inference, router/src/prometheus.rs: 35 buckets from 15 µs, each 1.5 times the one before
const SECONDS = Array.from({ length: 35 }, (_, i) => Number((15e-6 * 1.5 ** i).toPrecision(6)));

/** The metrics of a server, named as text-embeddings-inference names them; durations in seconds. */
export class ServerMetrics {
  readonly registry: MetricsRegistry = new MetricsRegistry();
  readonly requestCount: Counter = this.registry.counter("te_request_count", "Requests for predictions");
  readonly requestSuccess: Counter = this.registry.counter(
    "te_request_success",
    "Requests answered with predictions",
  );
  readonly requestFailure: Counter = this.registry.counter(
    "te_request_failure",
    "Requests refused or failed",
  );
  readonly request: Durations = new Durations(this.registry, "te_request", "of a request");
  readonly inputLength: Histogram = this.registry.histogram(
    "te_request_input_length",
    "Tokens of each text",
    powersOfTwo(20),
  );
  readonly predictCount: Counter = this.registry.counter("te_predict_count", "Texts to predict");
  readonly predictSuccess: Counter = this.registry.counter("te_predict_success", "Texts predicted");
  readonly predict: Durations = new Durations(this.registry, "te_predict", "of a text");
  readonly explainDuration: Histogram = this.registry.histogram(
    "taxon_explain_duration",
    "Seconds of an explanation",
    SECONDS,
  );
  readonly queueSize: Counter = this.registry.gauge("te_queue_size", "Texts that wait for a batch");
  readonly liveBuffers: Counter = this.registry.gauge("taxon_live_buffers", "Buffers that a model holds");
  readonly liveBytes: Counter = this.registry.gauge("taxon_live_bytes", "Bytes of those buffers");
  readonly batchSize: Histogram = this.registry.histogram(
    "te_batch_next_size",
    "Texts of a batch",
    powersOfTwo(13),
  );
  readonly batchTokens: Histogram = this.registry.histogram(
    "te_batch_next_tokens",
    "Tokens of a batch",
    powersOfTwo(21),
  );
}

/** Milliseconds by stage, for a request or a text. */
export interface Timings {
  totalMs: number;
  tokenizationMs: number;
  queueMs: number;
  inferenceMs: number;
}

class Durations {
  readonly #total: Histogram;
  readonly #tokenization: Histogram;
  readonly #queue: Histogram;
  readonly #inference: Histogram;

  constructor(registry: MetricsRegistry, prefix: string, what: string) {
    const histogram = (name: string, help: string) =>
      registry.histogram(prefix + name, `${help} ${what}`, SECONDS);
    this.#total = histogram("_duration", "Seconds");
    this.#tokenization = histogram("_tokenization_duration", "Seconds of tokenization");
    this.#queue = histogram("_queue_duration", "Seconds in the queue");
    this.#inference = histogram("_inference_duration", "Seconds of inference");
  }

  observe(timings: Timings): void {
    this.#total.observe(timings.totalMs / 1000);
    this.#tokenization.observe(timings.tokenizationMs / 1000);
    this.#queue.observe(timings.queueMs / 1000);
    this.#inference.observe(timings.inferenceMs / 1000);
  }
}
