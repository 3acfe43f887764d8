import * as assert from 'uvu/assert'
import { anExchange, type DrivenExchange } from '../../../harness/contract/driven-exchange.ts'
import { type AnswerOptions, AnswerReader } from '../../../harness/targets/llm/reader.ts'
import { describe } from '../../kit/suite.ts'

/** Instants and data of events. */
type Script = readonly (readonly [atMs: number, data: unknown])[]

const delta = (parts: object, more: object = {}) => ({ choices: [{ index: 0, delta: parts }], ...more })
const text = (content: string, more: object = {}) => delta({ content }, more)
const stop = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
const usage = (prompt: number, output: number, more: object = {}) => ({
  usage: { prompt_tokens: prompt, completion_tokens: output, ...more },
})

/** Reads events of an answer that was intended at 1000 and sent at 1010, and is done at 2010 unless [DONE] came. */
function read(script: Script, options: Partial<AnswerOptions> = {}) {
  const exchange = anExchange(null)
  const instants = { intendedMs: 1000, sentMs: 1010, doneMs: 0 }
  const reader = new AnswerReader(exchange, instants, { countsPieces: false, onText: null, ...options })
  let reading: unknown = 'open'
  let doneMs = 2010
  for (const [atMs, data] of script) {
    if (reading !== 'open') break
    reading = reader.take({ data: typeof data === 'string' ? data : JSON.stringify(data) }, atMs)
    if (reading !== 'open') doneMs = atMs
  }
  const failure =
    typeof reading === 'string' ? reader.conclude({ ...instants, doneMs }, reading !== 'open') : reading
  return { exchange, reader, failure, reading }
}

function valuesOf({ measured }: DrivenExchange): Record<string, number[]> {
  const values: Record<string, number[]> = {}
  for (const [name, value] of measured) values[name] = [...(values[name] ?? []), value]
  return values
}

describe('AnswerReader', (test) => {
  test('measures an answer as by hand: role first, usage at the end', () => {
    const { exchange, failure, reading } = read([
      [1100, delta({ role: 'assistant', content: '' })],
      [1150, text('Hel')],
      [1170, text('lo')],
      [1210, text('!')],
      [1211, stop],
      [1212, { choices: [], ...usage(12, 3) }],
      [1220, '[DONE]'],
    ])

    assert.equal([failure, reading], [null, 'last'])
    assert.equal(valuesOf(exchange), {
      ttft: [150],
      ttft_service: [140],
      ttfo: [150],
      inter_token_time: [20, 40],
      tpot: [30],
      output_rate: [3000 / 210],
      output_tokens: [3],
      token_pieces: [3],
      prompt_tokens: [12],
    })
  })

  test('counts tokens by the usage of the server, not by pieces: 3 tokens a piece', () => {
    const { exchange, reader } = read([
      [1100, text('a b c')],
      [1130, text('d e f')],
      [1190, text('g h i')],
      [1190, stop],
      [1190, { choices: [], ...usage(5, 9) }],
      [1190, '[DONE]'],
    ])
    const values = valuesOf(exchange)

    assert.is(reader.items, 9)
    assert.equal([values['output_tokens'], values['token_pieces']], [[9], [3]])
    // Nobody said how many of the nine were in the first piece: one.
    assert.equal(values['tpot'], [90 / 8])
  })

  test('knows the tokens of the first piece when the server counts with every piece', () => {
    const { exchange } = read([
      [1090, delta({ role: 'assistant' }, usage(5, 0))],
      [1100, text('a b c', usage(5, 3))],
      [1130, text('d e f', usage(5, 6))],
      [1190, text('g h i', usage(5, 9))],
      [1190, stop],
      [1190, '[DONE]'],
    ])

    assert.equal(valuesOf(exchange)['tpot'], [90 / 6])
  })

  test('counts pieces when the server never counts, and says so', () => {
    const { exchange } = read([
      [1100, text('a')],
      [1120, text('b')],
      [1125, stop],
      [1130, '[DONE]'],
    ])
    const values = valuesOf(exchange)

    assert.equal([values['output_tokens'], values['uncounted_answers']], [[2], [1]])
    assert.equal([values['tpot'], values['prompt_tokens']], [[20], undefined])
  })

  test('counts pieces when it is told to, whatever the server says', () => {
    const script: Script = [
      [1100, text('a', usage(5, 4))],
      [1120, text('b', usage(5, 8))],
      [1130, '[DONE]'],
    ]
    const { exchange } = read(script, { countsPieces: true })

    assert.equal(valuesOf(exchange)['output_tokens'], [2])
  })

  test('takes reasoning for tokens, and the first text for output', () => {
    const { exchange, reader } = read([
      [1100, delta({ reasoning_content: 'hm' })],
      [1120, delta({ reasoning: 'so' })],
      [1180, text('42')],
      [1181, stop],
      [1182, { choices: [], ...usage(5, 3, { completion_tokens_details: { reasoning_tokens: 2 } }) }],
      [1190, '[DONE]'],
    ])
    const values = valuesOf(exchange)

    assert.equal([values['ttft'], values['ttfo']], [[100], [180]])
    assert.equal(values['inter_token_time'], [20, 60])
    assert.equal(values['reasoning_tokens'], [2])
    assert.equal(reader.document(), {
      text: '42',
      reasoning: 'hmso',
      finishReason: 'stop',
      error: null,
      usage: { promptTokens: 5, outputTokens: 3, cachedTokens: null, reasoningTokens: 2 },
    })
  })

  test('takes the call of a tool for tokens once it says something', () => {
    const call = (parts: object) => delta({ tool_calls: [{ index: 0, function: parts }] })
    const { exchange } = read([
      [1090, call({ name: '', arguments: '' })],
      [1100, call({ name: 'find', arguments: '' })],
      [1120, call({ arguments: '{"a"' })],
      [1150, call({ arguments: ':1}' })],
      [1151, { choices: [{ delta: {}, finish_reason: 'tool_calls' }] }],
      [1152, '[DONE]'],
    ])
    const values = valuesOf(exchange)

    assert.equal([values['ttft'], values['inter_token_time'], values['ttfo']], [[100], [20, 30], undefined])
  })

  test('has no time per token of an answer of one token, nor a first token of an empty one', () => {
    const one = valuesOf(
      read([
        [1100, text('a')],
        [1101, stop],
        [1101, { choices: [], ...usage(5, 1) }],
        [1102, '[DONE]'],
      ]).exchange,
    )
    const none = valuesOf(
      read([
        [1100, stop],
        [1101, { choices: [], ...usage(5, 0) }],
        [1102, '[DONE]'],
      ]).exchange,
    )

    assert.equal([one['tpot'], one['output_tokens']], [undefined, [1]])
    assert.equal([none['ttft'], none['tpot'], none['output_tokens']], [undefined, undefined, [0]])
  })

  test('measures the tokens that came from the cache', () => {
    const cached = usage(50, 1, { prompt_tokens_details: { cached_tokens: 40 } })
    const { exchange } = read([
      [1100, text('a', cached)],
      [1101, '[DONE]'],
    ])

    assert.equal(valuesOf(exchange)['cached_tokens'], [40])
  })

  test('is complete without [DONE] when the body ends after a finish reason', () => {
    const { exchange, failure } = read([
      [1100, text('a')],
      [1101, stop],
    ])

    assert.is(failure, null)
    assert.equal(valuesOf(exchange)['output_rate'], [1])
  })

  test('is incomplete without both, and then measures nothing of the whole', () => {
    const { exchange, failure } = read([
      [1100, text('a')],
      [1130, text('b')],
    ])

    assert.equal(failure, {
      kind: 'incomplete',
      text: 'the answer ended after 2 pieces, without a finish reason or [DONE]',
    })
    assert.equal(Object.keys(valuesOf(exchange)), ['ttft', 'ttft_service', 'ttfo', 'inter_token_time'])
  })

  test('takes an error in the stream for the status it names', () => {
    const statusOf = (error: object) => {
      const { reader, reading } = read([
        [1100, text('a')],
        [1110, error],
      ])
      return [reading, reader.status]
    }

    assert.equal(statusOf({ error: { message: 'too many', code: 429 } }), ['enough', 429])
    assert.equal(statusOf({ error: { message: 'no such', code: 'invalid_model' } }), ['enough', 500])
    assert.equal(statusOf({ error: 'plain' }), ['enough', 500])
    assert.equal(statusOf({ object: 'error', message: 'x', code: 400 }), ['enough', 400])
  })

  test('fails on an event that is no JSON', () => {
    const { failure } = read([[1100, 'data?']])

    assert.match(JSON.stringify(failure), /"protocol".*no JSON/)
  })

  for (const odd of [
    '1',
    'null',
    '[]',
    '{}',
    '{"choices":1}',
    '{"choices":[null]}',
    '{"choices":[{"delta":7}]}',
    '{"usage":[]}',
    '{"choices":[{"delta":{"content":5,"tool_calls":{}}}]}',
    '{"usage":{"completion_tokens":-1}}',
  ])
    test(`passes over ${odd}`, () => {
      const { exchange, failure } = read([
        [1050, odd],
        [1100, text('a')],
        [1101, '[DONE]'],
      ])

      assert.is(failure, null)
      assert.equal(valuesOf(exchange)['output_tokens'], [1])
    })

  test('hands on the text of a complete answer alone', () => {
    const texts: string[] = []
    const onText = (whole: string) => texts.push(whole)
    read(
      [
        [1100, text('a')],
        [1110, text('b')],
        [1120, '[DONE]'],
      ],
      { onText },
    )
    read([[1100, text('c')]], { onText })

    assert.equal(texts, ['ab'])
  })
})
