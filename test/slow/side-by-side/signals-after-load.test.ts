import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { RunRecord } from '../../../harness/model/run-record.ts'
import type { VerdictDocument } from '../../../harness/model/verdict.ts'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import type { CliEnd, RunningCommand } from '../../kit/command-here.ts'
import { putForeignBaseline } from '../../kit/foreign-baseline.ts'
import { ForgetfulProxy } from '../../kit/forgetful-proxy.ts'
import { type HoldingServer, startHoldingServer } from '../../kit/holding-server.ts'
import { hasPostgres, inDatabase, POSTGRES_HINT, POSTGRES_PORT } from '../../kit/postgres-server.ts'
import { startRawServer } from '../../kit/servers.ts'
import { oneAgent, SET_UP } from '../../kit/signalled.ts'
import { describe } from '../../kit/suite.ts'

const HAS_POSTGRES = await hasPostgres()

/** The signal changed nothing of the verdict, whatever the machine did to it; gives what was said. */
function isJudgedAsWhole({ status, stdout, stderr }: CliEnd): string {
  const verdict = JSON.parse(stdout) as VerdictDocument
  assert.is(status, verdict.exitCode, stderr)
  const record = JSON.parse(readFileSync(verdict.files['record'] ?? '', 'utf8')) as RunRecord
  assert.is(record.status, 'complete')
  return stderr
}

/** A run whose load ended by itself and that is at its end, and a signal. */
async function afterTheLoad(
  { flags = [], more = '' }: { readonly flags?: readonly string[]; readonly more?: string },
  body: (run: RunningCommand, place: Workplace, server: HoldingServer) => Promise<void>,
): Promise<void> {
  await inWorkplace(async (place) => {
    const server = await startHoldingServer({ '/teardown': 1 })
    try {
      const file = place.write('signals.ts', oneAgent(server.url, more))
      if (flags.includes('--baseline')) await putForeignBaseline(place.path, 'signals')
      const history = flags.includes('--store') ? [] : ['--no-history']
      await body(place.start('run', file, '--json', '--threads', '1', ...history, ...flags), place, server)
    } finally {
      await server.close()
    }
  })
}

const BUILDS = `builds: { baseline: { url: 'http://127.0.0.1:9', command: 'touch begun; sleep 60', readyWithin: '60s' } },`

describe('A run whose load is over', (test) => {
  test('lets its teardown end after one signal', () =>
    afterTheLoad({ more: SET_UP }, async (run, _place, server) => {
      await server.arrived('/teardown')
      run.signal('SIGINT')
      await run.sees('the teardown may finish')
      server.letGo()

      isJudgedAsWhole(await run.ended)
    }))

  test('gives its teardown up after two, and keeps what was measured', () =>
    afterTheLoad({ more: SET_UP }, async (run, _place, server) => {
      await server.arrived('/teardown')
      run.signal('SIGINT')
      await run.sees('the teardown may finish')
      run.signal('SIGINT')

      assert.match(isJudgedAsWhole(await run.ended), 'teardown was aborted')
    }))

  for (const signals of [['SIGINT'], ['SIGHUP', 'SIGTERM']] as const)
    test(`gives a comparison up after ${signals.join(' and ')}, and is INCONCLUSIVE`, () =>
      afterTheLoad({ flags: ['--baseline', 'main', '--confirm'], more: BUILDS }, async (run, place) => {
        await run.until(() => existsSync(join(place.path, 'begun')))
        for (const signal of signals) run.signal(signal)

        const { status, stdout, stderr } = await run.ended
        assert.is(status, 3, stderr)
        const verdict = JSON.parse(stdout) as VerdictDocument
        assert.match(verdict.reasons.map(({ message }) => message).join(), /the comparison was cut short/)
        const record = JSON.parse(place.read(verdict.files['record'] ?? '')) as RunRecord
        assert.is(record.status, 'complete')
      }))

  for (const signals of [['SIGTERM'], ['SIGINT', 'SIGTERM']] as const)
    if (HAS_POSTGRES)
      test(`gives a history up that does not answer any more, after ${signals.join(' and ')}`, () =>
        inDatabase((location) =>
          inWorkplace(async (place) => {
            const server = await startHoldingServer({})
            const proxy = await ForgetfulProxy.before(POSTGRES_PORT)
            try {
              const file = place.write('signals.ts', oneAgent(server.url))
              const store = location.replace(`:${POSTGRES_PORT}/`, `:${proxy.port}/`)
              const run = place.start('run', file, '--json', '--store', store)
              await Promise.race([server.arrived('/load'), run.ended])
              proxy.silence()
              await run.until(() => proxy.silencedCount > 0)
              for (const signal of signals) run.signal(signal)

              assert.match(isJudgedAsWhole(await run.ended), 'the run is not in the history: interrupted')
            } finally {
              await proxy.close()
              await server.close()
            }
          }),
        ))
    else test.skip(`gives a history up, after ${signals.join(' and ')}`, POSTGRES_HINT)
})

describe('Runs that are made one after the other', (test) => {
  test('end with the first that is asked to: ab', () =>
    inWorkplace(async (place) => {
      const server = await startHoldingServer({ '/load': 1 })
      try {
        const file = place.write('signals.ts', oneAgent(server.url))
        const run = place.start('ab', server.url, server.url, file, '--json')
        await server.arrived('/load')
        run.signal('SIGINT')

        const { status, stdout } = await run.ended
        assert.equal([status, server.count('/load')], [3, 1])
        assert.match((JSON.parse(stdout) as { reason: string }).reason, /^cut short after 1 run/)
      } finally {
        await server.close()
      }
    }))

  test('end with the first that is asked to: triage', () =>
    inWorkplace(async (place) => {
      const server = await startHoldingServer({ '/load': 1 })
      try {
        const file = place.write('signals.ts', oneAgent(server.url))
        const run = place.start('triage', file, '--json')
        await server.arrived('/load')
        run.signal('SIGINT')

        const { status, stdout } = await run.ended
        assert.equal([status, server.count('/load')], [3, 1])
        assert.is((JSON.parse(stdout) as { repeats: unknown[] }).repeats.length, 1)
      } finally {
        await server.close()
      }
    }))

  test('do not begin when asked before: triage', () =>
    inWorkplace(async (place) => {
      const server = await startHoldingServer({ '/setup': 1 })
      try {
        const file = place.write('signals.ts', oneAgent(server.url, SET_UP))
        const run = place.start('triage', file, '--json')
        await server.arrived('/setup')
        run.signal('SIGTERM')

        const { status, stdout } = await run.ended
        assert.equal([status, stdout, server.count('/load'), server.count('/setup')], [130, '', 0, 1])
      } finally {
        await server.close()
      }
    }))
})

describe('A calibration', (test) => {
  test('that is asked to end ends its own turn and that of its peer', () =>
    inWorkplace(async (place) => {
      let count = 0
      let arrived: () => void = () => undefined
      const hasArrived = new Promise<void>((resolve) => {
        arrived = resolve
      })
      const server = await startRawServer((_path, socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
        if (++count === 100) arrived()
      })
      try {
        const run = place.start('calibrate', server.url, '--connections', '2', '--duration', '60s')
        await hasArrived
        run.signal('SIGINT')

        const { status, stdout } = await run.ended
        assert.equal([status, stdout], [130, ''])
      } finally {
        await server.close()
      }
    }))
})

describe('A command without load', (test) => {
  test('ends at the first signal: sandbox and serve with 0', () =>
    inWorkplace(async (place) => {
      const sandbox = place.start('sandbox', '--port', '0')
      await sandbox.until(() => sandbox.stdout.includes('listens'))
      sandbox.signal('SIGHUP')
      assert.is((await sandbox.ended).status, 0)

      const served = place.start('serve', '--port', '0')
      await served.sees('ctrl-C stops the server')
      served.signal('SIGTERM')
      assert.is((await served.ended).status, 0)
    }))

  test('is interrupted where it waits: check of a module that never loads', () =>
    inWorkplace(async (place) => {
      const server = await startHoldingServer({ '/module': 1 })
      try {
        const file = place.write(
          'signals.ts',
          oneAgent(server.url, '', `await fetch('${server.url}/module')`),
        )
        const check = place.start('check', file)
        await server.arrived('/module')
        check.signal('SIGINT')

        const { status, stderr } = await check.ended
        assert.equal([status, stderr], [130, 'interrupted (SIGINT)\n'])
      } finally {
        await server.close()
      }
    }))
})
