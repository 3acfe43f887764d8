import { describeTarget } from '../../../harness/contract/target.ts'
import type { LiveTarget } from '../../../harness/contract/target-case.ts'
import { redisPlugin } from '../../../harness/targets/redis/index.ts'
import { type RespHandler, RespServer } from '../../kit/resp-server.ts'

const SLOW_MS = 30

const answer: RespHandler = ([name], socket) => {
  if (name === 'SILENT') return null
  if (name === 'FAIL') {
    socket.destroy()
    return null
  }
  if (name === 'SLOW') {
    // One more than asked for: timers may fire a fraction of a millisecond early.
    setTimeout(() => socket.destroyed || socket.write('+OK\r\n'), SLOW_MS + 1)
    return null
  }
  return '$8\r\nanswered\r\n'
}

async function withTarget(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  const server = new RespServer(answer)
  await server.start()
  try {
    await body({
      config: redisPlugin.configSchema.parse({ url: server.url }),
      answered: { command: ['GET', 'a'] },
      silent: { command: ['SILENT'] },
      failing: { request: { command: ['FAIL'] }, kind: 'reset' },
      slow: { request: { command: ['SLOW'] }, ms: SLOW_MS },
      mortal: { kill: () => server.kill(), revive: () => server.start() },
      dropped: {
        request: { command: ['FAIL', 'once'] },
        seen: () => server.commands.filter((command) => command[1] === 'once').length,
      },
    })
  } finally {
    await server.kill()
  }
}

describeTarget({
  name: 'redis',
  plugin: redisPlugin,
  has: ['slow', 'pooled', 'mortal', 'dropped'],
  withTarget,
})
