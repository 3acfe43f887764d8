/** How the process ends while no command runs: before everything is loaded, and when all is done. Imports nothing. */

/** Ends the process with a status at the first signal, until the returned function is called. */
export function endAtSignal(status: number): () => void {
  const end = () => process.exit(status)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, end)
  return () => {
    for (const signal of signals) process.off(signal, end)
  }
}

/** How long what is open at the end, such as a connection that was given up, may keep the process. */
const LAST_MS = 1_000

/** Lets the process end with a status: by itself, at a signal, or a second after the reader of its output has all of it. */
export function endSoon(status: number, written: Promise<void>): void {
  process.exitCode = status
  endAtSignal(status)
  void written.then(() =>
    // biome-ignore lint/style/noRestrictedGlobals: a timer of a clock would keep the process itself, this one does not.
    setTimeout(() => process.exit(status), LAST_MS).unref(),
  )
}
