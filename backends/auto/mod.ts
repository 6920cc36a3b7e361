/**
 * Chooses a backend: by name, by what is available, or from a module of a third party.
 *
 * @module
 */
export * from "./select.ts";
