import type { RequestListener } from 'node:http'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import type { ResourceProbe } from '../../harness/ports/resource-probe.ts'
import { prometheusPlugin } from '../../harness/probes/prometheus.ts'
import { pause } from '../kit/children.ts'
import { freePort } from '../kit/free-port.ts'
import { PROMETHEUS_ABSENT, startPrometheus } from '../kit/prometheus-server.ts'
import { startHttpServer, startRawServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

interface Rig {
  readonly probe: ResourceProbe
  readonly notes: string[]
  value(): Promise<number | null>
}

/** A probe as a run makes it, with what it said. */
function probeOf(config: Record<string, unknown>, clock = createSystemClock()): Rig {
  const notes: string[] = []
  const parsed = prometheusPlugin.configSchema.parse(config)
  const probe = prometheusPlugin.create(parsed, { clock, note: (message) => notes.push(message) })
  return { probe, notes, value: async () => (await probe.sample())?.value ?? null }
}

/** A server for the body that answers like this. */
async function withPage(listener: RequestListener, body: (url: string) => Promise<void>): Promise<void> {
  const server = await startHttpServer(listener)
  try {
    await body(server.url)
  } finally {
    await server.close()
  }
}

const text =
  (page: string | (() => string), status = 200): RequestListener =>
  (_, response) => {
    response.statusCode = status
    response.end(typeof page === 'string' ? page : page())
  }

const PAGE = `# TYPE lag gauge
lag 0.012
gc_sum{kind="minor"} 10
gc_sum{kind="major"} 2.5
empty NaN
`

describe('A scrape', (test) => {
  test('adds up the series of a metric, or those with the labels that are asked for', () =>
    withPage(text(PAGE), async (url) => {
      assert.is(await probeOf({ url, metric: 'lag' }).value(), 0.012)
      assert.is(await probeOf({ url, metric: 'gc_sum' }).value(), 12.5)
      assert.is(await probeOf({ url, metric: 'gc_sum', labels: { kind: 'major' } }).value(), 2.5)
    }))

  test('leaves everything but its value unknown', () =>
    withPage(text(PAGE), async (url) => {
      assert.equal(await probeOf({ url, metric: 'lag' }).probe.sample(), {
        cpuCores: null,
        rssBytes: null,
        cpuRatio: null,
        memoryRatio: null,
        value: 0.012,
      })
    }))

  test('gives null for what is not there or not a number, and says once what is missing', () =>
    withPage(text(PAGE), async (url) => {
      const { value, notes } = probeOf({ url, metric: 'gc_sum', labels: { kind: 'huge' } })
      assert.equal([await value(), await value()], [null, null])
      assert.equal(notes, [`${url}: the page has no gc_sum{kind="huge"}`])
      assert.is(await probeOf({ url, metric: 'empty' }).value(), null)
    }))

  test('sends the headers it was given', () =>
    withPage(
      (request, response) => response.end(`ok ${request.headers['x-key'] === 'k' ? 1 : 0}`),
      async (url) => {
        assert.is(await probeOf({ url, metric: 'ok', headers: { 'x-key': 'k' } }).value(), 1)
      },
    ))
})

/** Takes the first sample; time moves only where it is waited for. */
async function primed(value: Rig['value'], clock: VirtualClock): Promise<void> {
  let over = false
  const first = value().finally(() => {
    over = true
  })
  while (!over) {
    if (clock.pendingCount > 0) await clock.advance(100)
    await pause(5)
  }
  await first
}

describe('A scraped rate', (test) => {
  /** Answers page after page, seconds apart on a clock of its own. */
  async function ratesOf(pages: readonly (string | null)[], labels = {}): Promise<(number | null)[]> {
    const clock = new VirtualClock()
    let at = 0
    const rates: (number | null)[] = []
    await withPage(
      (_, response) => {
        const page = pages[at]
        response.statusCode = page === null ? 503 : 200
        response.end(page ?? '')
      },
      async (url) => {
        const { probe, value } = probeOf({ url, metric: 'c', labels, rate: true }, clock)
        await primed(value, clock)
        for (at = 1; at < pages.length; at++) {
          await clock.advance(2_000)
          rates.push(await value())
        }
        probe.stop()
      },
    )
    return rates
  }

  test('is what the counters went up by in a second, those that began in between from 0', async () => {
    assert.equal(await ratesOf(['c 10', 'c 14', 'c 14']), [2, 0])
    assert.equal(await ratesOf(['c{k="a"} 10', 'c{k="a"} 12\nc{k="b"} 4']), [3])
  })

  test('takes a counter that fell for one that began anew, series by series', async () => {
    assert.equal(await ratesOf(['c{k="a"} 100\nc{k="b"} 1', 'c{k="a"} 2\nc{k="b"} 901']), [451])
  })

  test('knows a series by its labels, in whatever order they stand', async () => {
    assert.equal(await ratesOf(['c{a="1",b="2"} 10', 'c{b="2",a="1"} 12']), [1])
  })

  test('begins anew after a page that did not come', async () => {
    assert.equal(await ratesOf(['c 10', null, 'c 100', 'c 104']), [null, null, 2])
  })
})

describe('A query', (test) => {
  const answer = (data: unknown) => text(JSON.stringify({ status: 'success', data }))
  const ask = async (listener: RequestListener) => {
    let found: { value: number | null; notes: string[] } | undefined
    await withPage(listener, async (url) => {
      const { value, notes } = probeOf({ url, query: 'up' })
      const first = await value()
      assert.is(await value(), first)
      found = { value: first, notes: notes.map((note) => note.replace(url, 'URL')) }
    })
    return found
  }

  test('takes the first value of a vector, or a scalar', async () => {
    const vector = [{ metric: {}, value: [1, '1.5e+01'] }, { value: [1, '7'] }]
    assert.equal(await ask(answer({ resultType: 'vector', result: vector })), { value: 15, notes: [] })
    assert.equal(await ask(answer({ resultType: 'scalar', result: [1, '7'] })), { value: 7, notes: [] })
  })

  test('has no value where it finds no series, or no number', async () => {
    const nothing = { value: null, notes: [] }
    assert.equal(await ask(answer({ resultType: 'vector', result: [] })), nothing)
    for (const number of ['NaN', '+Inf', 'x'])
      assert.equal(await ask(answer({ resultType: 'scalar', result: [1, number] })), nothing)
  })

  const WRONG: readonly (readonly [string, RequestListener, string])[] = [
    [
      'an error',
      text('{"status":"error","errorType":"bad_data","error":"parse error: unclosed left parenthesis"}', 400),
      'parse error: unclosed left parenthesis',
    ],
    [
      'a matrix',
      answer({ resultType: 'matrix', result: [] }),
      'the query must return a scalar or an instant vector',
    ],
    [
      'histograms',
      answer({ resultType: 'vector', result: [{ metric: {}, histogram: [1, {}] }] }),
      'the query must return numbers',
    ],
    ['no JSON', text('<html>busy</html>', 502), 'the server answered the query with 502, without JSON'],
    ['another kind of JSON', text('[]'), 'Invalid input: expected object, received array'],
  ]
  for (const [what, listener, message] of WRONG) {
    test(`that is answered by ${what} has no value and says so once`, async () => {
      assert.equal(await ask(listener), { value: null, notes: [`URL: ${message}`] })
    })
  }

  test('goes to the API below whatever path the server has', () =>
    withPage(
      (request, response) =>
        response.end(
          JSON.stringify({
            status: 'success',
            data: {
              resultType: 'scalar',
              result: [1, request.url === '/prom/api/v1/query?query=a%2Bb' ? '1' : '0'],
            },
          }),
        ),
      async (url) => {
        for (const path of ['/prom', '/prom/'])
          assert.is(await probeOf({ url: `${url}${path}`, query: 'a+b' }).value(), 1)
      },
    ))
})

describe('A hostile page', (test) => {
  test('without end or of any size gives null, not a full memory', async () => {
    const line = `x 1 ${'#'.repeat(65_000)}\n`
    const server = await startRawServer((_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nm 1\n')
      const pour = () => {
        while (socket.writable && socket.write(line));
        if (socket.writable) socket.once('drain', pour)
      }
      pour()
    })
    const { value, notes, probe } = probeOf({ url: server.url, metric: 'm' })
    assert.is(await value(), null)
    assert.match(notes[0] ?? '', /larger than|timed out/)
    probe.stop()
    await server.close()
  })

  test('that is larger than any page of metrics gives null, and says so', () =>
    withPage(text(`m 1\n${'#'.repeat(17 * 1024 ** 2)}`), async (url) => {
      const { value, notes } = probeOf({ url, metric: 'm' })
      assert.is(await value(), null)
      assert.match(notes[0] ?? '', /larger than|timed out/)
    }))

  test('that breaks off, lies about its length or is no HTTP gives null', async () => {
    for (const bytes of [
      'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nm 1\n',
      'm 1\n',
      '',
      '\0'.repeat(5_000),
    ]) {
      const server = await startRawServer((_, socket) => socket.end(bytes))
      const { value, notes, probe } = probeOf({ url: server.url, metric: 'm' })
      assert.is(await value(), null)
      assert.is(notes.length, 1)
      probe.stop()
      await server.close()
    }
  })

  test('that leads elsewhere is not followed', () =>
    withPage(
      (_, response) => response.writeHead(302, { location: 'http://192.0.2.1/metrics' }).end(),
      async (url) => {
        const { value, notes } = probeOf({ url, metric: 'm' })
        assert.is(await value(), null)
        assert.equal(notes, [`${url}: answered 302`])
      },
    ))

  test('with a broken line of the metric gives null and says which line, briefly', () =>
    withPage(text(`m{a="${'x'.repeat(5_000)}\n`), async (url) => {
      const { value, notes } = probeOf({ url, metric: 'm' })
      assert.is(await value(), null)
      assert.match(notes[0] ?? '', /not in the text format: m\{a="x/)
      assert.ok((notes[0] ?? '').length <= 300)
    }))
})

describe('A Prometheus probe', (test) => {
  test('of an endpoint that never answers gives null in the end, and is not in the way of stopping', async () => {
    const deaf = await startHttpServer(() => undefined)
    const { value, notes, probe } = probeOf({ url: deaf.url, metric: 'm' })
    assert.is(await value(), null)
    assert.equal(notes, [`${deaf.url}: Operation timed out after 2000ms`])
    const pending = value()
    probe.stop()
    assert.is(await pending, null)
    assert.is(await value(), null)
    assert.is(notes.length, 1)
    await deaf.close()
  })

  test('says nothing of what its own end cut short', async () => {
    const deaf = await startHttpServer(() => undefined)
    for (const rate of [false, true]) {
      const { value, notes, probe } = probeOf({ url: deaf.url, metric: 'm', rate })
      const pending = value()
      probe.stop()
      assert.is(await pending, null)
      assert.equal(notes, [])
    }
    await deaf.close()
  })

  test('works again when its endpoint is back', async () => {
    const port = await freePort()
    const { createServer } = await import('node:http')
    const { value, notes } = probeOf({ url: `http://127.0.0.1:${port}/metrics`, metric: 'm' })
    assert.is(await value(), null)
    const server = createServer(text('m 4')).listen(port, '127.0.0.1')
    while (!server.listening) await pause(5)
    assert.is(await value(), 4)
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    assert.is(await value(), null)
    assert.is(notes.length, 1)
  })

  test('is configured by a query or a metric, and by nothing that would be ignored', () => {
    const url = 'http://127.0.0.1:9090'
    const fits = (config: unknown) => prometheusPlugin.configSchema.safeParse(config).success

    assert.ok(fits({ url, query: 'up' }) && fits({ url, metric: 'lag', labels: { a: 'b' }, rate: true }))
    for (const wrong of [
      { url },
      { url, query: 'up', metric: 'lag' },
      { url, query: 'up', rate: true },
      { url, metric: 'not a name' },
      { url: 'ftp://127.0.0.1', query: 'up' },
      { url: 'http://user:pass@127.0.0.1', query: 'up' },
      { url: 'nowhere', query: 'up' },
    ])
      assert.not(fits(wrong), JSON.stringify(wrong))
  })

  test('names the host that it talks to', () => {
    assert.equal(prometheusPlugin.hostsOf({ url: 'https://prom.example:9090/x', query: 'up' }), [
      'prom.example',
    ])
  })
})

describe('A real Prometheus', (test) => {
  if (PROMETHEUS_ABSENT !== null) {
    test.skip('answers queries about a page that it scrapes', PROMETHEUS_ABSENT)
    return
  }

  test('answers queries about a page that it scrapes, says what is wrong with one, and may be restarted', () =>
    withPage(text(PAGE), async (page) => {
      const port = await freePort()
      const first = await startPrometheus(new URL('/metrics', page), port)
      const sum = probeOf({ url: first.url, query: 'sum(gc_sum{job="page"})' })
      const untilKnown = async () => {
        for (let tries = 0; tries < 300; tries++) {
          const value = await sum.value()
          if (value !== null) return value
          await pause(100)
        }
        return null
      }
      assert.is(await untilKnown(), 12.5)
      assert.is(await probeOf({ url: first.url, query: 'scalar(lag)' }).value(), 0.012)
      const broken = probeOf({ url: first.url, query: 'sum(gc_sum' })
      assert.equal([await broken.value(), await broken.value()], [null, null])
      assert.is(broken.notes.length, 1)
      assert.match(broken.notes[0] ?? '', /unclosed left parenthesis/)
      const matrix = probeOf({ url: first.url, query: 'gc_sum[5m]' })
      assert.is(await matrix.value(), null)
      assert.match(matrix.notes[0] ?? '', /scalar or an instant vector/)

      await first.stop()
      assert.is(await sum.value(), null)
      const second = await startPrometheus(new URL('/metrics', page), port)
      assert.is(await untilKnown(), 12.5)
      assert.is(sum.notes.length, 1)
      await second.stop()
    }))

  test('has a page of its own, whose counters have a rate', async () => {
    const stub = await startHttpServer(text(PAGE))
    const server = await startPrometheus(new URL('/metrics', stub.url))
    const url = `${server.url}/metrics`
    const cpu = probeOf({ url, metric: 'process_cpu_seconds_total', rate: true })
    const info = probeOf({ url, metric: 'go_memstats_alloc_bytes' })
    await pause(300)
    const [rate, bytes] = [await cpu.value(), await info.value()]
    await server.stop()
    await stub.close()

    assert.ok(rate !== null && rate >= 0, `${rate} cores`)
    assert.ok(bytes !== null && bytes > 1e5, `${bytes} bytes`)
  })
})
