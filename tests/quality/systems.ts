import { UsageError } from "@taxon/app-shared";
import type { Answer, Peers } from "./peers.ts";
import { type DrawnSet, type SetName, type Size, SIZES } from "./sets.ts";
import { commitOf, trainTaxon } from "./taxon.ts";

/** Something that is trained on the rows of a set and answers its test rows. */
export interface System {
  name: string;
  /** What a cached result belongs to. */
  version: string;
  /** Sizes that it is measured at; all if not given. */
  sizes?: readonly Size[];
  answer(set: DrawnSet): Promise<Answer>;
}

/** What systems are made with. */
export interface SystemOptions {
  /** Folder of the pretrained encoder. */
  encoder: string | undefined;
  /** Root of the checkout to measure. */
  repository: string;
  /** Name of what is measured there; its commit if not given. */
  taxonVersion: string | undefined;
  /** Further ways to call `train`: NAME=FLAGS. */
  taxon: readonly string[];
  threads: number | undefined;
  /** Undefined where nothing is computed. */
  peers: Peers | undefined;
}

/** A system of peers.py. */
interface PeerSystem {
  /** Rises with each change of peers.py after which the system answers differently. */
  revision: number;
  /** What its results come from; requirements.txt has the versions. */
  packages: readonly string[];
  sizes?: readonly Size[];
}

const PEERS: Record<string, PeerSystem> = {
  "tfidf": { revision: 1, packages: ["scikit-learn"] },
  "frozen": { revision: 1, packages: ["scikit-learn", "torch", "transformers"] },
  "pytorch": { revision: 1, packages: ["torch", "transformers"] },
  "setfit": { revision: 1, packages: ["setfit", "torch", "transformers"], sizes: ["8", "16"] },
};

/** Ours: the flags of `train`; ENCODER is the folder of the pretrained encoder. */
const TAXON: Record<string, string> = {
  "taxon": "",
  "taxon-from": "--from ENCODER",
  "taxon-linear": "--recipe linear",
  "taxon-fine-tune": "--recipe fine-tune --from ENCODER",
};

/** Names of the systems that need no flag. */
export const SYSTEMS = [...Object.keys(PEERS), ...Object.keys(TAXON)];

/** Whether a system is measured on a set at a size; long texts are for the time of linear models on many rows. */
export function isMeasured({ name, sizes = SIZES }: System, set: SetName, size: Size): boolean {
  if (set === "r8-long") return size === "all" && ["tfidf", "taxon-linear"].includes(name);
  return sizes.includes(size);
}

/**
 * The systems of the names given, and those of `--taxon`.
 *
 * @throws {UsageError} For an unknown name, or a system without its encoder.
 */
export async function systemsOf(names: readonly string[], options: SystemOptions): Promise<System[]> {
  const further = options.taxon.map((text) => [text.split("=", 1)[0], text.slice(text.indexOf("=") + 1)]);
  const calls: Record<string, string> = { ...TAXON, ...Object.fromEntries(further) };
  return await Promise.all([...new Set([...names, ...further.map(([name]) => name)])].map((name) => {
    if (name in PEERS) return peer(name, options);
    if (name in calls) return taxon(name, calls[name], options);
    throw new UsageError(
      `Cannot measure "${name}": expected ${SYSTEMS.join(", ")}, or one that --taxon names`,
    );
  }));
}

async function peer(name: string, { encoder, peers }: SystemOptions): Promise<System> {
  const { revision, packages, sizes } = PEERS[name];
  if (packages.includes("torch")) requireEncoder(name, encoder);
  const pins = (await Deno.readTextFile(`${import.meta.dirname}/requirements.txt`)).split("\n");
  const used = pins.filter((pin) => packages.includes(pin.split("==")[0])).join(" ");
  return {
    name,
    version: `${used} ${revision}`,
    sizes,
    answer({ train, test, labels, seed }) {
      if (peers === undefined) {
        throw new Error(`Cannot run ${name} without Python: name one with TAXON_PYTHON`);
      }
      return peers.answer({ system: name, train, test, labels, seed, encoder });
    },
  };
}

async function taxon(name: string, flags: string, options: SystemOptions): Promise<System> {
  if (flags.includes("ENCODER")) requireEncoder(name, options.encoder);
  const version = options.taxonVersion ?? await commitOf(options.repository);
  return {
    name,
    version: `${version} ${flags}`.trim(),
    answer(set) {
      const args = flags.split(" ").filter((flag) => flag !== "")
        .map((flag) => flag === "ENCODER" ? options.encoder! : flag);
      return trainTaxon(set, { ...options, args });
    },
  };
}

function requireEncoder(name: string, encoder: string | undefined): void {
  if (encoder === undefined) {
    throw new UsageError(
      `Cannot measure ${name} without a pretrained encoder: give its folder with --encoder`,
    );
  }
}
