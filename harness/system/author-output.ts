/** What author code prints goes to standard error: standard output is for documents (`--json`). */
import { stderr, stdout } from 'node:process'
import { isMainThread } from 'node:worker_threads'

/** Beyond this nobody reads along, and what is printed is dropped: it would fill the memory. */
const UNREAD_BYTES_MAX = 2 ** 20

/** Turns the output of this thread; of the main thread nothing is turned, because no author code runs there. */
export function turnAuthorOutput(): void {
  if (isMainThread) return
  const write = stderr.write.bind(stderr) as (...args: readonly unknown[]) => boolean
  const turned = (...args: readonly unknown[]) => {
    if (stderr.writableLength <= UNREAD_BYTES_MAX) return write(...args)
    const written = args.at(-1)
    if (typeof written === 'function') written()
    return true
  }
  stdout.write = turned as typeof stdout.write
  stderr.write = turned as typeof stderr.write
}
