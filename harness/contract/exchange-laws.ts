/** Laws of one exchange: it settles once, in time, and is then left alone. */
import * as assert from 'uvu/assert'
import { ALL_MEASURES } from '../model/measures.ts'
import { anExchange } from './driven-exchange.ts'
import type { DeclareLaw } from './laws.ts'
import { clock, type TargetBench, turns } from './target-bench.ts'
import type { TargetCase } from './target-case.ts'

/** Laws of an exchange that is answered, fails or is not answered in time. */
export function declareExchangeLaws(test: DeclareLaw, { withBench }: TargetBench): void {
  test('settles an answered exchange once, after start, with its instants in order', () =>
    withBench(async ({ ask, answered }) => {
      const beforeMs = clock.nowMs()
      const { settledCount, kind, connectMs, sentMs, firstByteMs, doneMs } = await ask(answered)
      await turns(3)

      assert.equal([kind, settledCount], ['none', 1])
      assert.ok(
        beforeMs <= sentMs && sentMs <= firstByteMs && firstByteMs <= doneMs && doneMs <= clock.nowMs(),
      )
      assert.ok(connectMs >= 0 && connectMs <= sentMs - beforeMs)
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
}

/** Laws of an exchange that ends otherwise, or has ended. */
export function declareEndLaws(
  test: DeclareLaw,
  { plugin, inARow = 1000 }: TargetCase,
  { withBench }: TargetBench,
): void {
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
      const request = driver.compile(plugin.requestSchema.parse(answered), 'step')
      const kinds: string[] = []
      await new Promise<void>((resolve) => {
        const next = () => {
          const exchange = anExchange(request, {}, ({ kind }) => {
            kinds.push(kind)
            if (kinds.length < inARow) next()
            else resolve()
          })
          driver.start(exchange)
        }
        next()
      })

      assert.equal(kinds, Array(inARow).fill('none'))
    }))

  test('measures at most once what a request has one value of', () =>
    withBench(async ({ ask, answered }) => {
      const once = [...ALL_MEASURES, ...(plugin.measures ?? [])]
        .filter((measure) => measure.once === true)
        .map(({ name }) => name)
      const names = (await ask(answered)).measured.map(([name]) => name).filter((name) => once.includes(name))

      assert.equal(names, [...new Set(names)])
    }))

  test('measures nothing once an exchange has settled', () =>
    withBench(async ({ ask, answered, driver }) => {
      const settled = await ask(answered)
      const { length } = settled.measured
      await ask(answered)
      await driver.close()

      assert.is(settled.measured.length, length)
    }))
}
