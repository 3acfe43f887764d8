/** What every target owes the engine. A new target gets these tests by one entry in `test/targets/contract.test.ts`. */
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import { DEFAULT_TIMEOUTS } from '../../harness/model/plan.ts'
import type { DriverContext, TargetDriver, TargetPlugin } from '../../harness/ports/target.ts'
import { anExchange, type DrivenExchange, type DriveOptions, driveStep } from '../kit/drive.ts'
import { describe } from '../kit/suite.ts'

type Request = Readonly<Record<string, unknown>>

/** A target that is there, and what to ask of it. */
export interface LiveTarget {
  /** Configuration as `createDriver` takes it. */
  readonly config: Readonly<Record<string, unknown>>
  readonly code?: DriverContext['code']
  /** A request that is answered well. */
  readonly answered: Request
  /** A request that is never answered. */
  readonly silent: Request
  /** A request that fails at once, with this kind. */
  readonly failing: { readonly request: Request; readonly kind: string }
}

export interface TargetCase {
  readonly name: string
  readonly plugin: TargetPlugin
  /** Makes the target for the time of the body. */
  withTarget(body: (target: LiveTarget) => Promise<void>): Promise<void>
}

/** A request under way. */
interface Running {
  readonly exchange: DrivenExchange
  readonly settled: Promise<DrivenExchange>
}

const AGENTS = 10
const clock = createSystemClock()
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => clock.soon(resolve))
}

/** Declares the suite of one target. */
export function describeTarget({ name, plugin, withTarget }: TargetCase): void {
  /** A live target, its driver, and ways to ask it. */
  interface Bench extends LiveTarget {
    readonly driver: TargetDriver
    ask(request: Request, options?: DriveOptions): Promise<DrivenExchange>
    start(request: Request, options?: DriveOptions): Running
  }

  function withBench(
    body: (bench: Bench) => Promise<void>,
    context: Partial<DriverContext> = {},
  ): Promise<void> {
    return withTarget(async (target) => {
      const driver = plugin.createDriver(target.config, {
        clock,
        agents: AGENTS,
        connections: null,
        shared: new Map(),
        defaultTimeouts: DEFAULT_TIMEOUTS,
        tracing: null,
        code: target.code ?? (() => undefined),
        ...context,
      })
      try {
        await body({
          ...target,
          driver,
          ask: (request, options) => driveStep(plugin, driver, request, options),
          start: (request, options) => start(driver, request, options),
        })
      } finally {
        await driver.close()
      }
    })
  }

  function start(driver: TargetDriver, request: Request, options?: DriveOptions): Running {
    let settle: (exchange: DrivenExchange) => void = () => undefined
    const settled = new Promise<DrivenExchange>((resolve) => {
      settle = resolve
    })
    const exchange = anExchange(driver.compile(plugin.requestSchema.parse(request)), options, settle)
    driver.start(exchange)
    return { exchange, settled }
  }

  describe(`target contract: ${name}`, (test) => {
    test('settles an answered exchange once, after start, with its instants in order', () =>
      withBench(async ({ ask, answered }) => {
        const beforeMs = clock.nowMs()
        const { settledCount, kind, sentMs, firstByteMs, doneMs } = await ask(answered)
        await turns(3)

        assert.equal([kind, settledCount], ['none', 1])
        assert.ok(
          beforeMs <= sentMs && sentMs <= firstByteMs && firstByteMs <= doneMs && doneMs <= clock.nowMs(),
        )
      }))

    test('settles a failing exchange once, with its kind and what went wrong', () =>
      withBench(async ({ ask, failing }) => {
        const { kind, errorText, settledCount, doneMs } = await ask(failing.request)
        await turns(3)

        assert.equal([kind, settledCount], [failing.kind, 1])
        assert.not.equal(errorText, '')
        assert.ok(doneMs > 0)
      }))

    test('keeps body and headers only when they are wanted', () =>
      withBench(async ({ ask, answered }) => {
        const kept = await ask(answered, { keepAnswer: true })
        const dropped = await ask(answered, { keepAnswer: false })

        assert.ok(kept.body !== null && kept.body.length > 0)
        assert.equal([dropped.body, dropped.header], [null, null])
      }))

    test('gives up in the time it is given', () =>
      withBench(async ({ ask, silent }) => {
        const first = await ask(silent, { timeouts: { firstByteMs: 60 } })
        const total = await ask(silent, { timeouts: { totalMs: 60 } })

        assert.equal([first.kind, total.kind], ['timeout-first-byte', 'timeout-total'])
        assert.ok(first.doneMs - first.sentMs >= 60)
      }))

    test('settles an aborted exchange once, soon, and forgets it', () =>
      withBench(async ({ start, silent, driver }) => {
        const { exchange, settled } = start(silent)
        await turns(2)
        driver.abort(exchange)
        assert.is(exchange.settledCount, 0)
        assert.is((await settled).kind, 'aborted')

        driver.abort(exchange)
        await turns(5)
        assert.is(exchange.settledCount, 1)
      }))

    test('can abort at once what it has just started', () =>
      withBench(async ({ start, answered, driver }) => {
        const { exchange, settled } = start(answered)
        driver.abort(exchange)

        assert.ok(['aborted', 'none'].includes((await settled).kind))
        await turns(5)
        assert.is(exchange.settledCount, 1)
      }))

    test('writes nothing into an exchange that has settled', () =>
      withBench(async ({ start, silent, driver }) => {
        const { exchange, settled } = start(silent, { timeouts: { totalMs: 60 } })
        await settled
        const after = { ...exchange }
        driver.endSession(0)
        await driver.close()
        await turns(5)

        assert.equal({ ...exchange }, after)
      }))

    test('takes the next request from inside settle', () =>
      withBench(async ({ driver, answered }) => {
        const request = driver.compile(plugin.requestSchema.parse(answered))
        const kinds: string[] = []
        await new Promise<void>((resolve) => {
          const next = () => {
            const exchange = anExchange(request, {}, ({ kind }) => {
              kinds.push(kind)
              if (kinds.length < 20) next()
              else resolve()
            })
            driver.start(exchange)
          }
          next()
        })

        assert.equal(kinds, Array(20).fill('none'))
      }))

    for (const connections of [null, 2])
      test(`carries many agents at once, ${connections === null ? 'each on its own' : 'sharing connections'}`, () =>
        withBench(
          async ({ ask, answered, driver }) => {
            const rounds = Array.from({ length: 5 * AGENTS }, (_, index) =>
              ask(answered, { agent: index % AGENTS }),
            )
            const kinds = (await Promise.all(rounds)).map(({ kind }) => kind)

            assert.equal(kinds, Array(5 * AGENTS).fill('none'))
            assert.is(driver.stats().waiting, 0)
          },
          { connections },
        ))

    test('forgets an agent that leaves, whether it was ever there or not', () =>
      withBench(async ({ ask, answered, driver }) => {
        driver.endSession(AGENTS - 1)
        await ask(answered)
        driver.endSession(0)

        assert.is((await ask(answered)).kind, 'none')
      }))

    test('closes with nothing left: what was under way is aborted, no connection stays', () =>
      withBench(async ({ start, ask, silent, answered, driver }) => {
        await ask(answered)
        const running = [start(silent), start(silent), start(silent, { agent: 1 })]
        await turns(3)
        await driver.close()

        for (const { settled } of running) assert.is((await settled).kind, 'aborted')
        assert.equal([driver.stats().openConnections, driver.stats().waiting], [0, 0])
      }))

    test('refuses requests with keys it does not know', () =>
      withTarget(async ({ answered }) => {
        assert.is(plugin.requestSchema.safeParse({ ...answered, nonsense: 1 }).success, false)
        assert.is(plugin.configSchema.safeParse({ nonsense: 1 }).success, false)
      }))

    test('names requests and hosts without asking anybody', () =>
      withTarget(async ({ answered, config }) => {
        assert.ok(plugin.nameOf(plugin.requestSchema.parse(answered) as Request).length > 0)
        for (const host of plugin.hostsOf(config)) assert.match(host, /^(127\.0\.0\.1|localhost)$/)
      }))

    test('is reachable when it is there', () =>
      withTarget(async ({ config }) => {
        const found = await plugin.probe(config, clock)

        assert.ok(found === null || found.reachable, found?.message)
      }))
  })
}
