/** The processes that a process has started; Linux only. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await evaluate(`Deno.readTextFileSync("/proc/${pid}/task/${pid}/children")`);
  return text.split(" ").filter((id) => id !== "").map(Number);
}

/** How many descriptors a process has open; Linux only. */
export async function descriptorsOf(pid: number): Promise<number> {
  return Number(await evaluate(`[...Deno.readDirSync("/proc/${pid}/fd")].length`));
}

/** Kills a process. */
export async function kill(pid: number): Promise<void> {
  await evaluate(`Deno.kill(${pid}, "SIGKILL")`);
}

/** The value of an expression in a Deno of all permissions: with fewer it neither reads /proc nor kills. */
async function evaluate(expression: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", `console.log(${expression})`],
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}
