/**
 * How far the arrivals of tokens are from the server's own stamps, and what 500 streams of 50 pieces a second cost the loop. Every
 * piece of the server, a process of its own, is the instant at which it was written, on the machine's clock.
 *   node --import tsx bench/targets/llm.ts
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { createSystemClock } from '../../harness/base/clock.ts'
import { type DrivenExchange, drive } from '../../harness/contract/driven-exchange.ts'
import { aDriverContext } from '../../harness/contract/driver-context.ts'
import type { TargetDriver } from '../../harness/ports/target.ts'
import { llmPlugin } from '../../harness/targets/llm/index.ts'
import { type BenchRow, reportRows } from '../kit/report.ts'
import { brief } from '../kit/rounds.ts'

const STREAMS = 500
const PIECES = Number(process.env['PIECES'] ?? 500)
const PERIOD_MS = 20

const clock = createSystemClock()

function stampedPiece(): string {
  const content = `${clock.nowMs() + clock.epochMs} `
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`
}

function serve(): void {
  const answer = (response: ServerResponse, pieces: number) => {
    let sent = 0
    const timer = setInterval(() => {
      response.write(stampedPiece())
      if (++sent < pieces) return
      clearInterval(timer)
      const usage = { prompt_tokens: 1, completion_tokens: pieces }
      response.end(
        `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }], usage })}\n\ndata: [DONE]\n\n`,
      )
    }, PERIOD_MS)
  }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (piece) => {
      body += piece
    })
    request.on('end', () => {
      response.socket?.setNoDelay(true)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      answer(response, Number((JSON.parse(body) as { max_tokens: number }).max_tokens))
    })
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
  process.on('disconnect', () => process.exit(0))
}

/** Arrival - stamp of every piece, ms. */
function errorsOf(exchange: DrivenExchange): number[] {
  const stamps = (JSON.parse(exchange.text) as { text: string }).text.trim().split(' ').map(Number)
  const steps = exchange.measured
    .filter(([name]) => name === 'ttft' || name === 'inter_token_time')
    .map(([, value]) => value)
  let atMs = clock.epochMs
  return steps.map((stepMs, i) => {
    atMs += stepMs
    return atMs - (stamps[i] ?? Number.NaN)
  })
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

function ask(driver: TargetDriver, pieces: number, agent: number): Promise<DrivenExchange> {
  const request = { prompt: 'a', maxTokens: pieces }
  const compiled = driver.compile(llmPlugin.requestSchema.parse(request), 'ask')
  return drive(driver, compiled, { agent, timeouts: { totalMs: 120_000, firstByteMs: 60_000 } })
}

function rowOf(work: string, errors: readonly number[], bar: BenchRow['bar']): BenchRow {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => brief(quantile(errors, share)))
  const raw = `p50 ${p50}, p95 ${p95}, p99 ${p99} ms of ${errors.length} pieces`
  return { work, bar, figure: quantile(errors, 0.5), unit: ' ms', raw }
}

async function measure(server: ChildProcess): Promise<void> {
  const [port] = (await once(server, 'message')) as [number]
  const config = llmPlugin.configSchema.parse({ url: `http://127.0.0.1:${port}/v1`, model: 'm', idle: '60s' })
  const driver = await llmPlugin.createDriver(config, aDriverContext(clock, { agents: STREAMS }))
  const alone: number[] = []
  for (let i = 0; i < 100; i++) alone.push(...errorsOf(await ask(driver, 3, 0)).slice(0, 1))

  const before = performance.eventLoopUtilization()
  const answers = await Promise.all(Array.from({ length: STREAMS }, (_, agent) => ask(driver, PIECES, agent)))
  const { utilization } = performance.eventLoopUtilization(before)
  await driver.close()
  const counted = answers.reduce((sum, { items }) => sum + items, 0)
  reportRows('Tokens', [
    rowOf('first token alone: arrival - stamp', alone, { atMost: 0.2 }),
    rowOf(`${STREAMS} streams: arrival - stamp`, answers.flatMap(errorsOf), null),
    {
      work: `${STREAMS} streams of ${1000 / PERIOD_MS} pieces a second: loop utilization`,
      bar: { atMost: 0.8 },
      figure: utilization,
      raw: `${answers.filter(({ kind }) => kind === 'none').length} answers`,
    },
    {
      work: 'tokens that are missing',
      bar: { atMost: 0 },
      figure: STREAMS * PIECES - counted,
      raw: `${counted}`,
    },
  ])
}

if (process.argv[2] === 'server') serve()
else {
  const server = fork(new URL(import.meta.url).pathname, ['server'])
  await measure(server)
  server.disconnect()
}
