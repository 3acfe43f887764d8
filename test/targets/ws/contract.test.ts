import { describeTarget } from '../../../harness/contract/target.ts'
import type { LiveTarget } from '../../../harness/contract/target-case.ts'
import { wsPlugin } from '../../../harness/targets/ws/index.ts'
import { TEXT, withRawWsServer, wsFrame } from '../../kit/ws-server.ts'

const SLOW_MS = 80

/** It sends messages back, ends the connection at `fail`, and does not answer handshakes at `/silent`. */
function withTarget(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  let dropped = 0
  let isSilent = true
  return withRawWsServer(
    {
      answer: (right, head) => (isSilent && head.startsWith('GET /silent') ? '' : right),
      onFrame(socket, { opcode, text }) {
        if (text === 'fail') {
          dropped++
          socket.destroy()
        } else if (text === 'slow') setTimeout(() => socket.write(wsFrame(TEXT, text)), SLOW_MS)
        else if (opcode === TEXT) socket.write(wsFrame(TEXT, text))
      },
    },
    ({ url, kill, revive }) => {
      const say = (text: string) => ({ send: { text }, await: {} })
      return body({
        config: wsPlugin.configSchema.parse({ url }),
        answered: say('hello'),
        silent: { open: '/silent' },
        failing: { request: say('fail'), kind: 'reset' },
        // Timers fire up to 1 ms early.
        slow: { request: say('slow'), ms: SLOW_MS - 1 },
        dropped: { request: say('fail'), seen: () => dropped },
        // The session of an agent is opened again where it was asked for.
        mortal: {
          kill,
          revive() {
            isSilent = false
            return revive()
          },
        },
      })
    },
  )
}

describeTarget({
  name: 'ws',
  has: ['slow', 'dropped', 'mortal'],
  lacks: { pooled: 'each agent has a session of its own' },
  plugin: wsPlugin,
  withTarget,
})
