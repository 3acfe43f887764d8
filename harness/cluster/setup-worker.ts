/** Runs `setup` or `teardown` of a scenario in its own thread: code of the author, called once per run and not recorded. */

import { createSystemClock } from '../base/clock.ts'
import { lookUp } from '../base/names.ts'
import { TRACE_LANES } from '../base/trace-id.ts'
import { ExchangeAnswer, PooledExchange } from '../engine/exchange.ts'
import type { RequestOp } from '../engine/program.ts'
import { RecordedEvents } from '../engine/target-events.ts'
import { MAIN_TARGET, mockedNames, type ShardPlan } from '../model/plan.ts'
import type { SetupContext } from '../ports/journey.ts'
import type { Answer, TargetDriver } from '../ports/target.ts'
import { turnAuthorOutput } from '../system/author-output.ts'
import { statusOf } from './compile-request.ts'
import { createDrivers, createTracing } from './create-drivers.ts'
import { CodeOperations } from './journey-context.ts'
import { createCalls } from './placed-calls.ts'
import { loadCode } from './scenario-code.ts'

/** The task of the thread. */
export interface SetupTask {
  readonly share: ShardPlan
  readonly secrets: Readonly<Record<string, string>>
  readonly inputs: Readonly<Record<string, string>>
  readonly part: 'setup' | 'teardown'
}

/** The lanes of their trace ids, counted down from the end so that they do not collide with those of shards. */
const LANES = { setup: TRACE_LANES - 1, teardown: TRACE_LANES - 2 }

/** Resolves with the return value of the function, which must survive structured cloning. */
export async function runSetup({ share, secrets, inputs, part }: SetupTask): Promise<unknown> {
  turnAuthorOutput()
  const clock = createSystemClock()
  const code = await loadCode(share)
  const tracing = createTracing(share, LANES[part])
  const events = new RecordedEvents(clock)
  const channels = new Map()
  const drivers = await createDrivers(share, { code, clock, tracing, events, secrets, channels })
  const calls = createCalls(share.plan, clock)
  const caller = { identity: LANES[part], passes: new Map(), counted: null }
  let sentCount = 0
  const send = (driver: TargetDriver, op: RequestOp, request: unknown) =>
    new Promise<Answer>((resolve) => {
      const exchange = new PooledExchange(
        (settled) => {
          if (settled.errorKind === 0) op.judge(settled)
          resolve(new ExchangeAnswer(settled))
        },
        (_agent, name, scope) =>
          name.startsWith('secret.')
            ? lookUp(secrets, name.slice('secret.'.length))
            : calls?.value(name, caller, scope),
        () => 0,
      )
      exchange.scope.begin(++sentCount)
      exchange.lend(0, op, request)
      driver.start(exchange)
    })
  const targets = Object.fromEntries(
    [...drivers].map(([name, driver]) => {
      const operations = new CodeOperations(driver, statusOf(share.plan, name), share.plan)
      return [name, driver.createClient((request, options) => send(driver, operations.of(options), request))]
    }),
  )
  const mocked = mockedNames(share.plan)
  const context: SetupContext = { inputs, target: targets[MAIN_TARGET], targets, mocked }
  try {
    await Promise.all([...drivers.values()].map((driver) => driver.ready?.()))
    return await (code(part) as (context: SetupContext, value: unknown) => unknown)(context, share.setupValue)
  } finally {
    await Promise.all([...drivers.values()].map((driver) => driver.close()))
  }
}
