import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HarnessError } from '../base/errors.ts'

/** A process of ours, started from the entry `name` of this folder, and the first message it sent. */
export interface Child<Message> {
  readonly message: Message
  stop(): Promise<void>
}

/** @throws HarnessError TARGET_LAUNCH_FAILED when it ends before it says anything */
export async function startChild<Message>(name: string, args: readonly string[]): Promise<Child<Message>> {
  const file = fileURLToPath(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url))
  const child = fork(file, [...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = once(child, 'exit').then(() => null)
  const first = await Promise.race([once(child, 'message'), ended])
  if (first === null) {
    throw new HarnessError('TARGET_LAUNCH_FAILED', `${name} ended before it had anything to say`, {
      hint: 'Its own message stands above.',
    })
  }
  return { message: first[0] as Message, stop: () => stopChild(child) }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
