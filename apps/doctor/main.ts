import { createLog, runMain } from "@taxon/app-shared";
import { checkUp, isHealthy } from "./checkup.ts";
import { command } from "./command.ts";
import { render } from "./render.ts";

await runMain(command, async ({ flags }) => {
  const checkup = await checkUp();
  createLog().result(flags.json ? JSON.stringify(checkup) : render(checkup));
  return isHealthy(checkup, flags.backend) ? 0 : 1;
});
