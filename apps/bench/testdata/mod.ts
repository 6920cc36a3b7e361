/** What PyTorch computed from weights and inputs of a small model. */
interface TorchResults {
  /** [sequences][classes] by name of the input. */
  logits: Record<string, number[][]>;
  /** Of three training steps on `16x64`. */
  losses: number[];
}

const folder = import.meta.dirname!;

/** A model of 2 layers, 8 features and 2 heads in the comparison systems' format. */
export async function readTestdata(): Promise<
  { weights: Uint8Array; workloads: string; torch: TorchResults }
> {
  return {
    weights: await Deno.readFile(`${folder}/seed2.safetensors`),
    workloads: await Deno.readTextFile(`${folder}/workloads.json`),
    torch: JSON.parse(await Deno.readTextFile(`${folder}/torch.json`)),
  };
}
