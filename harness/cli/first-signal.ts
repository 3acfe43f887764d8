/** Ends the process while no command runs: before the modules are loaded, and after the command. Imports nothing. */

/** Ends the process with a status at the first signal, until the returned function is called. */
export function endAtSignal(status: number): () => void {
  const end = () => process.exit(status)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, end)
  return () => {
    for (const signal of signals) process.off(signal, end)
  }
}

/** The time that resources still open at the end, such as an abandoned connection, may keep the process alive. */
const LAST_MS = 1_000

/**
 * Ends the process with a status: when nothing is left to do, at a signal, or a second after its output was read. A process that
 * ends by itself lets go of its signals first and frees its memory then; one that came meanwhile would be its end, with no status.
 */
export function endSoon(status: number, written: Promise<void>): void {
  process.exitCode = status
  endAtSignal(status)
  process.once('beforeExit', () => process.exit(status))
  void written.then(() =>
    // biome-ignore lint/style/noRestrictedGlobals: a timer of a clock would keep the process itself, this one does not.
    setTimeout(() => process.exit(status), LAST_MS).unref(),
  )
}
