import { App } from "./app.ts";
import type { PageData } from "./page_html.ts";

const data: PageData = JSON.parse(document.getElementById("page-data")!.textContent!);
document.body.prepend(new App(data).element);
