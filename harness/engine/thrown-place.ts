/** The place in an author's files at which code threw. */
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isOwnCode } from '../base/own-files.ts'

const FRAME = /^\s+at (?:.*\()?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]+):(\d+):\d+\)?$/

/** Returns `shop.ts:12`: the first line of a stack that is neither the harness's nor a library's; null when there is none. */
export function thrownPlace(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null
  for (const line of (thrown.stack ?? '').split('\n')) {
    const [, file, number] = FRAME.exec(line) ?? []
    if (file === undefined) continue
    const path = file.startsWith('file:') ? fileURLToPath(file) : file
    if (path.includes('node_modules') || isOwnCode(path)) continue
    return `${basename(path)}:${number}`
  }
  return null
}
