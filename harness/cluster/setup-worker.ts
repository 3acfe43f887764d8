/** Runs `setup` or `teardown` of a scenario in a thread of its own: author's code, once a run, not recorded. */
import { createSystemClock } from '../base/clock.ts'
import { answerOf, PooledExchange } from '../engine/exchange.ts'
import type { ShardPlan } from '../model/plan.ts'
import type { SetupContext } from '../ports/journey.ts'
import type { Answer, TargetDriver } from '../ports/target.ts'
import { createDrivers, loadCode, requestForCode } from './compile-program.ts'

/** What the thread is asked to do. */
export interface SetupTask {
  readonly share: ShardPlan
  readonly secrets: Readonly<Record<string, string>>
  readonly part: 'setup' | 'teardown'
}

/** Resolves with what the function returned; it must survive structured cloning. */
export async function runSetup({ share, secrets, part }: SetupTask): Promise<unknown> {
  const clock = createSystemClock()
  const code = await loadCode(share)
  const drivers = createDrivers(share, code, clock)
  const send = (driver: TargetDriver, request: unknown, options: Parameters<typeof requestForCode>[2]) =>
    new Promise<Answer>((resolve) => {
      const op = requestForCode(driver, request, options)
      const exchange = new PooledExchange(
        (settled) => {
          if (settled.errorKind === 0) op.judge(settled)
          resolve(answerOf(settled))
        },
        (_agent, name) => (name.startsWith('secret.') ? secrets[name.slice('secret.'.length)] : undefined),
      )
      exchange.lend(0, op)
      driver.start(exchange)
    })
  const targets = Object.fromEntries(
    [...drivers].map(([name, driver]) => [
      name,
      driver.createClient((request, options) => send(driver, request, options)),
    ]),
  )
  const context: SetupContext = { target: targets['main'], targets }
  try {
    return await (code(part) as (context: SetupContext, value: unknown) => unknown)(context, share.setupValue)
  } finally {
    await Promise.all([...drivers.values()].map((driver) => driver.close()))
  }
}
