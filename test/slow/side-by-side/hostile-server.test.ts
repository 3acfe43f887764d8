import * as assert from 'uvu/assert'
import { inWorkplace } from '../../kit/cli.ts'
import { onlyLimit } from '../../kit/only-limit.ts'
import { type RawBehaviour, startHttpServer, startRawServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

/** What a server can do to a request -> the error kind it must be told as. */
const BEHAVIOURS: Readonly<Record<string, { readonly kind: string; readonly answer: RawBehaviour }>> = {
  garbage: {
    kind: 'protocol',
    answer: (_path, socket) => void socket.write('%%% this is not http %%%\r\n\r\n'),
  },
  'half-a-header': {
    kind: 'timeout-total',
    answer: (_path, socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Le'),
  },
  'half-then-close': {
    kind: 'reset',
    answer: (_path, socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Le'),
  },
  'ten-megabyte-headers': {
    kind: 'too-large',
    answer: (_path, socket) =>
      void socket.write(`HTTP/1.1 200 OK\r\nX-Big: ${'x'.repeat(10_000_000)}\r\n\r\n`),
  },
  'endless-body': {
    kind: 'too-large',
    answer(_path, socket) {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const more = () => {
        while (!socket.destroyed && socket.write('y'.repeat(65_536)));
        if (!socket.destroyed) socket.once('drain', more)
      }
      more()
    },
  },
  'length-too-long': {
    kind: 'reset',
    answer: (_path, socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'),
  },
  'two-lengths': {
    kind: 'protocol',
    answer: (_path, socket) =>
      void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'),
  },
  'bad-chunk': {
    kind: 'protocol',
    answer: (_path, socket) =>
      void socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n'),
  },
  'reset-in-body': {
    kind: 'reset',
    answer(_path, socket) {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome')
      setTimeout(() => socket.resetAndDestroy(), 5)
    },
  },
  silence: { kind: 'timeout-first-byte', answer: () => undefined },
  'server-error': {
    kind: 'status',
    answer: (_path, socket) => void socket.write('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n'),
  },
}

const GOOD = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

describe('A hostile server', (test) => {
  test('has each of its tricks told by its name, and never ends the run or another agent', async () => {
    const server = await startRawServer((path, socket) => {
      const behaviour = BEHAVIOURS[path.slice(1)]
      if (behaviour === undefined) socket.write(GOOD)
      else behaviour.answer(path, socket)
    })
    await inWorkplace(async (place) => {
      // Short only where silence is the trick: whatever else a busy machine does late is still seen for what it is.
      const hostile = Object.entries(BEHAVIOURS).map(([name, { kind }]) => {
        const { firstByteMs, totalMs } = onlyLimit(kind)
        const timeouts = `{ firstByte: '${firstByteMs}ms', total: '${totalMs}ms' }`
        return `'${name}': { steps: [http.get('/${name}', { step: '${name}', timeouts: ${timeouts} })] },`
      })
      place.write(
        'hostile.ts',
        `import { constantRate, defineScenario, http } from 'proofload'
        export default defineScenario({
          name: 'hostile',
          target: http({ url: '${server.url}', maxBody: '1MiB' }),
          workload: constantRate({ rate: '40/s', duration: '4s', agents: 100 }),
          journeys: { good: { weight: 5, steps: [http.get('/good', { step: 'good' })] }, ${hostile.join('\n')} },
          seed: 7,
        })`,
      )
      const { verdict, record, status } = await place.verdictOf('hostile.ts')
      assert.is(status, 1)
      assert.is(verdict.outcome, 'NO_GO')
      const steps = verdict.summary.steps
      for (const [name, { kind }] of Object.entries(BEHAVIOURS)) {
        assert.equal(
          Object.keys(steps[name]?.errors ?? {}),
          [kind],
          `${name}: ${JSON.stringify(steps[name])}`,
        )
        assert.is(steps[name]?.ok, 0, name)
      }
      assert.ok((steps['good']?.ok ?? 0) > 20)
      assert.is(steps['good']?.errorRatio, 0)
      assert.is(record.dispatch.planned, 160)
    })
    await server.close()
  })

  test('that answers slowly, in pieces, after hints, or chunked is understood', async () => {
    const answers = [
      `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${GOOD}`,
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=1\r\nok\r\n0\r\nTrailer: t\r\n\r\n',
      'HTTP/1.1 204 No Content\r\n\r\n',
    ]
    let turn = 0
    const server = await startRawServer((_path, socket) => {
      const text = answers[turn++ % answers.length] as string
      let at = 0
      const next = () => {
        if (at < text.length && socket.writable) socket.write(text[at++] as string, next)
      }
      next()
    })
    await inWorkplace(async (place) => {
      const { verdict, record } = await place.verdictOf(server.url, '--agents', '3', '--duration', '2s')
      assert.is(verdict.summary.errorRatio, 0)
      const ok = record.steps.reduce((sum, step) => sum + step.ok, 0)
      assert.ok(ok >= answers.length, `${ok} understood`)
    })
    await server.close()
  })
})

describe('A server that makes up components', (test) => {
  test('cannot take more memory than there is for names: the rest is together, and said', () =>
    inWorkplace(async (place) => {
      let named = 0
      const server = await startHttpServer((_request, response) => {
        const times = Array.from({ length: 32 }, () => `c${named++ % 64};dur=${1 + ((named * 7919) % 5000)}`)
        response.setHeader('server-timing', times.join(', '))
        response.end('ok')
      })
      place.write(
        'components.ts',
        `import { constantAgents, defineScenario, http } from 'proofload'
let count = 0
export default defineScenario({
  name: 'components',
  target: http({ url: '${server.url}' }),
  workload: constantAgents({ agents: 4, duration: '2s' }),
  journeys: { main: { async run({ target }) { await target.get('/', { step: 'step' + (count++ % 500) }) } } },
})`,
      )
      const { verdict, record } = await place.verdictOf('components.ts', '--threads', '1')
      await server.close()
      const cells = record.cells.filter(({ metric }) => metric === 'component_time')
      const others = cells.filter(({ component }) => component === '(other)')
      const timesIn = (some: typeof cells) => some.reduce((sum, { count }) => sum + count, 0)

      assert.ok(cells.length - others.length <= 2_000, `${cells.length} of which ${others.length}`)
      assert.is(timesIn(cells), 32 * verdict.summary.requests, 'none is lost')
      if (others.length === 0) return
      const caution = verdict.cautions.find(({ code }) => code === 'NAMES_TOGETHER')
      assert.is(caution?.evidence['componentTimes'], timesIn(others))
    }))
})
