import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { anExchange, type DriveOptions, driveStep } from '../../../harness/contract/driven-exchange.ts'
import type { TargetDriver } from '../../../harness/ports/target.ts'
import {
  type FunctionClient,
  type FunctionHandler,
  functionPlugin,
} from '../../../harness/targets/function/index.ts'
import { clientOf, withDriver } from '../../kit/drive.ts'
import { describe } from '../../kit/suite.ts'

const clock = createSystemClock()

function withFunction(
  handler: FunctionHandler,
  body: (driver: TargetDriver) => Promise<void>,
): Promise<void> {
  return withDriver(functionPlugin, { handler: { $code: 'here' } }, body, { code: () => handler })
}

const call = (driver: TargetDriver, input: unknown, options?: DriveOptions) =>
  driveStep(functionPlugin, driver, { input }, options)

const turn = () => new Promise<void>((resolve) => clock.soon(resolve))

describe('function target', (test) => {
  test('calls the function with its input and its agent, and gives back what it returns', () =>
    withFunction(
      async (input, { agent }) => ({ input, agent }),
      async (driver) => {
        const seen = await call(driver, { a: [1, 'x'] }, { agent: 3 })

        assert.equal(JSON.parse(seen.text), { input: { a: [1, 'x'] }, agent: 3 })
      },
    ))

  test('puts variables into the strings of the input', () =>
    withFunction(
      (input) => input,
      async (driver) => {
        const seen = await call(driver, { id: '{{id}}', n: 1 }, { variables: { id: 'a "b"' } })
        assert.equal(JSON.parse(seen.text), { id: 'a "b"', n: 1 })

        const missing = await call(driver, { id: '{{id}}' })
        assert.equal([missing.kind, missing.errorText], ['code', "the variable 'id' is not set"])
      },
    ))

  test('takes what is thrown, at once or later, for a failure of code', async () => {
    const throwing: readonly FunctionHandler[] = [
      () => {
        throw new Error('at once')
      },
      () => Promise.reject(new Error('later')),
      () => Promise.reject('no error at all'),
    ]
    const texts: string[] = []
    for (const handler of throwing)
      await withFunction(handler, async (driver) => {
        const { kind, errorText } = await call(driver, null)
        assert.is(kind, 'code')
        texts.push(errorText)
      })

    assert.equal(texts, ['at once', 'later', 'no error at all'])
  })

  test('says so when the result is not JSON, but only when it is wanted', () => {
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    return withFunction(
      () => circular,
      async (driver) => {
        assert.is((await call(driver, null)).kind, 'code')
        assert.is((await call(driver, null, { keepAnswer: false })).kind, 'none')
      },
    )
  })

  test('keeps an empty body for a function that returns nothing', () =>
    withFunction(
      () => undefined,
      async (driver) => {
        assert.equal([(await call(driver, null)).text, (await call(driver, undefined)).kind], ['', 'none'])
      },
    ))

  test('tells the function that nobody waits any more, and ignores what comes after', async () => {
    const signals: AbortSignal[] = []
    let release: () => void = () => undefined
    await withFunction(
      (_, { signal }) => {
        signals.push(signal)
        return new Promise<void>((resolve) => {
          release = resolve
        })
      },
      async (driver) => {
        const late = await call(driver, null, { timeouts: { totalMs: 60 } })
        assert.equal([late.kind, signals[0]?.aborted], ['timeout-total', true])
        release()

        const exchange = anExchange(driver.compile({ input: null }, 'step'))
        driver.start(exchange)
        while (signals.length < 2) await turn()
        driver.abort(exchange)
        while (exchange.settledCount === 0) await turn()
        release()
        await turn()

        assert.equal([exchange.kind, exchange.settledCount, signals[1]?.aborted], ['aborted', 1, true])
        assert.equal([late.settledCount, late.body], [1, null])
      },
    )
  })

  test('does not signal a call that has ended by itself', async () => {
    let seen: AbortSignal | undefined
    await withFunction(
      (_, { signal }) => {
        seen = signal
      },
      async (driver) => {
        await call(driver, null)
      },
    )

    assert.is(seen?.aborted, false)
  })

  test('is called from code by its own client, variables meaning nothing there', () =>
    withFunction(
      (input) => ({ got: input }),
      async (driver) => {
        const answer = await clientOf<FunctionClient>(driver).call('{{id}}')

        assert.equal(answer.json(), { got: '{{id}}' })
      },
    ))

  test('has one name, no host, and nothing to look at', async () => {
    assert.is(functionPlugin.nameOf({ input: 1 }), 'call')
    assert.equal(functionPlugin.hostsOf({}), [])
    assert.is(await functionPlugin.probe({}, clock), null)
  })
})
