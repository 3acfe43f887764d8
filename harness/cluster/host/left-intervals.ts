import { hostIntervalSchema, readMessage } from '../messages.ts'
import { inParts } from '../text-parts.ts'
import { intervalId } from './interval-id.ts'

/** The messages of intervals as they lie on disk; a line that was torn is none. */
export function readLeft(
  run: string,
  texts: readonly string[],
): readonly { readonly id: string; readonly body: string }[] {
  return texts.flatMap((text) => {
    const read = readMessage(hostIntervalSchema, text)
    if (read.problem !== null) return []
    const id = intervalId(run, read.message)
    return inParts(text, id).map((body, part) => ({ id: `${id}.${part}`, body }))
  })
}
