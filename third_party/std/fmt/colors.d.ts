// Types of the part of @std/fmt/colors that this repository uses; NO_COLOR is honoured by the library.
export function bold(text: string): string;
export function dim(text: string): string;
export function red(text: string): string;
export function green(text: string): string;
export function yellow(text: string): string;
export function cyan(text: string): string;
export function setColorEnabled(value: boolean): void;
export function getColorEnabled(): boolean;
