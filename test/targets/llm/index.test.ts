import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { type DriveOptions, drive, driveStep } from '../../../harness/contract/driven-exchange.ts'
import type { TargetDriver } from '../../../harness/ports/target.ts'
import type { LlmClient } from '../../../harness/targets/llm/client.ts'
import { llmPlugin } from '../../../harness/targets/llm/index.ts'
import { clientOf, withDriver } from '../../kit/drive.ts'
import { closedPort } from '../../kit/raw-server.ts'
import {
  anEvent,
  type StreamScript,
  type StreamServer,
  withStreamServer,
  written,
} from '../../kit/stream-server.ts'
import { describe } from '../../kit/suite.ts'

const piece = (content: string) => anEvent({ choices: [{ index: 0, delta: { content } }] })
const ROLE = anEvent({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] })
const STOP = anEvent({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
const USAGE = anEvent({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 2 } })
const WHOLE = [ROLE, piece('Hel'), piece('lo'), STOP, USAGE, anEvent('[DONE]')]
const ending = (texts: readonly string[]): StreamScript => ({ emissions: [...written(texts), { end: true }] })
const ASKED = { prompt: 'Say hello', maxTokens: 5 }

/** A driver of a scripted model. */
function withModel(
  script: StreamScript | ((place: number) => StreamScript),
  body: (driver: TargetDriver, server: StreamServer) => Promise<void>,
  config: Readonly<Record<string, unknown>> = {},
  context: { readonly seed?: number } = {},
): Promise<void> {
  return withStreamServer(
    (_, place) => (typeof script === 'function' ? script(place) : script),
    (server) =>
      withDriver(
        llmPlugin,
        { url: `${server.url}/v1`, model: 'm', ...config },
        (driver) => body(driver, server),
        context,
      ),
  )
}

const ask = (
  driver: TargetDriver,
  request: Readonly<Record<string, unknown>> = ASKED,
  options?: DriveOptions,
) => driveStep(llmPlugin, driver, request, options)
const bodiesOf = ({ requests }: StreamServer) => requests.map(({ body }) => JSON.parse(body))

describe('The llm target', (test) => {
  test('asks for a stream and reads it to its end', () =>
    withModel(ending(WHOLE), async (driver, server) => {
      const exchange = await ask(driver)

      assert.equal([exchange.kind, exchange.status, exchange.items], ['none', 200, 2])
      assert.is(server.requests[0]?.path, '/v1/chat/completions')
      assert.equal(bodiesOf(server), [
        {
          model: 'm',
          stream: true,
          stream_options: { include_usage: true },
          max_tokens: 5,
          messages: [{ role: 'user', content: 'Say hello' }],
        },
      ])
      const { text, finishReason } = JSON.parse(exchange.text)
      assert.equal([text, finishReason], ['Hello', 'stop'])
    }))

  test('measures from the intended instant and from sending, to pieces that the server had written', () =>
    withModel(ending(WHOLE), async (driver, { writtenMs }) => {
      const exchange = await ask(driver)
      const values = new Map(exchange.measured)

      // The exchange was intended at 0.
      const firstMs = values.get('ttft') ?? 0
      assert.ok(firstMs >= (writtenMs[1] ?? 0), `${firstMs} ${writtenMs}`)
      assert.is(values.get('ttft_service'), firstMs - exchange.sentMs)
      assert.ok(exchange.doneMs >= (writtenMs[5] ?? 0))
    }))

  test('fills variables in, sends the key, and passes further fields on', () =>
    withModel(
      ending(WHOLE),
      async (driver, server) => {
        const request = {
          messages: [
            { role: 'system', content: 'Be brief' },
            { role: 'user', content: 'About {{topic}}' },
          ],
          temperature: 0,
          extra: { top_p: 0.5, user: '{{topic}}' },
        }
        const exchange = await ask(driver, request, {
          variables: { topic: 'a "quote"\n', 'secret.KEY': 's3cret' },
        })

        assert.is(exchange.kind, 'none')
        assert.is(server.requests[0]?.headers['authorization'], 'Bearer s3cret')
        const [body] = bodiesOf(server)
        assert.is(body.messages[1].content, 'About a "quote"\n')
        assert.equal([body.temperature, body.top_p, body.user], [0, 0.5, 'a "quote"\n'])
      },
      { key: '{{secret.KEY}}' },
    ))

  test('asks as a trace has it: lengths that variables hold, and no question where they hold none', () =>
    withModel(ending(WHOLE), async (driver, server) => {
      const request = {
        prompt: { tokens: '{{trace.prompt_tokens}}' },
        output: { tokens: '{{trace.output_tokens}}', exact: true },
      }
      const variables = { 'trace.prompt_tokens': '37', 'trace.output_tokens': '5' }
      const { kind, measured } = await ask(driver, request, { variables })
      const values = new Map(measured)

      assert.equal(
        [kind, values.get('wanted_prompt_tokens'), values.get('wanted_output_tokens')],
        ['none', 37, 5],
      )
      const [body] = bodiesOf(server)
      assert.equal([body.max_tokens, body.min_tokens], [5, 5])
      // One of its words is the mark.
      assert.is(body.messages[0].content.split(' ').length, 38)

      const unset = await ask(driver, request, { variables: { 'trace.prompt_tokens': '37' } })
      const wrong = await ask(driver, request, { variables: { ...variables, 'trace.output_tokens': '0' } })
      assert.equal([unset.kind, wrong.kind], ['code', 'code'])
      assert.match(unset.errorText, /trace\.output_tokens/)
      assert.match(wrong.errorText, /'0' is not a number of tokens/)
      assert.is(server.requests.length, 1)
    }))

  test('draws prompts and lengths of answers, the same under the same seed', async () => {
    const request = {
      prompt: { tokens: { uniform: [5, 50] } },
      output: { tokens: { uniform: [8, 16] }, exact: true },
    }
    const asked = async (seed: number) => {
      let bodies: {
        readonly max_tokens: number
        readonly min_tokens: number
        readonly ignore_eos: boolean
      }[] = []
      await withModel(
        ending(WHOLE),
        async (driver, server) => {
          const compiled = driver.compile(llmPlugin.requestSchema.parse(request), 'ask')
          for (let i = 0; i < 5; i++) await drive(driver, compiled)
          bodies = bodiesOf(server)
        },
        {},
        { seed },
      )
      return bodies
    }
    const one = await asked(1)

    assert.equal(await asked(1), one)
    assert.not.equal(await asked(2), one)
    assert.is(new Set(one.map((body) => JSON.stringify(body))).size, 5)
    for (const { max_tokens: most, min_tokens: least, ignore_eos: goesOn } of one)
      assert.ok(most === least && most >= 8 && most <= 16 && goesOn)
  })

  test('measures the lengths that were wanted', () =>
    withModel(ending(WHOLE), async (driver) => {
      const { measured } = await ask(driver, { prompt: { tokens: 30 }, output: { tokens: 7 } })
      const values = new Map(measured)

      assert.equal([values.get('wanted_prompt_tokens'), values.get('wanted_output_tokens')], [30, 7])
    }))

  test('asks for a count with every piece, or for none', async () => {
    const optionsOf = async (tokens: string) => {
      let options: unknown
      await withModel(
        ending(WHOLE),
        async (driver, server) => {
          await ask(driver)
          options = bodiesOf(server)[0].stream_options
        },
        { tokens },
      )
      return options
    }

    assert.equal(await optionsOf('continuous'), { include_usage: true, continuous_usage_stats: true })
    assert.is(await optionsOf('chunks'), undefined)
  })

  test('goes on with the conversation of an agent until its session ends', () =>
    withModel(ending(WHOLE), async (driver, server) => {
      const turn = (prompt: string, agent: number) => ask(driver, { prompt, turns: 'append' }, { agent })
      await turn('one', 0)
      await turn('two', 0)
      await turn('other', 1)
      driver.endSession(0)
      await turn('three', 0)
      const said = bodiesOf(server).map(({ messages }: { messages: { content: string }[] }) =>
        messages.map(({ content }) => content).join(' '),
      )

      assert.equal(said, ['one', 'one Hello two', 'other', 'three'])
    }))

  test('forgets a turn whose answer failed', () =>
    withModel(
      (place) => (place === 0 ? ending([piece('half')]) : ending(WHOLE)),
      async (driver, server) => {
        const first = await ask(driver, { prompt: 'one', turns: 'append' })
        await ask(driver, { prompt: 'two', turns: 'append' })

        assert.is(first.kind, 'incomplete')
        assert.is(bodiesOf(server)[1].messages.length, 1)
      },
    ))

  test('keeps its connection from answer to answer', () =>
    withModel(ending(WHOLE), async (driver) => {
      const [first, second] = [await ask(driver), await ask(driver)]

      assert.ok(first.connectMs > 0)
      assert.is(second.connectMs, 0)
    }))

  test('is done with [DONE], though the server leaves the answer open or resets it', async () => {
    for (const after of [[], [{ waitMs: 20 }, { reset: true } as const]])
      await withModel({ emissions: [...written(WHOLE), ...after] }, async (driver, { writtenMs }) => {
        const exchange = await ask(driver)

        assert.equal([exchange.kind, exchange.status], ['none', 200])
        assert.ok(exchange.doneMs - (writtenMs[5] ?? 0) < 900, 'it did not wait for the end')
      })
  })

  test('has a client for code, in which braces mean nothing', () =>
    withModel(ending(WHOLE), async (driver, server) => {
      const answer = await clientOf<LlmClient>(driver).chat({ prompt: 'What is {{x}}?' })
      await clientOf<LlmClient>(driver).chat({ prompt: { tokens: 9 } })
      await clientOf<LlmClient>(driver).chat({ prompt: { tokens: 9 } })
      const [first, second, third] = bodiesOf(server).map(({ messages }) => messages[0].content)

      assert.is(answer.json<{ text: string }>().text, 'Hello')
      assert.is(first, 'What is {{x}}?')
      assert.not.equal(second, third)
    }))

  test('takes a prompt or messages, and one length of the answer', () => {
    const takes = (request: object) => llmPlugin.requestSchema.safeParse(request).success

    assert.equal(
      [
        {},
        { prompt: 'a', messages: [{ role: 'user' }] },
        { messages: [{}] },
        { prompt: 'a', maxTokens: 1, output: { tokens: 1 } },
      ].map(takes),
      [false, false, false, false],
    )
    assert.ok(takes({ prompt: { tokens: { lognormal: { median: 5, p99: 9 } } } }))
    assert.not(takes({ prompt: { tokens: { lognormal: { median: 9, p99: 5 } } } }))
  })
})

describe('The llm target, with servers that misbehave', (test) => {
  const cases: Readonly<Record<string, readonly [StreamScript, string, number]>> = {
    'a cut after the first piece': [ending([ROLE, piece('a')]), 'incomplete', 200],
    'a cut after the role': [ending([ROLE]), 'incomplete', 200],
    'an empty stream': [ending([]), 'incomplete', 200],
    'a reset in the middle': [
      { emissions: [...written([piece('a')]), { waitMs: 20 }, { reset: true }] },
      'reset',
      0,
    ],
    'text in place of JSON': [ending([anEvent('hello')]), 'protocol', 200],
    'half a JSON document': [ending([anEvent('{"choices":[')]), 'protocol', 200],
    'an answer that is not streamed': [
      {
        headers: { 'content-type': 'application/json' },
        emissions: [...written(['{"choices":[]}']), { end: true }],
      },
      'protocol',
      200,
    ],
    'an answer that is too large': [ending([piece('x'.repeat(9000))]), 'too-large', 0],
  }
  for (const [title, [script, kind, status]] of Object.entries(cases))
    test(`fails on ${title}`, () =>
      withModel(
        script,
        async (driver) => {
          const exchange = await ask(driver)
          assert.equal([exchange.kind, exchange.status], [kind, status], exchange.errorText)
        },
        { maxBody: '4KiB' },
      ))

  const refusals: Readonly<Record<string, readonly [StreamScript, number]>> = {
    'too many requests': [
      {
        status: 429,
        headers: { 'retry-after': '7' },
        emissions: [...written(['{"error":{}}']), { end: true }],
      },
      429,
    ],
    'an overloaded server': [
      { status: 503, headers: { 'retry-after': '7' }, emissions: [{ end: true }] },
      503,
    ],
    'an error at the start of the stream': [ending([anEvent({ error: { message: 'no', code: 400 } })]), 400],
    'an error in the middle of the stream': [
      ending([piece('a'), anEvent({ error: { message: 'no' } }), piece('b')]),
      500,
    ],
  }
  for (const [title, [script, status]] of Object.entries(refusals))
    test(`tells ${title} by its status`, () =>
      withModel(script, async (driver) => {
        const exchange = await ask(driver)

        assert.equal([exchange.kind, exchange.status], ['none', status])
        assert.is(exchange.header?.('retry-after'), script.headers?.['retry-after'])
        assert.not.ok(exchange.measured.some(([name]) => name === 'output_tokens'))
      }))

  test('gives up on a stream that stalls', () =>
    withModel(
      { emissions: written([ROLE, piece('a')]) },
      async (driver) => {
        const exchange = await ask(driver)
        assert.equal([exchange.kind, exchange.errorText], ['timeout-message', 'no event within 70ms'])
      },
      { idle: '70ms' },
    ))

  test('gives up on a stream that drips longer than its time', () =>
    withModel(
      {
        emissions: written(
          Array.from({ length: 100 }, () => piece('a')),
          10,
        ),
      },
      async (driver) => {
        const exchange = await ask(driver, ASKED, { timeouts: { totalMs: 120 } })
        assert.is(exchange.kind, 'timeout-total')
      },
    ))

  test('reads pieces that come byte by byte, with CRLF, or several at once', async () => {
    const whole = WHOLE.join('')
    const ways = [
      [...whole],
      [...whole.replaceAll('\n', '\r\n')],
      [whole],
      [whole.slice(0, 100), whole.slice(100)],
    ]
    for (const texts of ways)
      await withModel(ending(texts), async (driver) => {
        const exchange = await ask(driver)
        assert.equal([exchange.kind, exchange.items], ['none', 2])
        assert.is(exchange.measured.filter(([name]) => name === 'inter_token_time').length, 1)
      })
  })

  test('fails when a variable is missing, without asking', () =>
    withModel(ending(WHOLE), async (driver, { requests }) => {
      const exchange = await ask(driver, { prompt: '{{unset}}' })

      assert.is(exchange.kind, 'code')
      assert.match(exchange.errorText, /'unset' is not set/)
      assert.is(requests.length, 0)
    }))

  test('is refused where nobody listens, and says so when probed', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/v1`
    await withDriver(llmPlugin, { url, model: 'm' }, async (driver) => {
      assert.is((await ask(driver)).kind, 'refused')
    })
    const config = llmPlugin.configSchema.parse({ url, model: 'm' })
    assert.is((await llmPlugin.probe(config, createSystemClock()))?.reachable, false)
  })

  test('sends a question once: what the server dropped is not asked again', () =>
    withModel({ emissions: [{ reset: true }] }, async (driver, { requests }) => {
      assert.is((await ask(driver)).kind, 'reset')
      assert.is(requests.length, 1)
    }))
})
