// @ts-types="./mod.d.ts"
export * from "deno-std/csv/mod.js";
