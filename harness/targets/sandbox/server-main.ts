/**
 * The sandbox as a process of its own, forked by `launch.ts`: options as JSON in the first argument, one message back
 * (`LaunchMessage`), one in for every load (`LoadMessage`), and an end on SIGTERM or when the process that started it is gone.
 */
import { createSystemClock } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { type LaunchMessage, loadMessageSchema, sandboxOptionsSchema } from './launch-protocol.ts'
import { startSandboxServer } from './server.ts'

/** Resolves when the message is out: an exit right after `send` would lose it. */
function report(message: LaunchMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve()
    else process.send(message, () => resolve())
  })
}

// ctrl-C in a terminal, or its end, reaches the whole group; the run drains first and then stops its target.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined)
try {
  const options = sandboxOptionsSchema.parse(JSON.parse(process.argv[2] ?? 'null'))
  const server = await startSandboxServer(options, createSystemClock())
  process.on('message', (message) => server.beginLoad(loadMessageSchema.parse(message).phases))
  const end = () => server.close().then(() => process.exit(0))
  process.once('SIGTERM', end)
  process.once('disconnect', end)
  if (!process.connected) await end()
  await report({ kind: 'listening', url: server.url })
} catch (thrown) {
  const hint = thrown instanceof HarnessError ? thrown.hint : undefined
  await report({ kind: 'failed', message: messageOf(thrown), hint: hint ?? null })
  process.exit(1)
}
