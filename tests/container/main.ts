/**
 * `deno task check:container MODEL`: builds the Dockerfile, with images of our own making in place of those that a
 * registry would give, and asks the server in it. Needs root, podman and debootstrap. The image runs by `unshare` and
 * `chroot`, which work inside another container, too: with a read-only root, without a network, as its own user.
 */
import { assertEquals } from "@std/assert";

const repository = new URL("../../", import.meta.url).pathname;
if (Deno.args.length !== 1) throw new Error("Cannot serve: name the folder of one trained model");
const model = await Deno.realPath(Deno.args[0]);
const folder = await Deno.makeTempDir();
try {
  await standIn("docker.io/library/debian:bookworm-slim", makeDebian);
  await standIn(`docker.io/denoland/deno:bin-${Deno.version.deno}`, makeDeno);
  await run(
    ...["podman", "build", "--isolation=chroot", "--network=host", "--format=docker", "--tag=taxon"],
    ...["nproc", "nofile"].map((name) => `--ulimit=${name}=10000:10000`), // podman asks for more than it may
    ...["--volume=/usr/local/share/ca-certificates:/usr/local/share/ca-certificates:ro", repository],
  );
  const [{ Size, Config, Healthcheck }] = JSON.parse(await output("podman", "inspect", "taxon"));
  console.log(`the image has ${Math.round(Size / 1e6)} MB`);
  assertEquals(Config.User, "10001");
  const served = await serve({ ...Config, Healthcheck }, await output("podman", "image", "mount", "taxon"));
  console.log(served);
  assertEquals(served.match(/^\d{3} /gm), ["200 ", "401 "]);
  assertEquals(served.trim().split("\n").at(-1), "ended with 0");
} finally {
  await Deno.remove(folder, { recursive: true });
}

interface ImageConfig {
  Entrypoint: string[];
  Cmd: string[];
  Env: string[];
  WorkingDir: string;
  Healthcheck: { Test: string[] };
}

/** Starts the image's command, waits until its health check succeeds, asks twice and stops it. */
async function serve({ Entrypoint, Cmd, Env, WorkingDir, Healthcheck }: ImageConfig, root: string) {
  const inside = (env: string[], command: string[]) =>
    [
      "chroot",
      "--userspec=10001",
      root,
      "env",
      "-i",
      ...env,
      "sh",
      "-c",
      `cd ${WorkingDir} && exec "$@"`,
      "sh",
      ...command,
    ]
      .map(quoted).join(" ");
  const ask = `for (const key of ["right", "wrong"]) {
    const response = await fetch("http://127.0.0.1:8080/v1/classify", {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer " + key },
      body: JSON.stringify({ inputs: "cannot log in" }),
    });
    console.log(response.status, await response.text());
  }`;
  return await output(
    ...["unshare", "--net", "--mount", "--pid", "--fork", "sh", "-e", "-c"],
    `ip link set lo up
    mount --bind ${root} ${root}
    mount --bind ${model} ${root}/model
    mount -t proc proc ${root}/proc
    mount -o remount,bind,ro ${root}
    ${inside([...Env, "API_KEY=right"], [...Entrypoint, ...Cmd])} >&2 & server=$!
    until ${inside(Env, Healthcheck.Test.slice(1))}; do kill -0 $server; sleep 1; done
    ${inside(Env, ["deno", "eval", "--quiet", ask])}
    kill -TERM $server
    wait $server && echo "ended with 0"`,
  );
}

async function standIn(name: string, make: () => Promise<void>): Promise<void> {
  const { success } = await new Deno.Command("podman", { args: ["image", "exists", name] }).output();
  if (success) return;
  await Deno.mkdir(`${folder}/tree`);
  await make();
  await run("tar", "--create", `--file=${folder}/tree.tar`, `--directory=${folder}/tree`, ".");
  await run("podman", "import", `${folder}/tree.tar`, name);
  await run("rm", "--recursive", `${folder}/tree`);
}

async function makeDebian(): Promise<void> {
  await run("debootstrap", "--variant=minbase", "bookworm", `${folder}/tree`);
  const source = await Deno.readTextFile(`${folder}/tree/etc/apt/sources.list`);
  const security = source.replace(/^(deb \S+)\/debian bookworm/, "$1/debian-security bookworm-security");
  await Deno.writeTextFile(`${folder}/tree/etc/apt/sources.list`, source + security);
}

async function makeDeno(): Promise<void> {
  await Deno.copyFile(Deno.execPath(), `${folder}/tree/deno`);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

async function run(...[command, ...args]: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args, stdout: "inherit", stderr: "inherit" }).spawn()
    .status;
  if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
}

async function output(...[command, ...args]: string[]): Promise<string> {
  const { success, stdout } = await new Deno.Command(command, { args, stderr: "inherit" }).output();
  const text = new TextDecoder().decode(stdout).trim();
  if (!success) throw new Error(`${command} ${args.join(" ")} failed:\n${text}`);
  return text;
}
