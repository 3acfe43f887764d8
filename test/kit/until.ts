import { setTimeout as sleep } from 'node:timers/promises'

/** Looks every few milliseconds until there is something to see, for as long as the test's file may run. */
export async function until<T>(
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  everyMs = 10,
): Promise<T> {
  for (;;) {
    const seen = await look()
    if (seen !== null && seen !== undefined && seen !== false) return seen
    await sleep(everyMs)
  }
}

/** Lets everything that is ready in the event loop run: promises, callbacks and what they make ready in turn. */
export async function turnsOfTheLoop(count = 10): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
