import { App } from "./app.ts";
import { h } from "./dom.ts";
import { ExplainClient } from "./explain_client.ts";
import type { PageData } from "./page_html.ts";

const data: PageData = JSON.parse(document.getElementById("page-data")!.textContent!);
const client = data.fetchUrl === undefined ? undefined : new ExplainClient(data.fetchUrl);
document.body.prepend(
  h("main", {}, h("h1", {}, "What does the classifier attend to?"), new App(data, client).element),
);
