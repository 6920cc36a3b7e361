/**
 * Moves the focus among the children of a group with the arrow keys, Home and End, by their place on the page: one
 * stop for the Tab key however many there are.
 */
export function roveFocus(group: HTMLElement): void {
  group.addEventListener("focusin", ({ target }) => {
    const item = itemOf(group, target);
    if (!item) return;
    for (const other of group.querySelectorAll('[tabindex="0"]')) other.setAttribute("tabindex", "-1");
    item.setAttribute("tabindex", "0");
  });
  group.addEventListener("keydown", (event) => {
    const item = itemOf(group, event.target);
    const direction = directions[event.key];
    if (!item || (!direction && event.key !== "Home" && event.key !== "End")) return;
    event.preventDefault();
    const next = direction
      ? nearest(group, item, direction)
      : event.key === "Home"
      ? group.firstElementChild
      : group.lastElementChild;
    (next as HTMLElement | undefined)?.focus();
  });
}

const directions: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function itemOf(group: Element, target: EventTarget | null): Element | undefined {
  const item = target instanceof Element ? target.closest(".target") : null;
  return item?.parentNode === group ? item : undefined;
}

/** The closest item in a direction; steps aside count more, so that the focus stays in its row or column. */
function nearest(group: Element, from: Element, [dx, dy]: readonly [number, number]): Element | undefined {
  const [x, y] = centre(from);
  let best: Element | undefined;
  let least = Infinity;
  for (const item of group.children) {
    const [itemX, itemY] = centre(item);
    const along = (itemX - x) * dx + (itemY - y) * dy;
    const aside = Math.abs((itemX - x) * dy) + Math.abs((itemY - y) * dx);
    const distance = along + 4 * aside;
    if (along < 1 || distance >= least) continue;
    [best, least] = [item, distance];
  }
  return best;
}

function centre(item: Element): [number, number] {
  const { x, y, width, height } = item.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}
