/** The health check of the container: ends with 0 if the server on this machine's port 8080 can answer. */
const response = await fetch("http://127.0.0.1:8080/health").catch(() => undefined);
Deno.exit(response?.ok ? 0 : 1);
