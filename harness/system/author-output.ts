/** Redirects the output of author code to standard error: standard output is for documents (`--json`). */
import { stderr, stdout } from 'node:process'
import { isMainThread } from 'node:worker_threads'

/** The limit of unread output, beyond which further output is dropped so that it cannot exhaust the memory. */
const UNREAD_BYTES_MAX = 2 ** 20

/** Redirects the output of this thread; does nothing in the main thread, where no author code runs. */
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
