/** A run against a scripted language model: its measures, its joint conditions, and how they are told. */
import { once } from 'node:events'
import * as assert from 'uvu/assert'
import { inWorkplace } from '../kit/cli.ts'
import { startHttpServer } from '../kit/servers.ts'
import { anEvent } from '../kit/stream-server.ts'
import { describe } from '../kit/suite.ts'

const piece = (content: string) => anEvent({ choices: [{ delta: { content } }] })

/** Answers with three tokens in two pieces; every fourth question gets a single one, and every fifth is refused. */
async function withModel(body: (url: string) => Promise<void>): Promise<void> {
  let count = 0
  const server = await startHttpServer(async (request, response) => {
    request.resume()
    await once(request, 'end')
    count++
    if (count % 5 === 0) {
      response.writeHead(429, { 'retry-after': '1' }).end('{}')
      return
    }
    const isShort = count % 4 === 0
    const usage = { prompt_tokens: 7, completion_tokens: isShort ? 1 : 3 }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(piece('a'))
    if (!isShort) response.write(piece('b c'))
    response.end(anEvent({ choices: [{ delta: {}, finish_reason: 'stop' }], usage }) + anEvent('[DONE]'))
  })
  try {
    await body(server.url)
  } finally {
    await server.close()
  }
}

const scenario = (url: string) => `name: chat
target: { plugin: llm, config: { url: "${url}/v1", model: m } }
workload: { pattern: constant-rate, rate: 50/s, duration: 2s, agents: 20 }
warmUp: 0s
journeys:
  talk: { steps: [{ request: { prompt: { tokens: 5 }, output: { tokens: 3 } }, step: ask }] }
slos:
  chat: [ttft <= 30s, tpot <= 30s, response_time <= 50s]
  impossible: [ttft <= 0us]
objectives:
  - slo_attainment{slo=chat} >= 50%
  - slo_goodput{slo=chat} >= 1/s
  - p99(ttft) < 30s
  - expect: slo_attainment{slo=impossible} >= 99%
    severity: info
`

const TRACE = `at,prompt_tokens,output_tokens
0,12,3
0.2,700,9
0.2,40,1
1.5,5,20
`

const replayed = (url: string) => `name: trace
target: { plugin: llm, config: { url: "${url}/v1", model: m } }
workload: { pattern: replay, csv: trace.csv }
data: { trace: { mode: unique, csv: trace.csv } }
warmUp: 0s
journeys:
  talk:
    steps:
      - request:
          prompt: { tokens: "{{trace.prompt_tokens}}" }
          output: { tokens: "{{trace.output_tokens}}" }
        step: ask
objectives: [p99(ttft) < 30s]
`

describe('A run against a language model', (test) => {
  test('replays a trace: each arrival with the lengths of its row', () =>
    withModel((url) =>
      inWorkplace(async (place) => {
        place.write('trace.csv', TRACE)
        place.write('trace.yaml', replayed(url))
        const { verdict } = await place.verdictOf('trace.yaml', '--threads', '2')
        const { requests, measures = {} } = verdict.summary.steps['ask'] ?? {}

        assert.is(requests, 4)
        const { wanted_prompt_tokens: prompt, wanted_output_tokens: output } = measures
        assert.equal([prompt?.count, prompt?.total, output?.total], [4, 757, 33])
      }),
    ))

  test('has its measures, judges its joint conditions, and names them as others do', () =>
    withModel((url) =>
      inWorkplace(async (place) => {
        place.write('chat.yaml', scenario(url))
        const { verdict } = await place.verdictOf('chat.yaml', '--threads', '1', '--seed', '5')
        const step = verdict.summary.steps['ask']
        const { measures = {}, ok, failed } = step ?? {}

        assert.equal([ok, failed], [80, 20])
        assert.equal([measures['ttft']?.count, measures['ttft_service']?.count], [80, 80])
        assert.equal([measures['tpot']?.count, measures['inter_token_time']?.count], [60, 60])
        assert.equal([measures['output_tokens']?.total, measures['prompt_tokens']?.p50], [200, 7])
        assert.equal(measures['wanted_prompt_tokens']?.count, 100)

        assert.ok(verdict.cautions.some(({ code }) => code === 'TOKENS_BUNDLED'))
        const chat = verdict.summary.slos?.['chat']
        assert.equal([chat?.judged, chat?.attained, chat?.attainment], [100, 80, 0.8])
        assert.equal(chat?.notApplied, { 'ttft <= 30s': 0, 'tpot <= 30s': 20, 'response_time <= 50s': 0 })
        assert.is(verdict.summary.slos?.['impossible']?.attained, 0)
        const [attainment, goodput, , impossible] = verdict.objectives
        assert.equal([attainment?.observed, attainment?.outcome], [0.8, 'met'])
        assert.is(goodput?.outcome, 'met')
        assert.is(impossible?.outcome, 'missed')
      }),
    ))
})
