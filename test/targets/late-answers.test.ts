import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import { driveStep } from '../../harness/contract/driven-exchange.ts'
import type { DriverContext, TargetDriver } from '../../harness/ports/target.ts'
import type { TargetPlugin } from '../../harness/ports/target-plugin.ts'
import { functionPlugin } from '../../harness/targets/function/index.ts'
import { httpPlugin } from '../../harness/targets/http/index.ts'
import { withDriver } from '../kit/drive.ts'
import { type OnStream, withHttp2Server } from '../kit/http2-server.ts'
import { type OnRequest, withRawServer } from '../kit/raw-server.ts'
import { describe } from '../kit/suite.ts'

const PATIENCE_MS = 10
const TIMEOUTS = { connectMs: 1e9, firstByteMs: 1e9, totalMs: PATIENCE_MS }
/** Late, but not by so much that the loop might have stood still. */
const LATE_MS = 30

/** A clock that a test moves, and that never sweeps deadlines: an answer itself has to show that it is late. */
function unsweptClock() {
  let nowMs = 1_000
  return {
    clock: { ...createSystemClock(), nowMs: () => nowMs, every: () => () => undefined },
    moveOn(byMs: number) {
      nowMs += byMs
    },
  }
}

/** Lets the time of the next answer pass: the first comes just in time, the second late. */
type Pass = () => void
/** Sends a request, and gives the kind of its error. */
type Ask = () => Promise<string>
type WithTarget = (
  pass: Pass,
  body: (ask: Ask) => Promise<void>,
  context: Partial<DriverContext>,
) => Promise<void>

const asking =
  (plugin: TargetPlugin, driver: TargetDriver, request: object): Ask =>
  async () =>
    (await driveStep(plugin, driver, { ...request }, { timeouts: TIMEOUTS })).kind

const overHttp1 =
  (onRequest: (pass: Pass) => OnRequest): WithTarget =>
  (pass, body, context) =>
    withRawServer(onRequest(pass), ({ url }) =>
      withDriver(httpPlugin, { url }, (driver) => body(asking(httpPlugin, driver, { path: '/' })), context),
    )

const overHttp2 =
  (onStream: (pass: Pass) => OnStream): WithTarget =>
  (pass, body, context) =>
    withHttp2Server(onStream(pass), ({ url }) =>
      withDriver(
        httpPlugin,
        { url, version: 2 },
        (driver) => body(asking(httpPlugin, driver, { path: '/' })),
        context,
      ),
    )

const ofFunction: WithTarget = (pass, body, context) => {
  const handler = () => {
    pass()
    return 'ok'
  }
  return withDriver(
    functionPlugin,
    { handler: { $code: 'here' } },
    (driver) => body(asking(functionPlugin, driver, { input: null })),
    { ...context, code: () => handler },
  )
}

const TARGETS: readonly (readonly [title: string, withTarget: WithTarget])[] = [
  [
    'a whole answer over HTTP/1.1',
    overHttp1((pass) => (socket) => {
      pass()
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    }),
  ],
  [
    'the end of a body over HTTP/1.1',
    overHttp1((pass) => (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no', () => {
        pass()
        socket.write('k')
      })
    }),
  ],
  [
    'the end of a connection that ends its body',
    overHttp1((pass) => (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok', () => {
        pass()
        socket.end()
      })
    }),
  ],
  [
    'a whole answer over HTTP/2',
    overHttp2((pass) => (stream) => {
      pass()
      stream.respond({ ':status': 200 })
      stream.end('ok')
    }),
  ],
  [
    'the end of a body over HTTP/2',
    overHttp2((pass) => (stream) => {
      stream.respond({ ':status': 200 })
      stream.write('o', () => {
        pass()
        stream.end('k')
      })
    }),
  ],
  ['the result of a function', ofFunction],
]

describe('A late answer', (test) => {
  for (const [title, withTarget] of TARGETS)
    test(`is a timeout although no sweep has seen it, and in time at its deadline: ${title}`, () => {
      const { clock, moveOn } = unsweptClock()
      const waits = [PATIENCE_MS, LATE_MS]
      return withTarget(
        () => moveOn(waits.shift() ?? 0),
        async (ask) => assert.equal([await ask(), await ask()], ['none', 'timeout-total']),
        { clock },
      )
    })
})
