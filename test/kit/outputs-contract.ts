/** The laws of outputs: what the caller relies on, whatever is sent where. */
import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import type { MetricBatch } from '../../harness/model/metric-point.ts'
import type { Output, RunEnd } from '../../harness/ports/output.ts'
import { outputs } from '../../harness/telemetry/outputs/index.ts'
import { aRecord } from './builders.ts'
import { aBatch, twoSeconds } from './metric-batches.ts'
import { aSnapshot, aStep } from './snapshots.ts'
import { describe } from './suite.ts'
import { VirtualClock } from './virtual-clock.ts'

/** A receiver of one output. */
export interface OutputBench {
  /** The configuration that leads to it. */
  readonly config: Readonly<Record<string, unknown>>
  /** Returns the total of requests that ended, as the receiver was told so far. */
  requests(): Promise<number>
  /** Answers from now on so that every send fails; null where nothing can be refused. */
  readonly refuse: (() => void) | null
  close(): Promise<void>
}

const open = new AbortController().signal

/** Declares the laws for one output. */
export function describeOutput(plugin: string, startBench: () => Promise<OutputBench>): void {
  const withOutput = async (body: (output: Output, bench: OutputBench) => Promise<void>) => {
    const bench = await startBench()
    const output = await openOutput(plugin, bench.config)
    try {
      await body(output, bench)
    } finally {
      await output.close(AbortSignal.abort())
      await bench.close()
    }
  }

  describe(`The output ${plugin}`, (test) => {
    test('tells every request exactly, however the batches cut them', () =>
      withOutput(async (output, bench) => {
        const [first, second] = twoSeconds() as [never, never]
        await output.send(aBatch([first]), open)
        await output.send(aBatch([first, second]), open)
        await output.finish(anEnd(aBatch([first, second])), open)

        assert.is(await bench.requests(), 8)
      }))

    test('tells in a later batch what an earlier one could not', () =>
      withOutput(async (output, bench) => {
        const [first, second] = twoSeconds() as [never, never]
        // Dropped by the caller: the first is never sent.
        void first
        await output.send(aBatch([first, second]), open)

        assert.is(await bench.requests(), 8)
      }))

    test('takes names that are full of quotes, breaks and separators', () =>
      withOutput(async (output, bench) => {
        const step = 'GET "a"\n\\b,c=d |e#f {g}'
        await output.send(aBatch([aSnapshot({ steps: [aStep({ step, ok: 5 })] })]), open)

        assert.is(await bench.requests(), 5)
      }))

    test('rejects what its receiver refuses, and tells it later', () =>
      withOutput(async (output, bench) => {
        if (bench.refuse === null)
          return assert.ok(['prometheus', 'statsd', 'datadog', 'json'].includes(plugin))
        bench.refuse()
        const failure = await output.send(aBatch(), open).then(
          () => null,
          (error: Error) => error.message,
        )
        assert.match(failure ?? '', /answered 503: try later/)
      }))
  })
}

/** Opens an output as a run does. */
export function openOutput(plugin: string, config: Readonly<Record<string, unknown>>): Promise<Output> {
  const found = outputs.get(plugin)
  const context = {
    clock: new VirtualClock(),
    cwd: '/nonexistent',
    env: {},
    schema: 3,
    note: () => undefined,
  }
  return found.open(found.configSchema.parse(config), context)
}

/** The end of a run that came out GO. */
export function anEnd(batch: MetricBatch): RunEnd {
  const record = aRecord({ okMs: [1, 2] })
  return { batch, record, verdict: judge(record, { objectives: [], comparison: null, strict: false }) }
}
