import type { OpenAPIHono } from "@hono/zod-openapi";

type OpenApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

/** The API description as one page: no script, nothing from elsewhere. */
export function docsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (["post", "get"] as const).flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const schema = Object.values(
        operation.requestBody && "content" in operation.requestBody ? operation.requestBody.content : {},
      )[0]?.schema;
      const body = schema &&
        `<details><summary>Request body</summary><pre>${
          escapeHtml(JSON.stringify(resolve(schema, document), null, 2))
        }</pre></details>`;
      return [
        `<section><h2><b>${method.toUpperCase()}</b> <code>${escapeHtml(path)}</code></h2>` +
        `<p>${escapeHtml(operation.summary ?? "")}</p>${body ?? ""}</section>`,
      ];
    })
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Taxon API</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1rem; margin-bottom: 0; }
p { margin: 0.25rem 0; }
pre { overflow-x: auto; font-size: 0.85rem; }
</style>
</head>
<body>
<h1>Taxon API</h1>
<p>As a file: <a href="api-doc/openapi.json">openapi.json</a></p>
<pre>curl -s localhost:8080/v1/classify -H 'content-type: application/json' -d '{"inputs":"The invoice is wrong"}'</pre>
${operations.join("\n")}
</body>
</html>
`;
}

/** A schema with its references to other schemas of the document filled in. */
function resolve(schema: unknown, document: OpenApiDocument): unknown {
  if (Array.isArray(schema)) return schema.map((item) => resolve(item, document));
  if (typeof schema !== "object" || schema === null) return schema;
  if ("$ref" in schema) {
    const name = String(schema.$ref).split("/").at(-1)!;
    return resolve(document.components?.schemas?.[name], document);
  }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolve(value, document)]));
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}
