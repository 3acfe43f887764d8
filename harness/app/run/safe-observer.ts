/** A progress display that fails must not end the run it shows. */
import { messageOf } from '../../base/errors.ts'
import { visible } from '../../base/visible.ts'
import type { RunProgress } from './progress.ts'

/** Wraps an observer so that its errors are reported once and not thrown. @param say writes where people look when the display fails */
export function safeObserver(progress: RunProgress, say: (text: string) => void): RunProgress {
  let isSaid = false
  const safe =
    <Args extends readonly unknown[]>(tell: (...args: Args) => void) =>
    (...args: Args) => {
      try {
        tell(...args)
      } catch (error) {
        const why = visible(messageOf(error))
        if (!isSaid) say(`The progress display failed (bug in proofload); the run continues: ${why}`)
        isSaid = true
      }
    }
  return {
    onBegin: safe((...args) => progress.onBegin(...args)),
    onPrepared: safe((...args) => progress.onPrepared(...args)),
    onInterval: safe((...args) => progress.onInterval(...args)),
    onDoubt: safe((...args) => progress.onDoubt(...args)),
    onEvent: safe((...args) => progress.onEvent(...args)),
    onStep: safe((...args) => progress.onStep(...args)),
    onAlert: safe((...args) => progress.onAlert(...args)),
    onNote: safe((...args) => progress.onNote(...args)),
  }
}
