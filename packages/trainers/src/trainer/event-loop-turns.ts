const intervalMs = 100;

/** Lets timers, signals and the terminal have their turn now and then in a loop that would otherwise never end its own. */
export class EventLoopTurns {
  #last = performance.now();

  /** Waits for one turn of the event loop when the last was 100 ms ago or more; a turn each step would cost more than a small step. */
  async give(): Promise<void> {
    if (performance.now() - this.#last < intervalMs) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#last = performance.now();
  }
}
