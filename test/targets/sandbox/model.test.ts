import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { type DrivenExchange, driveStep } from '../../../harness/contract/driven-exchange.ts'
import { llmPlugin } from '../../../harness/targets/llm/index.ts'
import type { Faults } from '../../../harness/targets/sandbox/faults.ts'
import { questionOf } from '../../../harness/targets/sandbox/model-question.ts'
import { type ModelSettings, modelSettingsSchema } from '../../../harness/targets/sandbox/model-settings.ts'
import { withDriver } from '../../kit/drive.ts'
import { truthOf, visit, withSandbox } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

const FAST = { firstTokenMs: 5, tokenMs: 1, outputTokens: 6 }
const clock = createSystemClock()

/** Asks the model of a sandbox once. */
async function asked(
  request: Readonly<Record<string, unknown>>,
  settings: Partial<ModelSettings> = {},
  faults: Faults = {},
  config: Readonly<Record<string, unknown>> = {},
): Promise<DrivenExchange> {
  let exchange: DrivenExchange | null = null
  await withSandbox({ llm: modelSettingsSchema.parse({ ...FAST, ...settings }), faults }, ({ url }) =>
    withDriver(llmPlugin, { url: `${url}/v1`, model: 'm', ...config }, async (driver) => {
      exchange = await driveStep(llmPlugin, driver, request)
    }),
  )
  return exchange as unknown as DrivenExchange
}

const valuesOf = ({ measured }: DrivenExchange, name: string) =>
  measured.filter(([measure]) => measure === name).map(([, value]) => value)

describe('The language model of the sandbox', (test) => {
  test('answers with as many tokens as it is set to, and counts them', async () => {
    const exchange = await asked({ prompt: 'one two three' })

    assert.equal([exchange.kind, exchange.items], ['none', 6])
    assert.equal(valuesOf(exchange, 'prompt_tokens'), [3])
    assert.is(valuesOf(exchange, 'inter_token_time').length, 5)
    const { text, finishReason } = JSON.parse(exchange.text)
    assert.equal([text, finishReason], ['The model of the sandbox says', 'stop'])
  })

  test('never sends a token before its instant', async () => {
    const exchange = await asked({ prompt: 'a' }, { firstTokenMs: 30, tokenMs: 10 })
    const [first = 0] = valuesOf(exchange, 'ttft_service')
    const gaps = valuesOf(exchange, 'inter_token_time')

    assert.ok(first >= 30)
    assert.ok(first + gaps.reduce((sum, gap) => sum + gap, 0) >= 80)
  })

  test('keeps to the limits of the client', async () => {
    const cut = await asked({ prompt: 'a', maxTokens: 2 })
    const exact = await asked({ prompt: 'a', output: { tokens: 9, exact: true } })

    assert.equal([cut.items, exact.items], [2, 9])
    assert.is(JSON.parse(cut.text).finishReason, 'length')
  })

  test('sends several tokens in a piece, and counts with every piece when asked to', async () => {
    const exchange = await asked({ prompt: 'a' }, { tokensPerPiece: 4 }, {}, { tokens: 'continuous' })

    assert.equal([exchange.items, valuesOf(exchange, 'token_pieces')], [6, [2]])
    assert.is(valuesOf(exchange, 'tpot').length, 1)
  })

  test('counts nothing when nobody asks', async () => {
    const exchange = await asked({ prompt: 'a' }, {}, {}, { tokens: 'chunks' })

    assert.equal(valuesOf(exchange, 'uncounted_answers'), [1])
  })

  test('refuses, breaks off and slows down by the faults of the sandbox', async () => {
    const refused = await asked({ prompt: 'a' }, {}, { errors: { ratio: 1, status: 429 } })
    const broken = await asked({ prompt: 'a' }, {}, { reset: { ratio: 1 } })
    const slow = await asked({ prompt: 'a' }, {}, { slow: { factor: 8, component: 'llm' } })

    assert.equal([refused.status, refused.header?.('retry-after')], [429, '1'])
    assert.is(broken.kind, 'reset')
    assert.ok((valuesOf(slow, 'ttft_service')[0] ?? 0) >= 40)
  })

  test('says when each piece left, on the clock of the machine', () =>
    withSandbox({ llm: modelSettingsSchema.parse(FAST) }, async ({ url }) => {
      const beforeMs = clock.nowMs() + clock.epochMs
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ messages: [{ role: 'user', content: 'a' }] }),
      })
      const emitted = [...(await response.text()).matchAll(/"emittedMs":([\d.]+)/g)].map(([, ms]) =>
        Number(ms),
      )
      const afterMs = clock.nowMs() + clock.epochMs

      assert.is(emitted.length, 8)
      assert.equal(
        emitted,
        [...emitted].sort((a, b) => a - b),
      )
      assert.ok(beforeMs < (emitted[0] ?? 0) && (emitted[7] ?? 0) < afterMs)
    }))

  test('lists itself, refuses what is no question, and is part of the truth', () =>
    withSandbox({ llm: modelSettingsSchema.parse(FAST) }, async ({ url }) => {
      assert.match((await visit(`${url}/v1/models`)).body, /"id":"sandbox"/)
      assert.is((await visit(`${url}/v1/embeddings`)).status, 404)
      const bad = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body: 'nonsense' })
      assert.is(bad.status, 400)
      await bad.text()

      assert.is((await truthOf(url)).classes['chat']?.count, 3)
    }))

  test('is not there unless asked for', () =>
    withSandbox({}, async ({ url }) => {
      assert.is((await visit(`${url}/v1/models`)).status, 404)
    }))
})

describe('questionOf', (test) => {
  test('reads limits and options, and refuses what has no messages', () => {
    assert.equal(
      questionOf(
        '{"model":"m","messages":[{"content":"a b"},{"content":"c"},7],"max_completion_tokens":3,"ignore_eos":true,"stream_options":{"include_usage":true}}',
      ),
      {
        model: 'm',
        text: 'a b c ',
        tokensMax: 3,
        isExact: true,
        wantsUsage: true,
        wantsUsageEach: false,
      },
    )
    for (const body of ['', '[]', '{}', '{"messages":1}', 'null']) assert.is(questionOf(body), null, body)
  })
})
