// Long work as a generator that yields now and then: done at once, or with pauses for whoever shares the thread.

/** Work that yields where it may pause, and returns what it has made. */
export type Turns<Value> = Generator<undefined, Value, undefined>;

/** Milliseconds between two pauses. */
const PAUSE = 50;

export function atOnce<Value>(turns: Turns<Value>): Value {
  for (;;) {
    const { done, value } = turns.next();
    if (done) return value;
  }
}

export async function inTurns<Value>(turns: Turns<Value>): Promise<Value> {
  for (let pause = performance.now() + PAUSE; ; ) {
    const { done, value } = turns.next();
    if (done) return value;
    if (performance.now() < pause) continue;
    await new Promise((resolve) => setTimeout(resolve));
    pause = performance.now() + PAUSE;
  }
}
