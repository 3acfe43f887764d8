/** Laws that need a server with a capability, which the case states. */
import * as assert from 'uvu/assert'
import type { DeclareLaw } from './laws.ts'
import { absent, type TargetBench, until } from './target-bench.ts'
import type { TargetCase } from './target-case.ts'

/** Kinds by which a driver tells that its server has gone in the middle of an exchange. */
const GONE = ['reset', 'closed', 'unavailable']
/** Kinds by which it tells that there is none. */
const AWAY = [...GONE, 'refused', 'connect']

/** Laws that hold for targets that state a capability. */
export function declareServerLaws(
  test: DeclareLaw,
  { has = [] }: TargetCase,
  { withBench }: TargetBench,
): void {
  if (has.includes('slow'))
    test('shows the time that the server takes as service time', () =>
      withBench(async ({ ask, slow = absent() }) => {
        const { kind, sentMs, firstByteMs, doneMs } = await ask(slow.request)

        assert.is(kind, 'none')
        assert.ok(doneMs - sentMs >= slow.ms, `${doneMs - sentMs}`)
        assert.ok(firstByteMs - sentMs >= slow.ms, `${firstByteMs - sentMs}`)
      }))

  if (has.includes('pooled'))
    test('opens shared connections before the load: no exchange waits for one', () =>
      withBench(
        async ({ ask, answered, driver }) => {
          await driver.ready?.()
          const settled = await Promise.all([0, 1, 2, 3].map((agent) => ask(answered, { agent })))

          assert.equal(
            settled.map(({ kind, connectMs }) => [kind, connectMs]),
            Array(4).fill(['none', 0]),
          )
        },
        { connections: 2 },
      ))

  if (has.includes('mortal'))
    for (const connections of [null, 1])
      test(`outlives its server, ${connections === null ? 'a connection an agent' : 'connections shared'}`, () =>
        withBench(
          async ({ start, ask, silent, answered, mortal = absent() }) => {
            await ask(answered)
            const { exchange, settled } = start(silent)
            await until(() => exchange.sentMs > 0)
            await mortal.kill()
            const lost = await settled
            assert.ok(GONE.includes(lost.kind), lost.kind)

            const away = await ask(answered)
            assert.ok(AWAY.includes(away.kind), away.kind)

            await mortal.revive()
            assert.is((await ask(answered)).kind, 'none')
            assert.is(exchange.settledCount, 1)
          },
          { connections },
        ))

  if (has.includes('dropped'))
    test('sends no request a second time', () =>
      withBench(async ({ ask, answered, dropped = absent() }) => {
        await ask(answered)
        const { kind } = await ask(dropped.request)
        await ask(answered)

        assert.ok(GONE.includes(kind), kind)
        assert.is(dropped.seen(), 1)
      }))
}
