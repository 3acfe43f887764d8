import type { ServerHttp2Session } from 'node:http2'
import * as assert from 'uvu/assert'
import { inWorkplace, type JudgedRun } from '../../kit/cli.ts'
import {
  answer,
  data,
  type FrameRequest,
  field,
  head,
  reset,
  withFrameServer,
} from '../../kit/frame-server.ts'
import { withHttp2Server } from '../../kit/http2-server.ts'
import { whyNoNginx, withNginx } from '../../kit/nginx-server.ts'
import { describe } from '../../kit/suite.ts'

interface Load {
  readonly agents: number
  readonly connections?: number
}

/** A run of constant agents over HTTP/2. */
async function runOf(url: string, { agents, connections }: Load): Promise<JudgedRun> {
  let run: JudgedRun | undefined
  await inWorkplace(async (place) => {
    place.write(
      'http2.yaml',
      `name: http2
target: { plugin: http, config: { url: "${url}", version: 2 } }
workload: { pattern: constant-agents, agents: ${agents}, duration: 2s }
${connections === undefined ? '' : `connections: ${connections}`}
journeys: { a: { steps: [ { request: { path: /x } } ] } }
objectives: ["error_ratio < 1%"]
`,
    )
    run = await place.verdictOf('http2.yaml')
  })
  return run as JudgedRun
}

/** The step's counts. */
const stepOf = ({ verdict }: JudgedRun) => {
  const step = verdict.summary.steps['GET /x']
  return { requests: step?.requests ?? 0, ok: step?.ok ?? 0, errors: step?.errors ?? {} }
}

describe('A run over HTTP/2', (test) => {
  const length = field('content-length', '1000')
  const cuts: Readonly<Record<string, (stream: number) => Buffer[]>> = {
    'with NO_ERROR in a body of stated length': (stream) => [
      head(stream, length),
      data(stream, 'x'.repeat(10)),
      reset(stream, 0),
    ],
    'with NO_ERROR in a body of any length': (stream) => [head(stream), data(stream, 'x'), reset(stream, 0)],
    'with CANCEL in a body': (stream) => [head(stream, length), data(stream, 'x'), reset(stream, 8)],
    'after its head': (stream) => [head(stream), reset(stream, 0)],
  }
  for (const [title, cut] of Object.entries(cuts))
    test(`is NO-GO when every answer is cut off ${title}`, () =>
      withFrameServer(
        {
          onRequest(socket, { stream, place }: FrameRequest) {
            // The look before load is answered.
            if (place === 0) socket.write(answer(stream))
            else for (const piece of cut(stream)) socket.write(piece)
          },
        },
        async ({ url }) => {
          const run = await runOf(url, { agents: 4 })
          const { requests, ok, errors } = stepOf(run)

          assert.equal([run.verdict.outcome, ok, Object.keys(errors)], ['NO_GO', 0, ['reset']])
          assert.ok(requests > 0)
        },
      ))

  for (const connections of [undefined, 2])
    test(`has no errors when the server ends ${connections === undefined ? 'sessions of agents' : 'shared sessions'} in order`, () => {
      const requestsOf = new WeakMap<ServerHttp2Session, number>()
      return withHttp2Server(
        (stream, _headers, _place, session) => {
          const nth = (requestsOf.get(session) ?? 0) + 1
          requestsOf.set(session, nth)
          if (nth === 5) session.close()
          stream.respond({ ':status': 200 })
          stream.end('ok')
        },
        async (server) => {
          const run = await runOf(server.url, { agents: 2, ...(connections && { connections }) })
          const { requests, ok, errors } = stepOf(run)

          assert.equal([ok, errors], [requests, {}])
          assert.ok(requests > 20)
          assert.ok(server.sessionCount >= requests / 5)
        },
      )
    })

  const missing = whyNoNginx()
  for (const [title, load] of Object.entries({
    'of 50 agents': { agents: 50, connections: 2 },
    'of its agent': { agents: 4 },
  })) {
    const sentence = `has no errors when nginx takes 50 requests a session ${title}`
    if (missing !== null) test.skip(sentence, missing)
    else
      test(sentence, () =>
        withNginx('keepalive_requests 50;', async (url) => {
          const run = await runOf(url, load)
          const { requests, ok, errors } = stepOf(run)

          assert.equal([ok, errors], [requests, {}])
          assert.ok(requests > 0)
        }),
      )
  }
})
