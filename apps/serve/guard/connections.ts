import type { Socket } from "node:net";

/**
 * The connections of a server, no more than a given number: the process never runs out of descriptors. Where one too
 * many comes, the one that has been without work for longest gives way, whether it is idle, sends slowly, or does not
 * read its reply; so a newcomer that asks for `/health` always gets in.
 */
export class Connections {
  /** Those that the server does not work for, the longest first. */
  readonly #waiting = new Set<Socket>();
  #open = 0;
  #closedForRoom = 0;

  /** @param most More than requests that can be computed at once, so that there is always one to close. */
  constructor(readonly most: number) {}

  get open(): number {
    return this.#open;
  }

  /** How many were closed to make room. */
  get closedForRoom(): number {
    return this.#closedForRoom;
  }

  /** Takes a new connection in; if all others are at work, it is closed itself. */
  add(socket: Socket): void {
    this.#open++;
    socket.once("close", () => {
      this.#open--;
      this.#waiting.delete(socket);
    });
    socket.on("error", () => {}); // a client that left; what it asked for ends with its reply
    this.#waiting.add(socket);
    if (this.#open <= this.most) return;
    const [longest] = this.#waiting;
    this.#waiting.delete(longest);
    this.#closedForRoom++;
    longest.destroy();
  }

  /** The server works for this one: a whole request has come. */
  beginWork(socket: Socket): void {
    this.#waiting.delete(socket);
  }

  /** The reply is made, and up to the client. */
  endWork(socket: Socket): void {
    this.#waiting.delete(socket);
    if (!socket.destroyed) this.#waiting.add(socket);
  }
}
