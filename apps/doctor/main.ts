import { createLog, runMain } from "@taxon/app-shared";
import { checkUp, isHealthy } from "./checkup.ts";
import { command } from "./command.ts";
import { render } from "./render.ts";

await runMain(command, async ({ flags }) => {
  const checkup = await checkUp();
  const log = createLog();
  if (flags.json) log.result(JSON.stringify(checkup));
  else log.report(render(checkup, Deno.cwd()));
  return isHealthy(checkup, flags.backend) ? 0 : 1;
});
