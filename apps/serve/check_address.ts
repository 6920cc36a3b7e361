/**
 * Whether the server can listen where it is told, found out by a process that may do no more than that; the launcher
 * itself may not listen. Prints the number of the host.
 */
import { printError } from "@taxon/app-shared";
import { tryToListen } from "./address.ts";

const [hostname, port, metricsPort] = Deno.args;
try {
  const number = tryToListen({ hostname, port: Number(port) }, "port");
  if (metricsPort !== undefined) tryToListen({ hostname, port: Number(metricsPort) }, "metrics-port");
  console.log(number);
} catch (error) {
  printError((error as Error).message);
  Deno.exit(2);
}
