/** The end of a child that is asked to end first. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { TimeoutStrategy, timeout } from 'cockatiel'

/** Sends SIGTERM, after `limitMs` SIGKILL; resolves when the process is gone. May be called twice. */
export async function endProcess(child: ChildProcess, limitMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  try {
    await timeout(limitMs, TimeoutStrategy.Aggressive).execute(() => gone)
  } catch {
    // Stalled or stuck: it had its time.
    child.kill('SIGKILL')
    await gone
  }
}
