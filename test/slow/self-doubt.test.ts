/**
 * Every way in which the generator itself can spoil a measurement, provoked for real: the verdict must name it and must
 * not be GO. Two need what a test may not do and are tested on made-up records: a calendar that steps, broken sums.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import type { VerdictReason } from '../../harness/model/verdict.ts'
import { inWorkplace, type JudgedRun, type Workplace } from '../kit/cli.ts'
import { startHttpServer, type TestServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

const CORE = ['taskset', '-c', '0']
const LATENCY = "objectives: ['p99(response_time) < 10s']"

function reasonOf({ verdict }: JudgedRun, code: string): VerdictReason {
  const reason = [...verdict.reasons, ...verdict.cautions].find((found) => found.code === code)
  if (reason !== undefined) return reason
  throw new Error(`${code} was expected: ${JSON.stringify([verdict.reasons, verdict.cautions])}`)
}

function isInconclusive(run: JudgedRun, code: string, advice: RegExp): void {
  assert.equal([run.verdict.outcome, run.status, run.verdict.validity.valid], ['INCONCLUSIVE', 3, false])
  assert.match(reasonOf(run, code).message, advice)
}

/** A scenario of one code journey against a server. */
function codeScenario(url: string, workload: string, code: string, imports = ''): string {
  return `${imports}
import { constantAgents, constantRate, defineScenario, http } from 'proofload'
export default defineScenario({
  name: 'doubt', target: http({ url: '${url}' }), workload: ${workload}, ${LATENCY},
  journeys: { main: { async run({ target, agent }) { ${code} } } },
})`
}

async function withServer(
  delayMs: number,
  body: (server: TestServer, place: Workplace) => Promise<void>,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const server = await startHttpServer((_request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    setTimeout(() => response.end('{}'), delayMs)
  })
  try {
    await inWorkplace((place) => body(server, place))
  } finally {
    await server.close()
  }
}

/** Processes that take a core away. */
function startHogs(count: number): ChildProcess[] {
  return Array.from({ length: count }, () =>
    spawn(CORE[0] as string, [...CORE.slice(1), process.execPath, '-e', 'for (;;);']),
  )
}

describe('A generator that cannot keep up', (test) => {
  test('says that its CPU ran out when more is asked than a core can start', () =>
    withServer(0, async (server, place) => {
      // Each journey takes 10 ms of its own thread: ten cores would be needed, however fast this machine is.
      place.write(
        'full.ts',
        codeScenario(
          server.url,
          "constantRate({ rate: '1000/s', duration: '3s', agents: 10 })",
          "for (const end = Date.now() + 10; Date.now() < end; );\n await target.get('/')",
        ),
      )
      const run = await place.verdictOf('full.ts', '--threads', '1')
      assert.is(run.verdict.outcome, 'INCONCLUSIVE')
      assert.match(reasonOf(run, 'PLAN_NOT_KEPT').message, /no CPU left.*--threads, another machine/)
      assert.match(
        reasonOf(run, 'GENERATOR_SATURATED').message,
        /the generator was the bottleneck.*--threads/,
      )
      assert.match(reasonOf(run, 'LATE_STARTS').message, /started more than 10 ms late/)
      const { planned, started, dropped, cancelled } = run.record.dispatch
      assert.is(planned, started + dropped + cancelled)
    }))

  test('says that agents ran out when the target holds them all', () =>
    withServer(2_000, async (server, place) => {
      const run = await place.verdictOf(server.url, '--rate', '50/s', '--agents', '3', '--duration', '2s')
      assert.is.not(run.verdict.outcome, 'GO')
      assert.match(reasonOf(run, 'PLAN_NOT_KEPT').message, /every agent was busy.*--agents/)
      assert.match(reasonOf(run, 'AGENTS_EXHAUSTED').message, /the target held all 3 agents/)
    }))

  test('counts arrivals that were dropped', () =>
    withServer(100, async (server, place) => {
      place.write(
        'drop.ts',
        codeScenario(
          server.url,
          "constantRate({ rate: '100/s', duration: '2s', agents: 2, whenBusy: 'drop' })",
          "await target.get('/')",
        ),
      )
      const run = await place.verdictOf('drop.ts')
      assert.match(reasonOf(run, 'ARRIVALS_DROPPED').message, /found no free agent/)
      assert.is.not(run.verdict.outcome, 'GO')
    }))

  test('shows waiting for a shared connection as start delay, and says so', () =>
    withServer(20, async (server, place) => {
      const run = await place.verdictOf(
        server.url,
        '--agents',
        '20',
        '--duration',
        '2s',
        '--set',
        'connections=2',
      )
      assert.match(reasonOf(run, 'POOL_WAITS').message, /one of 2 connections/)
      const { startDelayMs, responseTimeMs } = run.verdict.summary
      assert.ok(
        startDelayMs.p99 > 100 && responseTimeMs.p99 > startDelayMs.p99,
        JSON.stringify(run.verdict.summary),
      )
    }))
})

describe('A generator that is kept from its work', (test) => {
  test('by other processes on its core, names them', () =>
    withServer(1, async (server, place) => {
      const hogs = startHogs(16)
      try {
        const run = await place.verdictUnder(
          CORE,
          server.url,
          '--rate',
          '200/s',
          '--duration',
          '4s',
          '--threads',
          '1',
        )
        // The longest of its waits decides whether single requests are late or no time can be believed at all.
        const isStalled = run.verdict.reasons.some(({ code }) => code === 'GENERATOR_STALLED')
        isInconclusive(
          run,
          isStalled ? 'GENERATOR_STALLED' : 'GENERATOR_STARVED',
          /waited for a CPU|the hypervisor took/,
        )
      } finally {
        for (const hog of hogs) hog.kill('SIGKILL')
      }
    }))

  test('by code that does not yield, names it', () =>
    withServer(1, async (server, place) => {
      place.write(
        'stall.ts',
        codeScenario(
          server.url,
          "constantRate({ rate: '100/s', duration: '3s', agents: 300 })",
          "if (agent.id % 100 === 50) for (const end = Date.now() + 400; Date.now() < end; );\n await target.get('/')",
        ),
      )
      isInconclusive(
        await place.verdictOf('stall.ts', '--threads', '1'),
        'GENERATOR_STARVED',
        /its event loop was blocked for/,
      )
    }))

  test('by garbage collection, names it', () =>
    withServer(1, async (server, place) => {
      const imports = `import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const kept: object[] = []`
      place.write(
        'garbage.ts',
        codeScenario(
          server.url,
          "constantRate({ rate: '100/s', duration: '3s', agents: 300 })",
          "if (agent.id === 50) { for (let i = 0; i < 6e6; i++) kept.push({ i }); collect() }\n await target.get('/')",
          imports,
        ),
      )
      const run = await place.verdictOf('garbage.ts', '--threads', '1')
      assert.match(reasonOf(run, 'GC_PAUSE').message, /garbage collection stopped a thread/)
      assert.is.not(run.verdict.outcome, 'GO')
    }))
})

describe('A machine without sockets', (test) => {
  test('has no descriptor left: the requests are not held against the target', () =>
    withServer(
      0,
      async (server, place) => {
        place.write(
          'files.ts',
          codeScenario(
            server.url,
            "constantAgents({ agents: 5, duration: '3s', think: '20ms' })",
            `if (agent.id === 0 && !hogged) {
               hogged = true
               const files: number[] = []
               try { for (;;) files.push(openSync('/dev/null')) } catch {}
               setTimeout(() => { for (const file of files) closeSync(file) }, 500)
             }
             await target.get('/')`,
            "import { closeSync, openSync } from 'node:fs'\nlet hogged = false",
          ),
        )
        const run = await place.verdictUnder(
          ['sh', '-c', 'ulimit -n 300; exec "$@"', 'sh'],
          'files.ts',
          '--threads',
          '1',
        )
        isInconclusive(run, 'DESCRIPTORS_EXHAUSTED', /no file descriptor left.*ulimit -n/)
      },
      { connection: 'close' },
    ))

  const needed = 'unshare --net ip link set lo up'
  const noPort = 'has no port left: the requests are not held against the target'
  const own = spawnSync('sh', ['-c', needed])
  if (own.status !== 0)
    return test.skip(noPort, `needs a network of its own (\`${needed}\`): apt-get install iproute2, as root`)
  test(noPort, () =>
    inWorkplace(async (place) => {
      // A network of its own with ten ports, and a server inside that lets the client close first.
      const server = `require('node:http').createServer((q, r) => { r.setHeader('connection', 'close'); r.end('{}') })
        .listen(7099, '127.0.0.1', () => require('node:fs').writeFileSync('up', ''))`
      place.write('server.cjs', server)
      const script = `ip link set lo up; echo 40000 40009 > /proc/sys/net/ipv4/ip_local_port_range
        echo 0 > /proc/sys/net/ipv4/tcp_tw_reuse
        "$1" server.cjs & pid=$!
        while [ ! -e up ]; do sleep 0.05; done
        "$@"; status=$?; kill $pid; exit $status`
      const run = await place.verdictUnder(
        ['unshare', '--net', 'sh', '-c', script, 'sh'],
        'http://127.0.0.1:7099/',
        ...['--agents', '3', '--duration', '2s', '--threads', '1', '--think', '10ms'],
      )
      isInconclusive(run, 'PORTS_EXHAUSTED', /no local port left.*ip_local_port_range/)
    }),
  )
})
