/** Properties of an element: attributes by name, listeners as `onClick`, styles as an object. */
export interface Properties {
  /** An attribute, left out where it is undefined, null or false, or a listener. */
  readonly [name: string]: unknown;
  /** By the names of CSS properties. */
  readonly style?: Readonly<Record<string, string>>;
}

/** A child of an element; what is undefined, null or false is left out. */
export type Child = Node | string | number | null | undefined | false;

/** Makes an element. Styles go through the style object, which a strict content security policy lets pass. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "style") {
      for (const [property, text] of Object.entries(value as Record<string, string>)) {
        element.style.setProperty(property, text);
      }
    } else if (typeof value === "function") {
      element.addEventListener(name.slice(2).toLowerCase(), value as EventListener);
    } else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) element.append(child as Node | string);
  }
  return element;
}

/** An element of the SVG namespace. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
